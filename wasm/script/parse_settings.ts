import { atBlock, atBlockEnd, attempt, closeBlock, type Cursor, readKeyword } from "./cursor.ts";
import { type Token, tokenName } from "./lexer.ts";
import { parseField } from "./parse_field.ts";
import type { Problems } from "./problems.ts";
import type {
  EndpointSyntax,
  ListSyntax,
  PacketSyntax,
  SettingsSyntax,
  SettingSyntax,
  SettingValue,
} from "./syntax.ts";
import { type SettingName, SETTINGS } from "./words.ts";

/** Reads `SETTINGS name { … }`, behind its keyword. */
export function parseSettings(cursor: Cursor, keyword: Token, problems: Problems): SettingsSyntax {
  const settings = new Map<SettingName, SettingSyntax>();
  let name: Token | null = null;
  const open = attempt(() => {
    name = cursor.expectName("a name for the settings");
    return cursor.expect("{", "{");
  }, () => skipToBrace(cursor));
  const brace = open ?? (cursor.next.kind === "{" ? cursor.take() : null);
  if (brace === null) return { keyword, name, settings };
  while (!atBlockEnd(cursor)) {
    parseSetting(cursor, settings, problems);
  }
  closeBlock(cursor, brace, problems);
  return { keyword, name, settings };
}

function parseSetting(
  cursor: Cursor,
  settings: Map<SettingName, SettingSyntax>,
  problems: Problems,
): void {
  cursor.begin();
  attempt(() => {
    const key = cursor.expect("word", "a setting or }");
    const name = readKeyword(key, SETTINGS, "setting", problems);
    if (name === null) {
      skipSetting(cursor);
      return;
    }
    const given = attempt<SettingValue>(
      () => parseValue(cursor, name, problems),
      () => skipSetting(cursor),
    ) ?? { kind: "broken" };
    const before = settings.get(name);
    if (before === undefined) settings.set(name, { key, given });
    else {
      problems.add(key, `${name} is given in line ${before.key.line} already`, "each setting once");
    }
  }, () => skipSetting(cursor));
}

function parseValue(cursor: Cursor, name: SettingName, problems: Problems): SettingValue {
  switch (name) {
    case "ENDPOINTS":
      return { kind: "endpoints", list: parseList(cursor, problems, () => parseEndpoint(cursor)) };
    case "PACKETS":
      return { kind: "packets", list: parseList(cursor, problems, () => parsePacket(cursor)) };
    case "LENGTH":
      cursor.skip("=");
      return { kind: "field", field: parseField(cursor) };
    default:
      cursor.expect("=", `= and a value for ${name}`);
      return { kind: "value", value: cursor.expectValue(VALUES[name]) };
  }
}

const VALUES = {
  SESSION: '"TCP" or "UDP", quoted',
  PORT: "a number",
  HEADERSIZE: "a number",
  BODYMAX: "a number",
  READ: '"true" or "false", quoted',
  REPEAT: '"true" or "false", quoted',
  SAMPLERATE: "a number",
  SHARDS: "a number",
  HANDLER: '"NOP" or the file of a guest, quoted',
} as const;

function parseEndpoint(cursor: Cursor): EndpointSyntax {
  const host = cursor.expectValue("an address, or a name in quotes");
  const port = cursor.skip(":") ? cursor.expect("value", "a port") : null;
  return { host, port };
}

function parsePacket(cursor: Cursor): PacketSyntax {
  const name = cursor.expectName("a packet's name or }");
  cursor.expect(":", `: and the file of ${name.text}`);
  return { name, path: cursor.expect("string", "a path in quotes") };
}

/** Reads `{ item, item }`; a comma may stand behind the last. What can't be read is left out. */
function parseList<T>(
  cursor: Cursor,
  problems: Problems,
  parse: () => T,
): ListSyntax<T> {
  const open = cursor.expect("{", "{ and a list");
  const items: T[] = [];
  let whole = true;
  while (!atBlockEnd(cursor) && !atSetting(cursor)) {
    cursor.begin();
    const item = attempt(parse, () => skipItem(cursor));
    if (item !== null) items.push(item);
    else whole = false;
    if (cursor.skip(",") || atBlockEnd(cursor) || atSetting(cursor)) continue;
    problems.add(cursor.next, `${tokenName(cursor.next)} follows without a comma`, ", or }");
    if (!canBegin(cursor)) skipItem(cursor);
  }
  closeBlock(cursor, open, problems);
  return { items, whole };
}

function canBegin({ next }: Cursor): boolean {
  return next.kind === "word" || next.kind === "value" || next.kind === "string";
}

/** A setting's keyword at the beginning of a line: the list before it was not closed. */
function atSetting({ next }: Cursor): boolean {
  return next.kind === "word" && next.first && (SETTINGS as readonly string[]).includes(next.text);
}

/** To the comma or the end of the item that can't be read. */
function skipItem(cursor: Cursor): void {
  do {
    if (cursor.next.kind === "," || atBlockEnd(cursor)) return;
    cursor.take();
  } while (!atSetting(cursor));
}

/** To the next setting: the next line that begins with a word, or the block's end. */
function skipSetting(cursor: Cursor): void {
  let depth = 0;
  for (; cursor.next.kind !== "end" && !atBlock(cursor); cursor.take()) {
    const { kind, first } = cursor.next;
    if (kind === "{") depth++;
    else if (kind === "}" && --depth < 0) return;
    else if (atSetting(cursor) || (kind === "word" && first && depth === 0)) return;
  }
}

/** To the `{` of a block whose head can't be read. */
export function skipToBrace(cursor: Cursor): void {
  while (cursor.next.kind !== "{" && !atBlockEnd(cursor)) cursor.take();
}
