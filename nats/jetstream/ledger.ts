import { Acked } from "./acked.ts";
import type { PubAck } from "./pub_ack.ts";

/** A message of which nobody knows whether the server has stored it. */
export interface InDoubt {
  /** The subject it was published to. */
  readonly subject: string;
  /** Its `Nats-Msg-Id`; undefined without one. */
  readonly msgID: string | undefined;
  /** Number of the message on its connection, from 1. */
  readonly number: number;
  /** When it was first sent, milliseconds since 1970. */
  readonly sentAt: number;
  /** Why it is in doubt. */
  readonly reason: string;
}

/** What became of the messages that one connection published to JetStream. */
export interface LedgerEntry {
  /** Messages sent; a message sent again is still one. */
  readonly sent: number;
  /** Those that the server acknowledged, duplicates included. */
  readonly acked: number;
  /** Those of `acked` that the server had already. */
  readonly duplicates: number;
  /** Those that the server refused, or that nobody took. */
  readonly failed: number;
  /** Those whose acknowledgement never came. */
  readonly inDoubt: number;
  /** Those still awaited: `sent - acked - failed - inDoubt`, 0 after a connection's end. */
  readonly inFlight: number;
  /** The first 1,000 in doubt. */
  readonly doubts: readonly InDoubt[];
}

/** Most messages in doubt that are listed one by one. */
const MAX_LISTED = 1000;

/**
 * The books of one connection: every message that was sent ends up acknowledged, failed or in
 * doubt, and the numbers add up at any moment.
 */
export class Ledger {
  /** With which sequences messages were acknowledged. */
  readonly sequences = new Acked();
  #sent = 0;
  #acked = 0;
  #duplicates = 0;
  #failed = 0;
  #inDoubt = 0;
  readonly #doubts: InDoubt[] = [];

  /** A message goes out for the first time. @returns its number */
  send(): number {
    return ++this.#sent;
  }

  /** It is stored. */
  ack(ack: PubAck): void {
    this.#acked++;
    if (ack.duplicate) this.#duplicates++;
    this.sequences.add(ack);
  }

  /** It is not stored, for sure. */
  fail(): void {
    this.#failed++;
  }

  /** Nobody knows. */
  doubt(message: InDoubt): void {
    this.#inDoubt++;
    if (this.#doubts.length < MAX_LISTED) this.#doubts.push(message);
  }

  /** How things stand. */
  entry(): LedgerEntry {
    const [sent, acked, failed, inDoubt] = [this.#sent, this.#acked, this.#failed, this.#inDoubt];
    return {
      sent,
      acked,
      duplicates: this.#duplicates,
      failed,
      inDoubt,
      inFlight: sent - acked - failed - inDoubt,
      doubts: [...this.#doubts],
    };
  }
}

/** Messages in doubt for people, one a line; null when there are none. */
export function describeDoubts({ inDoubt, sent, doubts }: LedgerEntry, most = 10): string | null {
  if (inDoubt === 0) return null;
  const lines = doubts.slice(0, most).map(({ number, subject, msgID, reason }) =>
    `  #${number} ${subject}${msgID === undefined ? "" : ` (${msgID})`}: ${reason}`
  );
  if (inDoubt > lines.length) lines.push(`  and ${inDoubt - lines.length} more`);
  return [`${inDoubt} of ${sent} JetStream messages are in doubt`, ...lines].join("\n");
}
