import { cutMessage, encodeRecord } from "../wire/mod.ts";

/** What can wait or be left out has no room above these shares of a spool; what can't, always has. */
const SHARES = { samples: 0.5, log: 0.75, delta: 1 } as const;

/** What a record that is kept costs beside its bytes. */
const RECORD_COST = 64;

/** Records of a part from when they are made until the coordinator has merged them. */
export class Spool {
  readonly #records = new Map<number, Uint8Array>();
  readonly #maxBytes: number;
  readonly #maxRecordBytes: number;
  #first = 1;
  #last = 0;
  #bytes = 0;

  /**
   * @param maxBytes of all records: above, nothing is added that can wait
   * @param maxRecordBytes longest record
   */
  constructor(maxBytes: number, maxRecordBytes: number) {
    this.#maxBytes = maxBytes;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** The first sequence that is kept: one more than `last` when there is none. */
  get first(): number {
    return this.#first;
  }

  /** The last sequence that was given; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** What is kept, with what it costs. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is room for something that can wait or be left out. */
  hasRoom(what: keyof typeof SHARES): boolean {
    return this.#bytes < this.#maxBytes * SHARES[what];
  }

  /** Keeps a message, cut into records. */
  add(message: Uint8Array): void {
    for (const record of cutMessage(message, this.#last + 1, this.#maxRecordBytes)) {
      this.#keep(record);
    }
  }

  /** Keeps the goodbye: nothing may be added behind it. */
  bye(lost: number, reason: string | null): void {
    this.#keep(encodeRecord({ kind: "bye", sequence: this.#last + 1, lost, reason }));
  }

  /** A record; undefined when it is kept no more. */
  get(sequence: number): Uint8Array | undefined {
    return this.#records.get(sequence);
  }

  /** Everything up to there has been merged. */
  confirm(sequence: number): void {
    for (; this.#first <= Math.min(sequence, this.#last); this.#first++) {
      this.#bytes -= costOf(this.#records.get(this.#first)!);
      this.#records.delete(this.#first);
    }
  }

  #keep(record: Uint8Array): void {
    this.#records.set(++this.#last, record);
    this.#bytes += costOf(record);
  }
}

function costOf(record: Uint8Array): number {
  return record.length + RECORD_COST;
}
