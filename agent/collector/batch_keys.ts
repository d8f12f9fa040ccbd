/** What names a batch: its pusher's id, and its number there. */
export interface BatchKey {
  readonly pusher: string;
  readonly sequence: number;
}

/** With or without the quotes that the header's structured field has. */
const KEY = /^"?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,8})"?$/;
/** Batches of one pusher that are told apart: 2^24 are four billion results, and 2 MiB. */
const MAX_SEQUENCE = 2 ** 24;
/** Pushers of one job that are remembered, those of the last ones. */
const MAX_PUSHERS = 200;

/** Reads an `Idempotency-Key`; null without one, or for one of another form. */
export function readBatchKey(header: string | null): BatchKey | null {
  const match = KEY.exec(header ?? "");
  const sequence = Number(match?.[2]);
  return match === null || sequence >= MAX_SEQUENCE ? null : { pusher: match[1]!, sequence };
}

/** Which batches were taken: a bit for each, so that no number of them fills the memory. */
export class BatchKeys {
  readonly #pushers = new Map<string, Uint8Array>();

  /** Whether a batch was taken. */
  has({ pusher, sequence }: BatchKey): boolean {
    const bits = this.#pushers.get(pusher);
    return bits !== undefined && (bits[sequence >> 3]! & (1 << (sequence & 7))) !== 0;
  }

  /** Remembers a batch. */
  add({ pusher, sequence }: BatchKey): void {
    let bits = this.#pushers.get(pusher);
    const needed = (sequence >> 3) + 1;
    if (bits === undefined || bits.length < needed) {
      const grown = new Uint8Array(Math.max(64, needed, (bits?.length ?? 0) * 2));
      if (bits !== undefined) grown.set(bits);
      this.#pushers.set(pusher, bits = grown);
      if (this.#pushers.size > MAX_PUSHERS) {
        this.#pushers.delete(this.#pushers.keys().next().value!);
      }
    }
    bits[sequence >> 3]! |= 1 << (sequence & 7);
  }
}
