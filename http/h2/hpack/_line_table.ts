import { ENTRY_OVERHEAD } from "./_static_table.ts";

/** `": "` and CRLF, which a line has beside name and value. */
const LINE_OVERHEAD = 4;
const MIN_LOG_BYTES = 1024;

/**
 * The decoder's dynamic table (RFC 7541 §2.3.2). Entries are lines `name: value\r\n` in one log:
 * every literal is decoded to its end, and becomes an entry by being remembered there. So fields
 * that came one behind the other stay neighbours, and several are handed on as one run of bytes.
 * When the log is full its entries are moved together at its start.
 *
 * Entry `n` is the `n`-th one ever added; `[oldest, next)` are in the table.
 */
export class LineTable {
  /** Lines; those of entries are kept, others are there until the next `room`. */
  log: Uint8Array;
  /** Where the next line goes. */
  tail = 0;
  /** The next entry to be added. */
  next = 0;
  /** The entry that goes first. */
  oldest = 0;
  /** Entry `n` stands at `n & mask` in the arrays below. */
  readonly mask: number;
  /** Where the line of an entry starts in the log. */
  readonly starts: Int32Array;
  /** Where its name ends. */
  readonly nameEnds: Int32Array;
  /** Behind its line. */
  readonly ends: Int32Array;
  /** What its name makes of a field: see `_field_kind.ts`. */
  readonly nameKinds: Uint8Array;
  /** Its own kind. */
  readonly kinds: Uint8Array;

  readonly #leastLog: number;
  #size = 0;
  #capacity: number;

  /** @param maxBytes the largest capacity it can be given @param capacity the first one */
  constructor(maxBytes: number, capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, maxBytes / ENTRY_OVERHEAD)));
    this.#leastLog = Math.max(MIN_LOG_BYTES, capacity * 4);
    this.log = new Uint8Array(this.#leastLog);
    this.mask = slots - 1;
    this.starts = new Int32Array(slots);
    this.nameEnds = new Int32Array(slots);
    this.ends = new Int32Array(slots);
    this.nameKinds = new Uint8Array(slots);
    this.kinds = new Uint8Array(slots);
    this.#capacity = capacity;
  }

  /** Bytes of the entries, as RFC 7541 §4.1 counts them. */
  get size(): number {
    return this.#size;
  }

  /** Takes a new capacity and evicts what no longer fits (§4.3). */
  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#evict(capacity);
  }

  /** True when `bytes` fit behind `tail`. */
  hasRoom(bytes: number): boolean {
    return this.tail + bytes <= this.log.length;
  }

  /** Makes room for `bytes` behind `tail`. Moves entries, and forgets all other lines. */
  makeRoom(bytes: number): void {
    const kept = this.#size + bytes;
    const from = this.log;
    // Half of it is to be free afterwards, or the next call would come too soon. What one large
    // field needed isn't held for ever.
    const wanted = Math.max(this.#leastLog, kept * 2);
    if (wanted > from.length || from.length > wanted * 4) this.log = new Uint8Array(wanted);
    this.tail = 0;
    let entry = this.oldest;
    while (entry < this.next) {
      const start = this.starts[entry & this.mask]!;
      const by = this.tail - start;
      let end = start;
      // Neighbours move together.
      for (; entry < this.next && this.starts[entry & this.mask] === end; entry++) {
        const slot = entry & this.mask;
        end = this.ends[slot]!;
        this.starts[slot]! += by;
        this.nameEnds[slot]! += by;
        this.ends[slot]! += by;
      }
      if (this.log === from) from.copyWithin(this.tail, start, end);
      else this.log.set(from.subarray(start, end), this.tail);
      this.tail = end + by;
    }
  }

  /** Makes the line `[start, tail)` an entry; one larger than the table empties it (§4.4). */
  add(start: number, nameEnd: number, nameKind: number, kind: number): void {
    const size = this.tail - start - LINE_OVERHEAD + ENTRY_OVERHEAD;
    this.#evict(this.#capacity - size);
    if (size > this.#capacity) return;
    const slot = this.next++ & this.mask;
    this.starts[slot] = start;
    this.nameEnds[slot] = nameEnd;
    this.ends[slot] = this.tail;
    this.nameKinds[slot] = nameKind;
    this.kinds[slot] = kind;
    this.#size += size;
  }

  #evict(size: number): void {
    while (this.#size > size && this.oldest < this.next) {
      const slot = this.oldest++ & this.mask;
      this.#size -= this.ends[slot]! - this.starts[slot]! - LINE_OVERHEAD + ENTRY_OVERHEAD;
    }
  }
}
