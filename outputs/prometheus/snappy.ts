/**
 * Snappy's block format, the writing half: the number of bytes as a varint, then literals and
 * copies. Format: https://github.com/google/snappy/blob/main/format_description.txt
 */

/** Copies reach back as far as 16 bits: each block is compressed for itself. */
const BLOCK = 1 << 16;
const HASH_BITS = 14;
/** Copies below this aren't worth it; it is also what the table finds. */
const MIN_COPY = 4;
const MAX_COPY = 64;

/** Packs bytes into one snappy block, at most a sixth and 16 bytes longer than they are. */
export function compressSnappy(input: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = { bytes: new Uint8Array(16 + input.length + Math.ceil(input.length / 6)), at: 0 };
  addVarint(writer, input.length);
  const table = new Uint16Array(1 << HASH_BITS);
  for (let start = 0; start < input.length; start += BLOCK) {
    table.fill(0);
    compressBlock(writer, input.subarray(start, start + BLOCK), table);
  }
  return writer.bytes.slice(0, writer.at);
}

interface Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  at: number;
}

function compressBlock(writer: Writer, block: Uint8Array, table: Uint16Array): void {
  const last = block.length - MIN_COPY;
  let literal = 0;
  let misses = 0;
  for (let at = 1; at <= last;) {
    const word = wordAt(block, at);
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    // Empty places of the table say 0: a candidate like any other.
    const found = table[hash]!;
    table[hash] = at;
    if (found >= at || wordAt(block, found) !== word) {
      // What doesn't repeat is stepped over faster and faster.
      at += 1 + (misses++ >> 5);
      continue;
    }
    misses = 0;
    let length = MIN_COPY;
    while (at + length < block.length && block[found + length] === block[at + length]) length++;
    addLiteral(writer, block.subarray(literal, at));
    addCopies(writer, at - found, length);
    at += length;
    literal = at;
  }
  addLiteral(writer, block.subarray(literal));
}

function addLiteral(writer: Writer, literal: Uint8Array): void {
  const { length } = literal;
  if (length === 0) return;
  const { bytes } = writer;
  const rest = length - 1;
  if (rest < 60) bytes[writer.at++] = rest << 2;
  else if (rest < 256) {
    bytes[writer.at++] = 60 << 2;
    bytes[writer.at++] = rest;
  } else {
    bytes[writer.at++] = 61 << 2;
    bytes[writer.at++] = rest & 255;
    bytes[writer.at++] = rest >> 8;
  }
  bytes.set(literal, writer.at);
  writer.at += length;
}

/** Copies of two-byte offsets; the last one may be of one byte's, which is shorter. */
function addCopies(writer: Writer, offset: number, length: number): void {
  const { bytes } = writer;
  let left = length;
  while (left > 0) {
    // The last copy needs four bytes to be written the short way.
    const one = left > MAX_COPY ? Math.min(MAX_COPY, left - MIN_COPY) : left;
    left -= one;
    if (one >= MIN_COPY && one <= 11 && offset < 2048) {
      bytes[writer.at++] = 1 | (one - MIN_COPY) << 2 | (offset >> 8) << 5;
      bytes[writer.at++] = offset & 255;
    } else {
      bytes[writer.at++] = 2 | (one - 1) << 2;
      bytes[writer.at++] = offset & 255;
      bytes[writer.at++] = offset >> 8;
    }
  }
}

function addVarint(writer: Writer, value: number): void {
  let left = value;
  while (left > 127) {
    writer.bytes[writer.at++] = left % 128 + 128;
    left = Math.floor(left / 128);
  }
  writer.bytes[writer.at++] = left;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
}
