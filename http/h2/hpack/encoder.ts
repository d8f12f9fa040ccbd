import { HttpError } from "../../errors.ts";
import type { ByteSink } from "../byte_sink.ts";
import { huffmanEncode, huffmanSize } from "./_huffman.ts";
import { NameState, staticNames } from "./_name_state.ts";
import { SentTable } from "./_sent_table.ts";
import { DEFAULT_TABLE_BYTES, ENTRY_OVERHEAD, STATIC_COUNT } from "./_static_table.ts";
import type { HpackField, PreparedFields } from "./prepared_fields.ts";

export type { HpackField } from "./prepared_fields.ts";

/** Names that are learnt beside the static ones; fields of others are not indexed. */
const MAX_NAMES = 256;
/** A cookie shorter than this could be guessed from how well it is compressed. */
const SHORT_SECRET = 20;
/** Most bytes of an integer here: one of its prefix and five. */
const INTEGER_BYTES = 6;

// First bits of a field, and its prefix (RFC 7541 §6).
const INDEXED = 0x80, INDEXED_PREFIX = 0x7f;
const KEPT = 0x40, KEPT_PREFIX = 0x3f;
const NEVER = 0x10, NOT_KEPT = 0, NOT_KEPT_PREFIX = 0x0f;
const RESIZE = 0x20, RESIZE_PREFIX = 0x1f;
const HUFFMAN = 0x80, STRING_PREFIX = 0x7f;

const OTHER_NAME = new NameState("no");
/** Counts the states of all encoders' tables, so that a prepared block can't match another's. */
let epochs = 0;

/**
 * Encodes the field blocks of one direction of a connection (RFC 7541).
 *
 * Each block must be sent, in the order of the calls: the peer's table follows them.
 */
export class HpackEncoder {
  readonly #names = staticNames();
  readonly #maxTableBytes: number;
  readonly #table: SentTable;
  #known: number;
  /** Capacity that the table gets with the next block. */
  #wanted: number;
  /** The lowest one since the last block, which the peer must be told of as well. */
  #lowest: number;
  /** True when the next block begins with table sizes. */
  #resized: boolean;
  #epoch = ++epochs;
  /** True when the block just made has a field that may go into the table when it comes again. */
  #unsettled = false;

  /** @param options `maxTableBytes`: most that we use of what the peer allows; default 4096 */
  constructor(options: { maxTableBytes?: number } = {}) {
    const max = options.maxTableBytes ?? DEFAULT_TABLE_BYTES;
    this.#maxTableBytes = max;
    this.#table = new SentTable(Math.max(max, DEFAULT_TABLE_BYTES), DEFAULT_TABLE_BYTES);
    this.#known = this.#names.size;
    this.#wanted = this.#lowest = Math.min(max, DEFAULT_TABLE_BYTES);
    this.#resized = max < DEFAULT_TABLE_BYTES;
  }

  /** Takes the peer's SETTINGS_HEADER_TABLE_SIZE; the next block tells it what we use of that. */
  setMaxTableBytes(bytes: number): void {
    this.#wanted = Math.min(bytes, this.#maxTableBytes);
    this.#lowest = Math.min(this.#lowest, this.#wanted);
    const { capacity } = this.#table;
    if (this.#lowest === capacity && this.#wanted === capacity) return;
    this.#resized = true;
    this.#epoch = ++epochs;
  }

  /**
   * Adds a field block to `into`.
   *
   * @throws {HttpError} `request_invalid` for a character above U+00FF or a name in upper case;
   * nothing is added then
   */
  encode(fields: readonly HpackField[], into: ByteSink): void {
    const start = into.end;
    this.#unsettled = false;
    try {
      if (this.#resized) this.#tellSize(into);
      for (const field of fields) this.#field(field[0], field[1], field[2] === true, into);
    } catch (error) {
      // The peer will not see the entries of this block: both tables begin anew.
      into.end = start;
      this.#lowest = 0;
      this.#resized = true;
      this.#epoch = ++epochs;
      throw error;
    }
  }

  /** The same, for a list that is sent again: a copy of its last block while the table is the same. */
  encodePrepared(list: PreparedFields, into: ByteSink): void {
    if (list.epoch === this.#epoch) return into.append(list.block, 0, list.length);
    const start = into.end;
    const before = this.#epoch;
    this.encode(list.fields, into);
    // Where the table changed or is about to, the next block will be another.
    if (this.#epoch === before && !this.#unsettled) list.keep(before, into.bytes, start, into.end);
  }

  /**
   * RFC 7541 §4.2: the lowest size since the last block, and the one from now on. The lowest is told
   * as 0: some decoders refuse a second size behind one that left entries in the table.
   */
  #tellSize(into: ByteSink): void {
    const table = this.#table;
    into.ensure(2 * INTEGER_BYTES);
    if (this.#lowest < Math.min(table.capacity, this.#wanted)) {
      putInteger(into, RESIZE, RESIZE_PREFIX, 0);
      table.resize(0);
    }
    putInteger(into, RESIZE, RESIZE_PREFIX, this.#wanted);
    table.resize(this.#wanted);
    this.#lowest = this.#wanted;
    this.#resized = false;
    this.#epoch = ++epochs;
  }

  #field(name: string, value: string, sensitive: boolean, into: ByteSink): void {
    const state = this.#names.get(name) ?? this.#learn(name);
    const secret = sensitive || isSecret(state, value);
    if (!secret) {
      const known = state.values.get(value);
      if (known !== undefined) {
        into.ensure(INTEGER_BYTES);
        const index = known < 0 ? -known : this.#indexOf(known);
        return putInteger(into, INDEXED, INDEXED_PREFIX, index);
      }
    }
    into.ensure(name.length + value.length + 3 * INTEGER_BYTES);
    const size = name.length + value.length + ENTRY_OVERHEAD;
    const kept = !secret && this.#shouldKeep(state, value, size);
    const index = state.staticIndex > 0
      ? state.staticIndex
      : this.#table.has(state.newest)
      ? this.#indexOf(state.newest)
      : 0;
    if (kept) putInteger(into, KEPT, KEPT_PREFIX, index);
    else putInteger(into, secret ? NEVER : NOT_KEPT, NOT_KEPT_PREFIX, index);
    if (index === 0) putString(into, name);
    putString(into, value, name);
    if (!kept) return;
    this.#table.add(state, value, size);
    this.#epoch = ++epochs;
  }

  #shouldKeep(state: NameState, value: string, size: number): boolean {
    // A large one would drive out what is worth more, and stay for a short time itself.
    if (size > this.#table.capacity / 2 || state.indexing === "no") return false;
    if (state.indexing === "first" || state.seenBefore(value)) return true;
    this.#unsettled = true;
    return false;
  }

  /** Index of a dynamic entry: the newest has the first one behind the static table. */
  #indexOf(entry: number): number {
    return STATIC_COUNT + this.#table.next - entry;
  }

  #learn(name: string): NameState {
    if (!/^[^A-Z\u0100-\uffff]+$/.test(name)) {
      throw new HttpError(
        "request_invalid",
        "prepare",
        `HTTP/2 field name ${JSON.stringify(name)} is not in lower case`,
      );
    }
    if (this.#names.size >= this.#known + MAX_NAMES) return OTHER_NAME;
    const state = new NameState("second");
    this.#names.set(name, state);
    return state;
  }
}

function isSecret(state: NameState, value: string): boolean {
  return state.indexing === "never" ||
    (state.indexing === "never-short" && value.length < SHORT_SECRET);
}

/** Writes an integer behind the bits of `first` (RFC 7541 §5.1). */
function putInteger(into: ByteSink, first: number, prefix: number, value: number): void {
  const { bytes } = into;
  if (value < prefix) {
    bytes[into.end++] = first | value;
    return;
  }
  bytes[into.end++] = first | prefix;
  let rest = value - prefix;
  for (; rest >= 0x80; rest >>>= 7) bytes[into.end++] = rest | 0x80;
  bytes[into.end++] = rest;
}

/** Writes a string (RFC 7541 §5.2), in Huffman's code when that is shorter. */
function putString(into: ByteSink, text: string, field = text): void {
  const packed = huffmanSize(text);
  if (packed < text.length) {
    putInteger(into, HUFFMAN, STRING_PREFIX, packed);
    into.end = huffmanEncode(text, into.bytes, into.end);
    return;
  }
  if (Number.isNaN(packed)) {
    throw new HttpError(
      "request_invalid",
      "prepare",
      `value of field ${field} has a character above U+00FF, which HTTP can't send`,
    );
  }
  putInteger(into, 0, STRING_PREFIX, text.length);
  const { bytes } = into;
  let at = into.end;
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  into.end = at;
}
