/** How many sequences are remembered. */
const SIZE = 65_536;

/**
 * Remembers the stream sequences that were acknowledged lately, so that a message whose
 * acknowledgement was lost (a reconnect, a new leader) isn't handed out twice. Memory is fixed: of
 * two sequences 65,536 apart the later is known.
 */
export class Seen {
  #sequences: Float64Array | undefined;

  /** A sequence was acknowledged. */
  add(sequence: number): void {
    (this.#sequences ??= new Float64Array(SIZE))[sequence % SIZE] = sequence;
  }

  /** Whether it was, as far as is remembered. */
  has(sequence: number): boolean {
    return this.#sequences !== undefined && this.#sequences[sequence % SIZE] === sequence;
  }
}
