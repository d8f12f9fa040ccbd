import { formatDuration } from "../../internal/mod.ts";
import type { Action, Field, Payload, SessionSettings, StressPlan } from "../plan.ts";
import { planNotes } from "./notes.ts";
import { endpointName } from "./print.ts";

/** What is known beside the plan. */
export interface DescribeOptions {
  /** Bytes of the packets, by their names in the plan, where they were read. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/**
 * A plan for people, as `--dry-run` prints it: settings, packets, actions with the time at which they
 * begin, how much is sent, and notes on what may not be meant.
 */
export function describePlan(plan: StressPlan, options: DescribeOptions = {}): string {
  const { name, settings: { transport }, actions } = plan;
  const sessions = sessionsOf(actions);
  const end = actions.reduce((sum, { offsetMs }) => sum + offsetMs, 0);
  const shards = shardsText(plan.shards, sessions);
  const head =
    `${name}: ${count(sessions, "session")} over ${transport.toUpperCase()}, ${shards}, ` +
    `last action at ${time(end)}`;
  return [
    head,
    "",
    ...table(settingRows(plan)),
    ...section("packets", packetRows(plan, options.sizes ?? {})),
    ...section("actions", actionRows(actions)),
    ...section("sent", sentRows(plan, options.sizes ?? {})),
    ...section("notes", planNotes(plan).map((text) => [text])),
    "",
  ].join("\n");
}

function settingRows({ settings, handler }: StressPlan): string[][] {
  const { endpoints, repeat, sampleRate } = settings;
  return [
    ["endpoints", endpoints.map(endpointName).join(", ")],
    ["reading", readingText(settings, handler)],
    ...settings.read ? [["answers", handler ?? "none, packets are dropped"]] : [],
    ["repeat", repeat ? "from the first packet again, until drained" : "no"],
    ["timed", timedText(sampleRate)],
  ];
}

function timedText(sampleRate: number): string {
  if (sampleRate === 1) return "every packet";
  return `each session's first packet and every ${ordinal(sampleRate)} after it`;
}

function readingText(
  { transport, headerSize, bodyMax, read, length }: SessionSettings,
  handler: string | null,
): string {
  if (!read) return "nothing";
  if (transport === "udp") return `datagrams of up to ${bodyMax} bytes`;
  const guest = handler === null ? "" : " unless the guest has handle_header";
  const where = length === null
    ? "length from the guest's handle_header"
    : `length in ${fieldText(length)}${guest}`;
  return `header of ${count(headerSize, "byte")}, ${where}, body of up to ${bodyMax}`;
}

function packetRows({ packets }: StressPlan, sizes: Readonly<Record<string, number>>): string[][] {
  return Object.entries(packets).map(([name, path]) => {
    const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
    return [name, path, ...size === undefined ? [] : [count(size, "byte")]];
  });
}

function actionRows(actions: readonly Action[]): string[][] {
  let at = 0;
  return actions.map((action) => {
    at += action.offsetMs;
    return [time(at), action.kind.toUpperCase(), ...whatOf(action)];
  });
}

function whatOf(action: Action): string[] {
  if (action.kind === "create") return [count(action.sessions, "session")];
  const { from, to } = action.range;
  const range = `${from}:${to}`;
  return action.kind === "send" ? [range, payloadText(action.payload)] : [range];
}

function payloadText({ packet, copies, counter, timestamp }: Payload): string {
  return [
    `${packet} × ${copies}`,
    ...counter === null ? [] : [`counter by ${counter.step} in ${fieldText(counter)}`],
    ...timestamp === null ? [] : [`time in ${timestamp.unit} in ${fieldText(timestamp)}`],
  ].join(", ");
}

/** Packets and bytes of one time through all that sessions have to send. */
function sentRows(plan: StressPlan, sizes: Readonly<Record<string, number>>): string[][] {
  let packets = 0;
  let bytes = 0;
  for (const action of plan.actions) {
    if (action.kind !== "send") continue;
    const { packet, copies } = action.payload;
    const sent = (action.range.to - action.range.from) * copies;
    packets += sent;
    bytes += sent * (Object.hasOwn(sizes, packet) ? sizes[packet]! : NaN);
  }
  if (packets === 0) return [];
  const size = Number.isNaN(bytes) ? "" : `, ${count(bytes, "byte")}`;
  return [[`${count(packets, "packet")}${size}${plan.settings.repeat ? " each time round" : ""}`]];
}

function sessionsOf(actions: readonly Action[]): number {
  return actions.reduce((sum, a) => a.kind === "create" ? sum + a.sessions : sum, 0);
}

function shardsText(shards: number | null, sessions: number): string {
  if (shards === null) return "a shard per core";
  const [few, many] = [Math.floor(sessions / shards), Math.ceil(sessions / shards)];
  return `${count(shards, "shard")} of ${few === many ? few : `${few} or ${many}`}`;
}

function fieldText({ start, length, endian }: Field): string {
  return `bytes ${start}:${length} ${endian}-endian`;
}

/** Exact to the millisecond, also where `formatDuration` would round. */
function time(ms: number): string {
  return ms < 1000 || ms % 1000 === 0 ? formatDuration(ms) : `${ms / 1000}s`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}

function ordinal(number: number): string {
  const ending = /(?<!1)([123])$/.exec(String(number))?.[1];
  return `${number}${ending === undefined ? "th" : ["st", "nd", "rd"][Number(ending) - 1]}`;
}

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ["", title, ...table(rows)];
}

/** Rows with their columns below each other. */
function table(rows: readonly string[][]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, cell.length));
  }
  return rows.map((row) => {
    const last = row.length - 1;
    return `  ${row.map((cell, i) => i === last ? cell : cell.padEnd(widths[i]!)).join("  ")}`;
  });
}
