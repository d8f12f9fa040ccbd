import { ENTRY_OVERHEAD } from "./_static_table.ts";

/**
 * A field: its name in lower case and its value, both of characters up to U+00FF, which are a byte
 * each. A sensitive one is in no table, here or at the next hops (RFC 7541 §7.1.3).
 */
export type HpackField = readonly [name: string, value: string, sensitive?: boolean];

/**
 * A field list that is sent again and again: the encoder that sent it last leaves its bytes here, and
 * copies them as long as its table is the same.
 */
export class PreparedFields {
  /** The fields, in the order they are sent. */
  readonly fields: readonly HpackField[];
  /** The state of the table that `block` was made with; 0 without one. For the encoder. */
  epoch = 0;
  /** The bytes of that time. For the encoder. */
  block: Uint8Array = new Uint8Array(0);
  /** How many of them are in use. For the encoder. */
  length = 0;
  #listBytes = -1;

  /** @param fields what is sent; neither list nor fields may change afterwards */
  constructor(fields: readonly HpackField[]) {
    this.fields = fields;
  }

  /** Size of the list as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
  get listBytes(): number {
    if (this.#listBytes < 0) {
      this.#listBytes = 0;
      for (const [name, value] of this.fields) {
        this.#listBytes += name.length + value.length + ENTRY_OVERHEAD;
      }
    }
    return this.#listBytes;
  }

  /** Keeps `bytes[start, end)` as the block of an epoch. */
  keep(epoch: number, bytes: Uint8Array, start: number, end: number): void {
    this.length = end - start;
    if (this.length > this.block.length) this.block = bytes.slice(start, end);
    else this.block.set(bytes.subarray(start, end));
    this.epoch = epoch;
  }
}
