/** What the reply subject of a JetStream message tells of its delivery. */
export interface Delivery {
  /** The JetStream domain; empty without one. */
  readonly domain: string;
  /** Name of the stream. */
  readonly stream: string;
  /** Name of the consumer. */
  readonly consumer: string;
  /** How often it was delivered, this time included. */
  readonly deliveryCount: number;
  /** Its sequence in the stream. */
  readonly streamSequence: number;
  /** Its sequence among the consumer's deliveries. */
  readonly deliverySequence: number;
  /** When it was stored: nanoseconds since 1970, exact. */
  readonly timestampNanos: bigint;
  /** Messages that the consumer has yet to deliver after it. */
  readonly pending: number;
}

const NUMBER = /^\d{1,20}$/;

/**
 * Takes a reply subject apart: `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer
 * seq>.<time>.<pending>`, or with domain and account hash before the stream and a token after the
 * end (NATS ADR-15). Null for any other subject.
 */
export function parseAckSubject(reply: string): Delivery | null {
  if (!reply.startsWith("$JS.ACK.")) return null;
  const parts = reply.split(".");
  const short = parts.length === 9;
  if (!short && parts.length < 11) return null;
  const at = short ? 2 : 4;
  for (let i = at + 2; i < at + 7; i++) if (!NUMBER.test(parts[i]!)) return null;
  const domain = short || parts[2] === "_" ? "" : parts[2]!;
  return {
    domain,
    stream: parts[at]!,
    consumer: parts[at + 1]!,
    deliveryCount: Number(parts[at + 2]),
    streamSequence: Number(parts[at + 3]),
    deliverySequence: Number(parts[at + 4]),
    timestampNanos: BigInt(parts[at + 5]!),
    pending: Number(parts[at + 6]),
  };
}

const PREFIX = new TextEncoder().encode("$JS.ACK.");
const DOT = 46, ZERO = 48;

/** The stream sequence in the bytes of a reply subject, without taking all apart; -1 for any other. */
export function streamSequence(reply: Uint8Array): number {
  for (let i = 0; i < PREFIX.length; i++) if (reply[i] !== PREFIX[i]) return -1;
  let dots = 0;
  for (let i = 0; i < reply.length; i++) if (reply[i] === DOT) dots++;
  if (dots !== 8 && dots < 10) return -1;
  let before = dots === 8 ? 5 : 7;
  let at = 0;
  while (before > 0) if (reply[at++] === DOT) before--;
  const start = at;
  let sequence = 0;
  for (; at < reply.length && reply[at] !== DOT; at++) {
    const digit = reply[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    sequence = sequence * 10 + digit;
  }
  return at > start && at - start <= 15 ? sequence : -1;
}
