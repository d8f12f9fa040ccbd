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
