import { latin1 } from "../../h1/syntax.ts";
import { copyBytes, copyValue } from "./_copy.ts";
import {
  CONNECTION,
  digits,
  kindOfField,
  kindOfName,
  LENGTH,
  MALFORMED,
  PLAIN,
  PSEUDO,
  STATUS,
} from "./_field_kind.ts";
import { huffmanDecode, huffmanRoom } from "./_huffman.ts";
import { LineTable } from "./_line_table.ts";
import {
  STATIC_BYTES,
  STATIC_KINDS,
  STATIC_NAME_ENDS,
  STATIC_NAME_KINDS,
  STATIC_STARTS,
} from "./_static_lines.ts";
import { DEFAULT_TABLE_BYTES, ENTRY_OVERHEAD, STATIC_COUNT } from "./_static_table.ts";
import type { FieldSink } from "./field_sink.ts";
import { HpackError } from "./hpack_error.ts";

const COLON = 0x3a, SP = 0x20, CR = 0x0d, LF = 0x0a;
/** What a line `name: value\r\n` counts by RFC 7541 §4.1 beyond its length. */
const LINE_TO_SIZE = ENTRY_OVERHEAD - 4;
const MAX_INTEGER = 2 ** 31 - 1;
const NOTHING = new Uint8Array(0);

/** What a decoder takes. */
export interface HpackDecoderOptions {
  /** Our SETTINGS_HEADER_TABLE_SIZE, in bytes. Default: 4096. */
  readonly maxTableBytes?: number;
  /** Most bytes of a block's fields, each counted as name, value and 32. Default: 256 KiB. */
  readonly maxListBytes?: number;
  /** Most fields of a block. Default: 2000. */
  readonly maxFields?: number;
}

/** Decodes the field blocks of one direction of a connection (RFC 7541). */
export class HpackDecoder {
  readonly #maxTableBytes: number;
  readonly #maxListBytes: number;
  readonly #maxFields: number;
  readonly #table: LineTable;

  // Of the block under way.
  #block: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  #bytesLeft = 0;
  #fieldsLeft = 0;
  #regular = false;
  #statuses = 0;
  // Lines that stand together and are not handed on yet.
  #run: Uint8Array = NOTHING;
  #runStart = 0;
  #runEnd = 0;
  #runCount = 0;
  // The string that was read last: where it stands, and whether in Huffman's code.
  #stringStart = 0;
  #stringEnd = 0;
  #packed = false;

  /** @param options limits; each has a default */
  constructor(options: HpackDecoderOptions = {}) {
    this.#maxTableBytes = options.maxTableBytes ?? DEFAULT_TABLE_BYTES;
    this.#maxListBytes = options.maxListBytes ?? 256 * 1024;
    this.#maxFields = options.maxFields ?? 2000;
    // A peer may use more than the default once it has said so by a size update.
    this.#table = new LineTable(
      this.#maxTableBytes,
      Math.min(this.#maxTableBytes, DEFAULT_TABLE_BYTES),
    );
  }

  /** Size of the dynamic table as RFC 7541 §4.1 counts it, in bytes. */
  get tableBytes(): number {
    return this.#table.size;
  }

  /**
   * Decodes the whole field block `block[start, end)` and gives its fields to `onto`.
   *
   * @throws {HpackError} for a block that breaks RFC 7541 or is over a limit
   */
  decode(block: Uint8Array, start: number, end: number, onto: FieldSink): void {
    this.#block = block;
    this.#at = start;
    this.#end = end;
    this.#bytesLeft = this.#maxListBytes;
    this.#fieldsLeft = this.#maxFields;
    this.#regular = false;
    this.#statuses = this.#runCount = 0;
    this.#sizeUpdates();
    while (this.#at < end) {
      const first = block[this.#at]!;
      if (first >= 0x80) this.#indexed(this.#integer(0x7f), onto);
      else if (first >= 0x40) this.#literal(this.#integer(0x3f), true, onto);
      else if (first < 0x20) this.#literal(this.#integer(0x0f), false, onto);
      else throw new HpackError("table size update behind a field");
    }
    this.#flush(onto);
    this.#block = NOTHING;
  }

  /** RFC 7541 §6.3: only at the start of a block. */
  #sizeUpdates(): void {
    while (this.#at < this.#end && (this.#block[this.#at]! & 0xe0) === 0x20) {
      const size = this.#integer(0x1f);
      if (size > this.#maxTableBytes) {
        throw new HpackError(`table size ${size} over the limit of ${this.#maxTableBytes}`);
      }
      this.#table.resize(size);
    }
  }

  /** RFC 7541 §6.1. */
  #indexed(index: number, onto: FieldSink): void {
    if (index > STATIC_COUNT) {
      const table = this.#table;
      const slot = this.#slot(index);
      this.#field(
        table.log,
        table.starts[slot]!,
        table.nameEnds[slot]!,
        table.ends[slot]!,
        table.kinds[slot]!,
        onto,
      );
      return;
    }
    if (index === 0) throw new HpackError("index 0");
    this.#field(
      STATIC_BYTES,
      STATIC_STARTS[index]!,
      STATIC_NAME_ENDS[index]!,
      STATIC_STARTS[index + 1]!,
      STATIC_KINDS[index]!,
      onto,
    );
  }

  /** RFC 7541 §6.2: the line is decoded to the end of the table's log, where it can stay. */
  #literal(index: number, keep: boolean, onto: FieldSink): void {
    const block = this.#block;
    let nameRoom = 0;
    if (index === 0) nameRoom = this.#string();
    const nameStart = this.#stringStart;
    const nameStop = this.#stringEnd;
    const namePacked = this.#packed;
    const valueRoom = this.#string();
    const table = this.#table;
    // What a name by index takes is below the length of its entry.
    if (index > 0) nameRoom = this.#nameLength(index);
    if (!table.hasRoom(nameRoom + valueRoom + 4)) {
      // Lines move: those that were found must be handed on before.
      this.#flush(onto);
      table.makeRoom(nameRoom + valueRoom + 4);
    }

    const log = table.log;
    const start = table.tail;
    let nameKind: number;
    let at: number;
    if (index > STATIC_COUNT) {
      const slot = this.#slot(index);
      nameKind = table.nameKinds[slot]!;
      at = copyBytes(log, table.starts[slot]!, table.nameEnds[slot]!, log, start);
    } else if (index > 0) {
      nameKind = STATIC_NAME_KINDS[index]!;
      at = copyBytes(STATIC_BYTES, STATIC_STARTS[index]!, STATIC_NAME_ENDS[index]!, log, start);
    } else {
      at = namePacked
        ? huffmanDecode(block, nameStart, nameStop, log, start)
        : copyBytes(block, nameStart, nameStop, log, start);
      // A byte that no value may have is not in a name either, and is found there.
      if (at < 0) at = ~at;
      nameKind = kindOfName(log, start, at);
    }
    const nameEnd = at;
    log[at++] = COLON;
    log[at++] = SP;
    const valueStart = at;
    at = this.#packed
      ? huffmanDecode(block, this.#stringStart, this.#stringEnd, log, at)
      : copyValue(block, this.#stringStart, this.#stringEnd, log, at);
    let kind = MALFORMED;
    if (at < 0) at = ~at;
    else kind = kindOfField(nameKind, log, valueStart, at);
    log[at++] = CR;
    log[at++] = LF;
    this.#field(log, start, nameEnd, at, kind, onto);
    table.tail = at;
    if (keep) table.add(start, nameEnd, nameKind, kind);
  }

  /** Counts a field and hands it on, or puts it to the run of lines it stands behind. */
  #field(
    bytes: Uint8Array,
    start: number,
    nameEnd: number,
    end: number,
    kind: number,
    onto: FieldSink,
  ): void {
    this.#bytesLeft -= end - start + LINE_TO_SIZE;
    if (this.#bytesLeft < 0) throw this.#tooLarge();
    if (--this.#fieldsLeft < 0) throw new HpackError(`over ${this.#maxFields} fields`);
    if (kind === PLAIN || kind === LENGTH) {
      this.#regular = true;
      if (kind === LENGTH) onto.contentLength(digits(bytes, nameEnd + 2, end - 2));
      if (this.#runCount > 0 && start === this.#runEnd && bytes === this.#run) {
        this.#runEnd = end;
        this.#runCount++;
        return;
      }
      this.#flush(onto);
      this.#run = bytes;
      this.#runStart = start;
      this.#runEnd = end;
      this.#runCount = 1;
      return;
    }
    if (kind === STATUS && !this.#regular && ++this.#statuses === 1) {
      onto.status(digits(bytes, nameEnd + 2, end - 2));
    } else if (kind === PSEUDO && !this.#regular) {
      onto.pseudo(bytes, start, nameEnd, end);
    } else {
      onto.malformed(
        flaw(kind, latin1(bytes, start, Math.min(nameEnd, start + 40)), this.#regular),
      );
    }
  }

  #flush(onto: FieldSink): void {
    if (this.#runCount === 0) return;
    onto.lines(this.#run, this.#runStart, this.#runEnd, this.#runCount);
    this.#runCount = 0;
  }

  /** Where an entry of the dynamic table stands in its arrays; the newest has the first index. */
  #slot(index: number): number {
    const { next, oldest, mask } = this.#table;
    const entry = next - (index - STATIC_COUNT);
    if (entry < oldest) throw new HpackError(`index ${index} is in neither table`);
    return entry & mask;
  }

  #nameLength(index: number): number {
    if (index <= STATIC_COUNT) return STATIC_NAME_ENDS[index]! - STATIC_STARTS[index]!;
    const slot = this.#slot(index);
    return this.#table.nameEnds[slot]! - this.#table.starts[slot]!;
  }

  /** Reads the head of a string (RFC 7541 §5.2) and passes it by; returns the room it may take. */
  #string(): number {
    if (this.#at >= this.#end) throw truncated();
    this.#packed = this.#block[this.#at]! >= 0x80;
    const length = this.#integer(0x7f);
    if (length > this.#end - this.#at) throw truncated();
    // The longest code has 30 bits: what can only be over the limit gets no room first.
    if (length > this.#bytesLeft * 4) throw this.#tooLarge();
    this.#stringStart = this.#at;
    this.#at += length;
    this.#stringEnd = this.#at;
    return this.#packed ? huffmanRoom(length) : length;
  }

  #tooLarge(): HpackError {
    return new HpackError(`fields of over ${this.#maxListBytes} bytes`);
  }

  /** Reads an integer whose prefix is the bits of `mask` (RFC 7541 §5.1). */
  #integer(mask: number): number {
    let value = this.#block[this.#at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0;; shift += 7) {
      if (this.#at >= this.#end) throw truncated();
      const byte = this.#block[this.#at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (value > MAX_INTEGER || shift > 28) throw new HpackError("integer over 2^31");
      if (byte < 0x80) return value;
    }
  }
}

function truncated(): HpackError {
  return new HpackError("it ends inside a field");
}

function flaw(kind: number, name: string, regular: boolean): string {
  const quoted = JSON.stringify(name);
  if (kind === CONNECTION) return `${quoted}, a field of HTTP/1.1 connections`;
  if (kind === MALFORMED) return `name or value of the field ${quoted}`;
  return regular ? `pseudo-field ${quoted} behind other fields` : `pseudo-field ${quoted} twice`;
}
