import type { Action, CounterStamp, Payload, Range, TimestampStamp } from "../plan.ts";
import type { CheckedSettings } from "./check_settings.ts";
import type { Token } from "./lexer.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import type { Position, Problems } from "./problems.ts";
import type { ActionSyntax, OptionsSyntax, OrchestratorSyntax } from "./syntax.ts";
import { readChoice, readField, readInteger, readTime, span } from "./values.ts";
import { suggest } from "./words.ts";

/** Where an action and its fields stand. */
export interface ActionPosition {
  /** Its keyword. */
  readonly action: Position;
  /** The bytes of its `COUNTER`. */
  readonly counter: Position | null;
  /** The bytes of its `TIMESTAMP`. */
  readonly timestamp: Position | null;
}

/** What an `ORCHESTRATOR` block says; of use once there are no problems. */
export interface CheckedActions {
  readonly actions: readonly Action[];
  /** Where each action stands. */
  readonly positions: readonly ActionPosition[];
  /** Sessions that are created; null where that can't be told. */
  readonly sessions: number | null;
}

/** Milliseconds after the action before it for one that says no `OFFSET`: the reference's. */
const DEFAULT_OFFSET_MS = 250;

/**
 * Checks an `ORCHESTRATOR` block. `CREATE` comes first and once, `CONNECT` at least once. Ranges are
 * half open, not empty, and within the sessions created. The other actions may come in any order:
 * what a session is to send before it is connected waits for that. Without `OFFSET` an action comes
 * 250 ms after the one before it, and the first at once.
 *
 * @param settings those that the block names; null where that can't be told
 */
export function checkActions(
  block: OrchestratorSyntax,
  settings: CheckedSettings | null,
  problems: Problems,
): CheckedActions {
  const sessions = checkCreate(block, problems);
  const actions: Action[] = [];
  let total = 0;
  for (const syntax of block.actions) {
    const { offset } = syntax.options;
    const first = actions.length === 0 ? 0 : DEFAULT_OFFSET_MS;
    const offsetMs = (offset && readTime(offset, problems)) ?? first;
    if (total <= SCRIPT_LIMITS.planMs && total + offsetMs > SCRIPT_LIMITS.planMs) {
      const at = offset ?? syntax.keyword;
      problems.add(at, "the actions take too long together", "at most a day, which is 1440m");
    }
    total += offsetMs;
    actions.push(checkAction(syntax, { offsetMs, sessions, settings }, problems));
  }
  return { actions, positions: block.actions.map(positionOf), sessions };
}

function positionOf({ keyword, options: { counter, timestamp } }: ActionSyntax): ActionPosition {
  return {
    action: keyword,
    counter: counter ? span(counter.start, counter.length) : null,
    timestamp: timestamp ? span(timestamp.start, timestamp.length) : null,
  };
}

/** The number of sessions, when it is known; adds what is missing of a plan. */
function checkCreate(
  { keyword, actions }: OrchestratorSyntax,
  problems: Problems,
): number | null {
  const missing = (["CREATE", "CONNECT"] as const)
    .filter((needed) => !actions.some((action) => action.name === needed));
  if (missing.length > 0) {
    problems.add(keyword, "these actions are not complete", missing.join(" and "));
  }
  const [create, ...others] = actions.filter((action) => action.name === "CREATE");
  if (create === undefined) return null;
  if (actions[0] !== create) {
    const before = `CREATE comes behind ${actions[0]!.name}`;
    problems.add(create.keyword, before, "CREATE as the first action");
  }
  for (const other of others) {
    const again = `CREATE is given in line ${create.keyword.line} already`;
    problems.add(other.keyword, again, "one CREATE");
  }
  for (const { count } of others) {
    if (count !== null) readSessions(count, problems);
  }
  return create.count === null ? null : readSessions(create.count, problems);
}

function readSessions(count: Token, problems: Problems): number | null {
  return readInteger(
    count,
    "the number of sessions",
    { min: 1, max: SCRIPT_LIMITS.sessions },
    problems,
  );
}

/** What an action is checked with. */
interface Known {
  readonly offsetMs: number;
  readonly sessions: number | null;
  readonly settings: CheckedSettings | null;
}

function checkAction(syntax: ActionSyntax, known: Known, problems: Problems): Action {
  const { offsetMs, sessions } = known;
  const range = checkRange(syntax, sessions, problems);
  switch (syntax.name) {
    case "CREATE":
      return { offsetMs, kind: "create", sessions: sessions ?? 0 };
    case "CONNECT":
      return { offsetMs, kind: "connect", range };
    case "FLOOD":
      return { offsetMs, kind: "flood", range };
    case "DRAIN":
      return { offsetMs, kind: "drain", range };
    case "DISCONNECT":
      return { offsetMs, kind: "disconnect", range };
    case "SEND":
      return { offsetMs, kind: "send", range, payload: checkPayload(syntax, known, problems) };
  }
}

function checkRange(
  { name, range }: ActionSyntax,
  sessions: number | null,
  problems: Problems,
): Range {
  const nothing = { from: 0, to: 0 };
  if (range === null) return nothing;
  const max = SCRIPT_LIMITS.sessions;
  const from = readInteger(range.from, `${name}'s first session`, { min: 0, max }, problems);
  const to = readInteger(range.to, `${name}'s end`, { min: 0, max }, problems);
  if (from === null || to === null) return nothing;
  const at = span(range.from, range.to);
  const text = `${name}'s range ${from}:${to}`;
  if (from > to) problems.add(at, `${text} ends before it begins`, "", `${to}:${from}`);
  else if (from === to) problems.add(at, `${text} is empty`, "an end behind the last session");
  else if (sessions !== null && to > sessions) {
    const made = `a range within 0:${sessions}, the sessions that CREATE makes`;
    problems.add(at, `${text} has sessions that don't exist`, made);
  }
  return { from, to };
}

function checkPayload(syntax: ActionSyntax, { settings }: Known, problems: Problems): Payload {
  const { packet, options } = syntax;
  if (packet !== null && settings !== null) checkPacket(packet, settings, problems);
  const { copies } = options;
  const max = settings?.settings.transport === "udp"
    ? SCRIPT_LIMITS.datagramBytes
    : SCRIPT_LIMITS.packetBytes;
  const counter = checkCounter(options, max, problems);
  const timestamp = checkTimestamp(options, max, problems);
  if (counter !== null && timestamp !== null && overlap(counter, timestamp)) {
    const second = options.timestamp!;
    const taken = `bytes ${counter.start}:${counter.length} of COUNTER`;
    problems.add(
      span(second.start, second.length),
      `TIMESTAMP overlaps ${taken}`,
      "bytes of its own",
    );
  }
  return {
    packet: packet?.text ?? "",
    copies: copies === undefined
      ? 1
      : readInteger(copies, "COPIES", { min: 1, max: SCRIPT_LIMITS.copies }, problems) ?? 1,
    counter,
    timestamp,
  };
}

function checkPacket(packet: Token, settings: CheckedSettings, problems: Problems): void {
  const { packets, packetsKnown, name } = settings;
  if (!packetsKnown || packets.has(packet.text)) return;
  if (packets.size === 0) {
    problems.add(packet, `${name} has no PACKETS`, `PACKETS { ${packet.text} : "file" }`);
    return;
  }
  const near = suggest(packet.text, packets.keys());
  const names = [...packets.keys()].slice(0, 10).join(", ");
  const expected = near === null ? `one of PACKETS: ${names}` : "";
  problems.add(packet, `${packet.text} is no packet of ${name}`, expected, near);
}

function checkCounter(
  { counter }: OptionsSyntax,
  size: number,
  problems: Problems,
): CounterStamp | null {
  if (counter === undefined) return null;
  const field = readField(counter, "COUNTER", size, problems);
  const bounds = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  const step = readInteger(counter.step, "COUNTER's step", bounds, problems);
  // Every packet would carry 0: that is what the packet's own bytes are for.
  if (step === 0) {
    problems.add(counter.step, "COUNTER's step 0 doesn't count", "any other whole number");
  }
  return field === null || step === null ? null : { ...field, step };
}

const UNITS = ["seconds", "milliseconds", "microseconds", "nanoseconds"] as const;

function checkTimestamp(
  { timestamp }: OptionsSyntax,
  size: number,
  problems: Problems,
): TimestampStamp | null {
  if (timestamp === undefined) return null;
  const field = readField(timestamp, "TIMESTAMP", size, problems);
  const unit = readChoice(timestamp.unit, "TIMESTAMP's unit", UNITS, problems);
  return field === null || unit === null ? null : { ...field, unit };
}

/** Whether two fields share a byte. */
function overlap(a: CounterStamp, b: TimestampStamp): boolean {
  return a.start < b.start + b.length && b.start < a.start + a.length;
}
