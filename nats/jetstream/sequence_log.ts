/** Sequences from `first` to `last`, both included. */
export interface SequenceRange {
  /** The lowest. */
  readonly first: number;
  /** The highest. */
  readonly last: number;
}

/** Most bytes of one log: over 100,000 runs. */
const MAX_BYTES = 1024 * 1024;
/** Most bytes that one run takes: its length and its distance, both up to 2^53. */
const MAX_RUN_BYTES = 2 * 8;

/**
 * Sequences in the order in which they came. A run of consecutive ones is two small numbers, so a
 * stream with one publisher takes no memory, and one with many two bytes a message.
 */
export class SequenceLog {
  /** Sequences that it has no room for. */
  overflow = 0;
  #bytes = new Uint8Array(64);
  #length = 0;
  /** End of the last run that is written down. */
  #written = 0;
  /** The run that goes on, not written yet; empty at first. */
  #first = 1;
  #last = 0;

  /** One more; the same one may come again. */
  add(sequence: number): void {
    if (sequence === this.#last + 1) this.#last = sequence;
    else if (this.#write()) this.#first = this.#last = sequence;
    else this.overflow++;
  }

  /** Writes the present run down. @returns whether there was room */
  #write(): boolean {
    const more = this.#last - this.#first;
    if (more < 0) return true;
    if (this.#length + MAX_RUN_BYTES > this.#bytes.length && !this.#grow()) return false;
    const distance = this.#first - this.#written;
    this.#put(2 * more + (distance < 0 ? 1 : 0));
    this.#put(Math.abs(distance));
    this.#written = this.#last;
    return true;
  }

  #grow(): boolean {
    const { length } = this.#bytes;
    if (length >= MAX_BYTES) return false;
    const larger = new Uint8Array(2 * length);
    larger.set(this.#bytes);
    this.#bytes = larger;
    return true;
  }

  /** Seven bits a byte, the lowest first; by division, as sequences have up to 53 bits. */
  #put(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#length++] = 128 + rest % 128;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** All of them, in the order in which they came. */
  ranges(): SequenceRange[] {
    const ranges: SequenceRange[] = [];
    let at = 0;
    const take = (): number => {
      let value = 0;
      for (let scale = 1;; scale *= 128) {
        const byte = this.#bytes[at++]!;
        value += (byte % 128) * scale;
        if (byte < 128) return value;
      }
    };
    let end = 0;
    while (at < this.#length) {
      const head = take();
      const distance = take();
      const first = end + (head % 2 === 1 ? -distance : distance);
      end = first + Math.floor(head / 2);
      ranges.push({ first, last: end });
    }
    if (this.#last >= this.#first) ranges.push({ first: this.#first, last: this.#last });
    return ranges;
  }
}

/**
 * Ranges in order, those that touch made one.
 *
 * @returns `merged`, and `repeated`: what was in more than one of them, once for each time too many
 */
export function mergeRanges(
  ranges: readonly SequenceRange[],
): { merged: SequenceRange[]; repeated: SequenceRange[] } {
  const merged: { first: number; last: number }[] = [];
  const repeated: SequenceRange[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1) {
      merged.push({ first, last });
      continue;
    }
    if (first <= before.last) repeated.push({ first, last: Math.min(last, before.last) });
    before.last = Math.max(last, before.last);
  }
  return { merged, repeated };
}

/** How many sequences ranges hold that don't overlap. */
export function lengthOf(ranges: readonly SequenceRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
