import { OptionError } from "../../internal/mod.ts";
import type { Action, Endpoint, Field, Payload, SessionSettings, StressPlan } from "../plan.ts";
import { CONTROL } from "./lexer.ts";
import { IDENTIFIER, isKeyword } from "./words.ts";

/**
 * A plan as a script that compiles to it: the other way of `compileScript`, whose plans it takes.
 * Of one that a program made, `headerSize`, `bodyMax` and `length` are left out where nothing reads
 * them.
 *
 * @throws {OptionError} for a name or time that scripts have no words for
 */
export function printScript(plan: StressPlan): string {
  const name = nameOf(plan.name, "name");
  const settings = settingLines(plan).map((line) => `    ${line}\n`).join("");
  const actions = plan.actions.map((action) => `    ${actionLine(action)}\n`).join("");
  return `SETTINGS ${name} {\n${settings}}\n\nORCHESTRATOR ${name} {\n${actions}}\n`;
}

function settingLines({ settings, shards, packets, handler }: StressPlan): string[] {
  const { transport, endpoints, read, repeat, sampleRate } = settings;
  const files = Object.entries(packets).map(([name, path]) =>
    `${nameOf(name, "packets")} : ${quoted(path, `packets.${name}`)}`
  );
  return [
    `SESSION = "${transport === "tcp" ? "TCP" : "UDP"}"`,
    ...list("ENDPOINTS", endpoints.map(endpointText)),
    `READ = "${read}"`,
    ...readingLines(settings),
    `REPEAT = "${repeat}"`,
    `SAMPLERATE = ${sampleRate}`,
    ...shards === null ? [] : [`SHARDS = ${shards}`],
    ...files.length === 0 ? [] : list("PACKETS", files),
    `HANDLER = ${handler === null ? '"NOP"' : quoted(handler, "handler")}`,
  ];
}

function readingLines({ transport, headerSize, bodyMax, read, length }: SessionSettings): string[] {
  if (!read) return [];
  const header = transport === "udp" ? [] : [
    `HEADERSIZE = ${headerSize}`,
    ...length === null ? [] : [`LENGTH ${fieldText(length)}`],
  ];
  return [...header, `BODYMAX = ${bodyMax}`];
}

function list(keyword: string, items: readonly string[]): string[] {
  const last = items.length - 1;
  const lines = items.map((item, index) => `    ${item}${index === last ? "" : ","}`);
  return [`${keyword} {`, ...lines, "}"];
}

function endpointText(endpoint: Endpoint): string {
  return quoted(endpointName(endpoint), "endpoints");
}

/** `host:port`, an IPv6 address in brackets. */
export function endpointName({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An action as a script has it, its `OFFSET` last. */
function actionLine(action: Action): string {
  if (!Number.isInteger(action.offsetMs)) {
    throw new OptionError("offsetMs", `offsetMs is ${action.offsetMs}: use whole milliseconds`);
  }
  return `${actionText(action)} OFFSET ${action.offsetMs}ms`;
}

/** An action as a script has it, without its `OFFSET`. */
export function actionText(action: Action): string {
  const keyword = action.kind.toUpperCase();
  if (action.kind === "create") return `${keyword} ${action.sessions}`;
  const range = `${keyword} ${action.range.from}:${action.range.to}`;
  return action.kind === "send" ? `${range} ${payloadText(action.payload)}` : range;
}

function payloadText({ packet, copies, counter, timestamp }: Payload): string {
  return [
    `${nameOf(packet, "packet")} COPIES ${copies}`,
    ...counter === null ? [] : [`COUNTER ${fieldText(counter)}:${counter.step}`],
    ...timestamp === null ? [] : [`TIMESTAMP ${fieldText(timestamp)}:"${timestamp.unit}"`],
  ].join(" ");
}

function fieldText({ start, length, endian }: Field): string {
  return `${start}:${length} "${endian}"`;
}

function nameOf(name: string, option: string): string {
  if (IDENTIFIER.test(name) && !isKeyword(name)) return name;
  const message = `${JSON.stringify(name)} can't be a name in a script: ` +
    "use a letter, then letters, digits and _, and no keyword";
  throw new OptionError(option, message);
}

function quoted(text: string, option: string): string {
  if (!CONTROL.test(text)) return `"${text.replaceAll(/["\\$]/g, "\\$&")}"`;
  throw new OptionError(
    option,
    `${JSON.stringify(text)} can't be in a script: it has a control character`,
  );
}
