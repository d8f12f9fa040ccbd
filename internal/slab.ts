const SLAB_BYTES = 64 * 1024;

/**
 * Keeps copies of short byte runs without an allocation each.
 *
 * A fresh `Uint8Array` per response costs more than parsing it (ADR 0004), so kept bytes are
 * views into a shared slab; a slab is collected when no view of it is left. Runs of a quarter slab
 * and more get a buffer of their own, so that one long-lived view can't hold much more than itself.
 */
export class Slab {
  #buffer = new Uint8Array(0);
  #used = 0;

  /** A copy of `source[start, end)` that stays valid when `source` is reused. */
  keep(source: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length >= SLAB_BYTES / 4) return source.slice(start, end);
    if (this.#used + length > this.#buffer.length) {
      this.#buffer = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used = at + length;
    const kept = this.#buffer.subarray(at, at + length);
    kept.set(start === 0 && end === source.length ? source : source.subarray(start, end));
    return kept;
  }
}
