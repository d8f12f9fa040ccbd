import type { Endpoint, Field, SessionSettings } from "../plan.ts";
import { type OpenEndpoint, readEndpoint } from "./endpoint.ts";
import type { Token } from "./lexer.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { SettingsSyntax, SettingSyntax } from "./syntax.ts";
import { readChoice, readField, readInteger, shown } from "./values.ts";
import type { SettingName } from "./words.ts";

/** What a `SETTINGS` block says; of use once there are no problems. */
export interface CheckedSettings {
  readonly name: string;
  readonly settings: SessionSettings;
  /** Null: one per core. */
  readonly shards: number | null;
  /** Where the shards are said. */
  readonly shardsAt: Token | null;
  /** Files by name, in their order, and where they are said. */
  readonly packets: ReadonlyMap<string, Token>;
  /** Whether all entries of `PACKETS` could be read, so that a name that isn't there is unknown. */
  readonly packetsKnown: boolean;
  readonly handler: string | null;
}

const DEFAULT_SAMPLE_RATE = 100;
/** Bytes of the longest header that is taken for a number when nothing says where its length is. */
const NUMBER_BYTES = 8;

/**
 * Checks a `SETTINGS` block. `SESSION` and `ENDPOINTS` must be there; `PORT` where an endpoint has
 * none; `BODYMAX` and, over TCP, `HEADERSIZE` where `READ` is "true". What sessions that don't read
 * say about headers is checked and then left out, and so are headers over UDP.
 */
export function checkSettings(block: SettingsSyntax, problems: Problems): CheckedSettings {
  const value = (name: SettingName): Token | null => {
    const given = block.settings.get(name)?.given;
    return given?.kind === "value" ? given.value : null;
  };
  const integer = (name: SettingName, max: number, min = 1): number | null => {
    const token = value(name);
    return token === null ? null : readInteger(token, name, { min, max }, problems);
  };
  const flag = (name: SettingName): boolean => {
    const token = value(name);
    return token !== null && readChoice(token, name, ["true", "false"], problems) === "true";
  };

  const session = value("SESSION");
  const transport = session && readChoice(session, "SESSION", ["TCP", "UDP"], problems);
  const port = integer("PORT", 65_535);
  const headerSize = integer("HEADERSIZE", SCRIPT_LIMITS.headerSize);
  const bodyMax = integer("BODYMAX", SCRIPT_LIMITS.bodyMax);
  const read = flag("READ");
  const sampleRate = integer("SAMPLERATE", SCRIPT_LIMITS.sampleRate, 0) || DEFAULT_SAMPLE_RATE;
  const endpoints = readEndpoints(block, problems);
  const length = readLength(block, headerSize, problems);
  const hasHeader = read && transport === "TCP";

  requireSettings(block, endpoints, problems);
  if (read) requireForReading(block, transport, problems);
  if (hasHeader) requireLength(block, headerSize, problems);
  return {
    name: block.name?.text ?? "",
    settings: {
      transport: transport === "UDP" ? "udp" : "tcp",
      endpoints: endpoints.map(({ host, port: own }): Endpoint => ({
        host,
        port: own ?? port ?? 0,
      })),
      headerSize: hasHeader ? headerSize ?? 0 : 0,
      bodyMax: read ? bodyMax ?? 0 : 0,
      read,
      repeat: flag("REPEAT"),
      sampleRate,
      length: hasHeader ? length : null,
    },
    shards: integer("SHARDS", SCRIPT_LIMITS.shards),
    shardsAt: value("SHARDS"),
    ...readPackets(block, problems),
    handler: readHandler(value("HANDLER"), problems),
  };
}

/** Adds what every session needs and the block does not have: one problem at its head. */
function requireSettings(
  block: SettingsSyntax,
  endpoints: readonly OpenEndpoint[],
  problems: Problems,
): void {
  const missing: string[] = (["SESSION", "ENDPOINTS"] as const).filter((name) =>
    !block.settings.has(name)
  );
  const needsPort = endpoints.length === 0 || endpoints.some(({ port }) => port === null);
  if (needsPort && !block.settings.has("PORT")) missing.push("PORT");
  if (missing.length === 0) return;
  problems.add(block.keyword, "these settings are not complete", allOf(missing));
}

/** Adds what reading needs and the block does not have: one problem at its `READ`. */
function requireForReading(
  block: SettingsSyntax,
  transport: "TCP" | "UDP" | null,
  problems: Problems,
): void {
  const needs = transport === "TCP" ? ["HEADERSIZE", "BODYMAX"] as const : ["BODYMAX"] as const;
  const missing = needs.filter((name) => !block.settings.has(name));
  if (missing.length === 0) return;
  const what = transport === "TCP" ? "sessions over TCP that read" : "sessions that read";
  problems.add(block.settings.get("READ")!.key, `${what} need ${allOf(missing)}`);
}

/** Without a guest nothing but `LENGTH` can say what in a long header is the length of the body. */
function requireLength(block: SettingsSyntax, headerSize: number | null, problems: Problems): void {
  const isRead = headerSize === null || headerSize <= NUMBER_BYTES || block.settings.has("LENGTH");
  const handler = block.settings.get("HANDLER")?.given;
  const isNop = handler === undefined || (handler.kind === "value" && handler.value.text === NOP);
  if (isRead || !isNop) return;
  problems.add(
    block.settings.get("HEADERSIZE")!.key,
    `a header of ${headerSize} bytes doesn't say which of them are the body's length`,
    'LENGTH, such as LENGTH 0:4 "big", or a guest with handle_header',
  );
}

function allOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The items of a list: within their cap, and at least one. */
function itemsOf<T>(
  setting: SettingSyntax,
  items: readonly T[],
  max: number,
  problems: Problems,
): readonly T[] {
  if (items.length > max) {
    const name = setting.key.text;
    problems.add(setting.key, `${name} has ${items.length} entries`, `at most ${max}`);
  }
  return items.slice(0, max);
}

function readEndpoints(block: SettingsSyntax, problems: Problems): OpenEndpoint[] {
  const setting = block.settings.get("ENDPOINTS");
  if (setting?.given.kind !== "endpoints") return [];
  const { items, whole } = setting.given.list;
  if (items.length === 0 && whole) {
    problems.add(setting.key, "ENDPOINTS is empty", "at least one endpoint");
  }
  return itemsOf(setting, items, SCRIPT_LIMITS.endpoints, problems)
    .map((item) => readEndpoint(item, problems))
    .filter((endpoint) => endpoint !== null);
}

function readPackets(
  block: SettingsSyntax,
  problems: Problems,
): Pick<CheckedSettings, "packets" | "packetsKnown"> {
  const packets = new Map<string, Token>();
  const setting = block.settings.get("PACKETS");
  if (setting === undefined) return { packets, packetsKnown: true };
  if (setting.given.kind !== "packets") return { packets, packetsKnown: false };
  const { items, whole } = setting.given.list;
  const lines = new Map<string, number>();
  for (
    const { name, path } of itemsOf(setting, items, SCRIPT_LIMITS.packets, problems)
  ) {
    const before = lines.get(name.text);
    if (before !== undefined) {
      problems.add(name, `${name.text} is a packet of line ${before} already`, "a name of its own");
      continue;
    }
    lines.set(name.text, name.line);
    readPath(path, `the file of ${name.text}`, problems);
    packets.set(name.text, path);
  }
  return { packets, packetsKnown: whole };
}

function readPath(path: Token, what: string, problems: Problems): string {
  if (path.text === "") problems.add(path, `${what} is empty`, "a path");
  if (path.text.length > SCRIPT_LIMITS.path) {
    problems.add(path, `${what} is too long`, `at most ${SCRIPT_LIMITS.path} characters`);
  }
  return path.text;
}

const NOP = "NOP";

function readHandler(token: Token | null, problems: Problems): string | null {
  if (token === null || token.text === NOP) return null;
  if (token.text.endsWith(".wasm")) return readPath(token, "HANDLER", problems);
  const suggestion = token.text.toUpperCase() === NOP ? `"${NOP}"` : null;
  problems.add(token, `HANDLER is ${shown(token)}`, '"NOP" or a file.wasm, quoted', suggestion);
  return null;
}

/** Where the header has the body's length: as said, else all of a header that is short enough. */
function readLength(
  block: SettingsSyntax,
  headerSize: number | null,
  problems: Problems,
): Field | null {
  const given = block.settings.get("LENGTH")?.given;
  if (given?.kind === "field") {
    return readField(given.field, "LENGTH", headerSize ?? SCRIPT_LIMITS.headerSize, problems);
  }
  if (headerSize === null || headerSize > NUMBER_BYTES) return null;
  return { start: 0, length: headerSize, endian: "little" };
}
