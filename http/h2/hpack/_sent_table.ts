import type { NameState } from "./_name_state.ts";

/**
 * The encoder's dynamic table (RFC 7541 §2.3.2). What stands where is known to the states of the
 * names; here is the order in which entries go. Their numbers begin at 1.
 */
export class SentTable {
  /** Most bytes of all entries, as RFC 7541 §4.1 counts them. */
  capacity: number;
  /** Number of the entry that is added next. */
  next = 1;

  #oldest = 1;
  #size = 0;
  readonly #mask: number;
  readonly #names: (NameState | null)[];
  readonly #values: string[];
  readonly #sizes: Uint32Array;

  /** @param maxBytes the largest capacity it is ever given */
  constructor(maxBytes: number, capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, maxBytes / 32)));
    this.capacity = capacity;
    this.#mask = slots - 1;
    this.#names = new Array(slots).fill(null);
    this.#values = new Array(slots).fill("");
    this.#sizes = new Uint32Array(slots);
  }

  /** True when the entry is in the table still. */
  has(entry: number): boolean {
    return entry >= this.#oldest;
  }

  /** Takes a new capacity and evicts what no longer fits (§4.3). */
  resize(capacity: number): void {
    this.capacity = capacity;
    this.#evict(capacity);
  }

  /** Adds an entry of `size`, at most the capacity. */
  add(name: NameState, value: string, size: number): void {
    this.#evict(this.capacity - size);
    const slot = this.next & this.#mask;
    this.#names[slot] = name;
    this.#values[slot] = value;
    this.#sizes[slot] = size;
    this.#size += size;
    name.newest = this.next;
    name.values.set(value, this.next++);
  }

  #evict(size: number): void {
    while (this.#size > size) {
      const slot = this.#oldest++ & this.#mask;
      this.#names[slot]!.values.delete(this.#values[slot]!);
      this.#names[slot] = null;
      this.#values[slot] = "";
      this.#size -= this.#sizes[slot]!;
    }
  }
}
