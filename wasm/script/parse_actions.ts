import { atBlock, atBlockEnd, attempt, closeBlock, type Cursor, readKeyword } from "./cursor.ts";
import type { Token } from "./lexer.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import { parseField } from "./parse_field.ts";
import { skipToBrace } from "./parse_settings.ts";
import type { Problems } from "./problems.ts";
import type { ActionSyntax, OptionsSyntax, OrchestratorSyntax } from "./syntax.ts";
import { type ActionName, ACTIONS, isOneOf, type OptionName, OPTIONS, suggest } from "./words.ts";

/** Reads `ORCHESTRATOR name { … }`, behind its keyword. */
export function parseOrchestrator(
  cursor: Cursor,
  keyword: Token,
  problems: Problems,
): OrchestratorSyntax {
  const actions: ActionSyntax[] = [];
  let name: Token | null = null;
  const open = attempt(() => {
    name = cursor.expectName("the name of its SETTINGS");
    return cursor.expect("{", "{");
  }, () => skipToBrace(cursor));
  const brace = open ?? (cursor.next.kind === "{" ? cursor.take() : null);
  if (brace === null) return { keyword, name, actions };
  while (!atBlockEnd(cursor)) {
    const { next } = cursor;
    const action = attempt(() => parseAction(cursor, problems), () => skipAction(cursor));
    if (action === null) continue;
    if (actions.length === SCRIPT_LIMITS.actions) {
      problems.add(next, "there are too many actions", `at most ${SCRIPT_LIMITS.actions}`);
      while (!atBlockEnd(cursor)) cursor.take();
      break;
    }
    actions.push(action);
  }
  closeBlock(cursor, brace, problems);
  return { keyword, name, actions };
}

/** Reads one action; null, behind it, for a word that means none. @throws {Unreadable} */
function parseAction(cursor: Cursor, problems: Problems): ActionSyntax | null {
  cursor.begin();
  const keyword = cursor.expect("word", "an action or }");
  const name = readKeyword(keyword, ACTIONS, "action", problems);
  if (name === null) {
    skipAction(cursor);
    return null;
  }
  let count: Token | null = null;
  let range: ActionSyntax["range"] = null;
  let packet: Token | null = null;
  let options: OptionsSyntax = {};
  // What can be read of an action is checked, also when the rest can't.
  attempt(() => {
    if (name === "CREATE") count = cursor.expectValue("a number of sessions");
    else range = parseRange(cursor);
    if (name === "SEND") packet = cursor.expectName("the name of a packet");
    options = parseOptions(cursor, name, problems);
  }, () => skipAction(cursor));
  return { name, keyword, count, range, packet, options };
}

function parseRange(cursor: Cursor): { from: Token; to: Token } {
  const from = cursor.expect("value", "a range of sessions such as 0:100");
  cursor.expect(":", ": and the end of the range");
  return { from, to: cursor.expect("value", "the end of the range") };
}

/** The options that an action takes. */
const TAKES: Readonly<Record<ActionName, readonly OptionName[]>> = {
  CREATE: ["OFFSET"],
  CONNECT: ["OFFSET"],
  SEND: OPTIONS,
  FLOOD: ["OFFSET"],
  DRAIN: ["OFFSET"],
  DISCONNECT: ["OFFSET"],
};

/** Reads options in any order, until a word that may begin the next action. @throws {Unreadable} */
function parseOptions(cursor: Cursor, action: ActionName, problems: Problems): OptionsSyntax {
  const options: { -readonly [K in keyof OptionsSyntax]: OptionsSyntax[K] } = {};
  const lines = new Map<OptionName, number>();
  while (!atActionEnd(cursor)) {
    cursor.begin();
    const keyword = cursor.expect("word", "an option or the next action");
    const words = isOneOf(OPTIONS, keyword.text) ? OPTIONS : TAKES[action];
    const name = readKeyword(keyword, words, "option", problems);
    if (name === null) {
      while (!atActionEnd(cursor) && !isOption(cursor.next)) cursor.take();
      continue;
    }
    const before = lines.get(name);
    if (before !== undefined) {
      const again = `${name} is given in line ${before} already`;
      problems.add(keyword, again, "each option of an action once");
    } else if (!TAKES[action].includes(name)) {
      problems.add(keyword, `${action} has no ${name}`, TAKES[action].join(", "));
    }
    lines.set(name, keyword.line);
    switch (name) {
      case "OFFSET":
        options.offset = cursor.expectValue("a time such as 500ms or 20s");
        break;
      case "COPIES":
        options.copies = cursor.expectValue("a number of copies");
        break;
      case "COUNTER": {
        const field = parseField(cursor);
        cursor.expect(":", ": and a step");
        options.counter = { keyword, ...field, step: cursor.expectValue("a step, such as 1") };
        break;
      }
      case "TIMESTAMP": {
        const field = parseField(cursor);
        cursor.expect(":", ": and a unit");
        const unit = cursor.expect("string", 'a unit such as "milliseconds", quoted');
        options.timestamp = { keyword, ...field, unit };
      }
    }
  }
  return options;
}

/** Where an action ends: at the block's end, an action, or a line that begins with no option. */
function atActionEnd(cursor: Cursor): boolean {
  if (atBlockEnd(cursor)) return true;
  const { next } = cursor;
  if (next.kind !== "word") return false;
  return isOneOf(ACTIONS, next.text) || (next.first && !isOption(next));
}

/** Whether a word is an option, or most likely means one and no action. */
function isOption({ kind, text }: Token): boolean {
  if (kind !== "word") return false;
  return isOneOf(OPTIONS, text) ||
    (suggest(text, OPTIONS) !== null && suggest(text, ACTIONS) === null);
}

/** To the next action; what follows a word that can't be read goes with it. */
function skipAction(cursor: Cursor): void {
  for (; cursor.next.kind !== "end" && !atBlock(cursor); cursor.take()) {
    if (cursor.next.kind === "{") skipBraces(cursor);
    if (cursor.next.kind === "word" && atActionEnd(cursor)) return;
    if (cursor.next.kind === "}") return;
  }
}

function skipBraces(cursor: Cursor): void {
  while (cursor.next.kind !== "}" && cursor.next.kind !== "end") cursor.take();
  cursor.take();
}
