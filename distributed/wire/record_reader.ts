import { decodeRecord, malformed, RECORD_HEADER_BYTES, type UpRecord } from "./records.ts";

/** Bytes of records that are held back behind a gap, and of the pieces of one message. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;
/** What a record that is held back costs beside its piece. */
const HELD_COST = 64;

/** How a part ended, as it said. */
export interface PartEnd {
  /** Records that it sent, this one included: what `merged` is when all of them came. */
  readonly sent: number;
  /** Messages that it had no room for. */
  readonly lost: number;
  /** Why it ended before it was told to; null when it was told. */
  readonly reason: string | null;
}

/**
 * Puts the records of one part together again, however they come: again, late, or with gaps that
 * are filled later. Its messages come out whole, in their order, each once.
 *
 * The bytes may come from anyone: what is kept has a cap.
 */
export class RecordReader {
  readonly #held = new Map<number, UpRecord>();
  readonly #maxHeldBytes: number;
  #heldBytes = 0;
  #pieces: Uint8Array[] = [];
  #merged = 0;
  #seen = 0;
  #end: PartEnd | null = null;

  /** @param maxHeldBytes cap of what waits for a record that is missing. Default: 128 MiB */
  constructor(maxHeldBytes: number = MAX_HELD_BYTES) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Everything up to this sequence came and was handed out: what the part need not keep. */
  get merged(): number {
    return this.#merged;
  }

  /** The highest sequence that came. */
  get seen(): number {
    return this.#seen;
  }

  /** What the part said when it ended; null while it has not, or records before that are missing. */
  get end(): PartEnd | null {
    return this.#end;
  }

  /**
   * Takes an encoded record, which is not copied; the messages that it completes.
   *
   * @throws {PoolError} `message_malformed`: the part can't be listened to any more
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const record = decodeRecord(bytes);
    const { sequence } = record;
    if (sequence <= this.#merged || this.#held.has(sequence)) return [];
    if (this.#end !== null) throw malformed(`record ${sequence} comes after its goodbye`);
    this.#seen = Math.max(this.#seen, sequence);
    this.#held.set(sequence, record);
    this.#heldBytes += bytes.length + HELD_COST;
    if (this.#heldBytes > this.#maxHeldBytes) {
      throw malformed(`above ${this.#maxHeldBytes} bytes wait for record ${this.#merged + 1}`);
    }
    return this.#release();
  }

  #release(): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (;;) {
      const record = this.#held.get(this.#merged + 1);
      if (record === undefined) return messages;
      this.#held.delete(record.sequence);
      this.#merged = record.sequence;
      if (record.kind === "bye") {
        if (this.#pieces.length > 0) throw malformed("its goodbye stands within a message");
        if (this.#held.size > 0) throw malformed("records come after its goodbye");
        this.#end = { sent: record.sequence, lost: record.lost, reason: record.reason };
        return messages;
      }
      this.#pieces.push(record.bytes);
      if (!record.last) continue;
      messages.push(joined(this.#pieces));
      for (const piece of this.#pieces) this.#heldBytes -= costOf(piece);
      this.#pieces = [];
    }
  }
}

function costOf(piece: Uint8Array): number {
  return RECORD_HEADER_BYTES + piece.length + HELD_COST;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
