import type { Random } from "../../internal/fuzz_for_tests.ts";
import type {
  Action,
  CounterStamp,
  Endpoint,
  Field,
  Payload,
  Range,
  SessionSettings,
  StressPlan,
  TimestampStamp,
} from "../plan.ts";

const HOSTS = ["localhost", "127.0.0.1", "::1", "2001:db8::8:800", "a-b.example.com", "_x.test"];
const PATHS = [
  "a.bin",
  "~/a b.bin",
  "//",
  String.raw`c:\x\\`,
  '"',
  "$HOME/${X}",
  "äöü/日本.bin",
  "\\",
];
const NAMES = ["a", "p1", "hello_2", "constructor", "seconds", "X", "port", "z_".repeat(40)];

/** A plan that a script can say. */
export function randomPlan(random: Random): StressPlan {
  const sessions = 1 + random.below(random.pick([1, 10, 100_000]));
  const packets = Object.fromEntries(
    random.list(5, () => [random.pick(NAMES), random.pick(PATHS)]),
  );
  const settings = randomSettings(random);
  const needsGuest = settings.read && settings.transport === "tcp" && settings.length === null;
  const guest = `${random.pick(PATHS)}.wasm`;
  return {
    name: random.pick(NAMES),
    settings,
    shards: random.once(2) ? null : 1 + random.below(Math.min(sessions, 256)),
    packets,
    handler: needsGuest || random.once(2) ? guest : null,
    actions: randomActions(random, sessions, Object.keys(packets)),
  };
}

function randomSettings(random: Random): SessionSettings {
  const transport = random.pick(["tcp", "udp"] as const);
  const read = random.once(2);
  const hasHeader = read && transport === "tcp";
  const headerSize = hasHeader ? 1 + random.below(random.pick([8, 65_536])) : 0;
  // Without one, a header of up to 8 bytes is a number.
  const hasLength = hasHeader && (headerSize <= 8 || random.once(2));
  return {
    transport,
    endpoints: [randomEndpoint(random), ...random.list(4, () => randomEndpoint(random))],
    headerSize,
    bodyMax: read ? 1 + random.below(16_777_216) : 0,
    read,
    repeat: random.once(2),
    sampleRate: 1 + random.below(1000),
    length: hasLength ? randomField(random, headerSize) : null,
  };
}

function randomEndpoint(random: Random): Endpoint {
  return { host: random.pick(HOSTS), port: 1 + random.below(65_535) };
}

function randomActions(random: Random, sessions: number, packets: readonly string[]): Action[] {
  const offsetMs = () => random.below(random.pick([1, 10, 100_000]));
  const others = random.list(20, (): Action => {
    const step = { offsetMs: offsetMs(), range: randomRange(random, sessions) };
    return packets.length > 0 && random.once(2)
      ? { ...step, kind: "send", payload: randomPayload(random, packets) }
      : { ...step, kind: random.pick(["connect", "flood", "drain", "disconnect"] as const) };
  });
  const connect: Action = {
    offsetMs: offsetMs(),
    kind: "connect",
    range: { from: 0, to: sessions },
  };
  others.splice(random.below(others.length + 1), 0, connect);
  return [{ offsetMs: offsetMs(), kind: "create", sessions }, ...others];
}

function randomRange(random: Random, sessions: number): Range {
  const from = random.below(sessions);
  return { from, to: from + 1 + random.below(sessions - from) };
}

function randomPayload(random: Random, packets: readonly string[]): Payload {
  const [first, second] = random.once(2) ? [0, 8] : [8, 0];
  const field = (start: number): Field => {
    const { start: more, ...rest } = randomField(random, 8);
    return { start: start + more, ...rest };
  };
  const counter = (): CounterStamp => ({
    ...field(first),
    step: random.pick([1, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 7]),
  });
  const timestamp = (): TimestampStamp => ({
    ...field(second),
    unit: random.pick(["seconds", "milliseconds", "microseconds", "nanoseconds"] as const),
  });
  return {
    packet: random.pick(packets),
    copies: 1 + random.below(1_000_000),
    counter: random.once(2) ? counter() : null,
    timestamp: random.once(2) ? timestamp() : null,
  };
}

function randomField(random: Random, size: number): Field {
  const length = 1 + random.below(Math.min(size, 8));
  return {
    start: random.below(size - length + 1),
    length,
    endian: random.pick(["little", "big"] as const),
  };
}
