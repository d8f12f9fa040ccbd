import { FIELD } from "../../h1/syntax.ts";
import { HUFFMAN_LENGTHS } from "./_huffman_codes.ts";
import { HpackError } from "./hpack_error.ts";

const END_OF_STRING = 256;
const CODES = canonicalCodes(HUFFMAN_LENGTHS);

/**
 * Bytes that `text` takes in Huffman's code.
 *
 * @returns NaN for a text with characters above U+00FF, which no byte stands for
 */
export function huffmanSize(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return NaN;
    bits += HUFFMAN_LENGTHS[code]!;
  }
  return (bits + 7) >>> 3;
}

/** Writes `text`, all characters up to U+00FF, in Huffman's code; returns the position behind it. */
export function huffmanEncode(text: string, out: Uint8Array, at: number): number {
  // Only the low `count` bits of `pending` matter; what is above was written before.
  let pending = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    let code = CODES[byte]!;
    let length = HUFFMAN_LENGTHS[byte]!;
    if (length > 24) {
      // With the seven bits that may be pending a long code is more than 32: two steps.
      pending = (pending << (length - 16)) | (code >>> 16);
      count += length - 16;
      while (count >= 8) out[at++] = pending >>> (count -= 8);
      code &= 0xffff;
      length = 16;
    }
    pending = (pending << length) | code;
    count += length;
    while (count >= 8) out[at++] = pending >>> (count -= 8);
  }
  if (count > 0) out[at++] = (pending << (8 - count)) | (0xff >>> count);
  return at;
}

/** Room that `huffmanDecode` needs for `length` bytes of input: the shortest code has five bits. */
export function huffmanRoom(length: number): number {
  return ((length * 8) / 5 | 0) + 2;
}

// A step of the decoder: the next state, up to two bytes, how many, and flags.
const FIRST_SHIFT = 8, SECOND_SHIFT = 16, COUNT_SHIFT = 24;
const FAILED = 1 << 26;
/** A byte that can't be in a field value. */
const UNFIT = 1 << 27;

/** The step from a state, an inner node of the code's tree, by an input byte; 0 until it is taken. */
let steps: Int32Array | null = null;
/** 1 for the states in which a string may end: on the path of ones, at most seven bits down. */
const ENDS = new Uint8Array(256);
/** Children of each inner node, for a bit of 0 and of 1: an inner node, or a symbol as `~symbol`. */
const CHILDREN = new Int16Array(512);

/**
 * Decodes `block[start, end)` to `out[at…]`, which has `huffmanRoom`.
 *
 * @returns the position behind the last byte, or its complement (`~`) when there are bytes among
 * them that can't be in a field value
 * @throws {HpackError} end of string inside, or padding that is not up to seven ones (RFC 7541 §5.2)
 */
export function huffmanDecode(
  block: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): number {
  const known = steps ??= startSteps();
  let state = 0;
  let seen = 0;
  for (let i = start; i < end; i++) {
    const index = (state << 8) | block[i]!;
    let step = known[index]!;
    if (step === 0) step = findStep(known, index);
    // Both are written always: a branch would cost more than a byte that is written over.
    out[at] = step >>> FIRST_SHIFT;
    out[at + 1] = step >>> SECOND_SHIFT;
    at += (step >>> COUNT_SHIFT) & 3;
    seen |= step;
    state = step & 0xff;
  }
  if ((seen & FAILED) !== 0) throw new HpackError("end of string inside a Huffman string");
  if (ENDS[state] === 0) throw new HpackError("wrong padding of a Huffman string");
  return (seen & UNFIT) === 0 ? at : ~at;
}

function canonicalCodes(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length);
  let next = 0;
  for (let length = 1; length <= 30; length++) {
    next *= 2;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = next++;
    }
  }
  return codes;
}

/**
 * Makes the tree of the code. Of the 65,536 steps few are ever taken, so each is found when it is:
 * the first response need not wait for all of them.
 */
function startSteps(): Int32Array {
  let nodes = 1;
  for (let symbol = 0; symbol < CODES.length; symbol++) {
    let node = 0;
    for (let bit = HUFFMAN_LENGTHS[symbol]! - 1; bit >= 0; bit--) {
      const branch = node * 2 + ((CODES[symbol]! >>> bit) & 1);
      if (bit === 0) CHILDREN[branch] = ~symbol;
      else if (CHILDREN[branch] === 0) CHILDREN[branch] = nodes++;
      node = CHILDREN[branch]!;
    }
  }
  for (let node = 0, depth = 0; depth < 8; depth++) {
    ENDS[node] = 1;
    node = CHILDREN[node * 2 + 1]!;
  }
  return new Int32Array(256 * 256);
}

/**
 * Goes down the tree from a state by the bits of a byte, at most two symbols are found on the way,
 * and keeps the step at its index: state, then byte.
 */
function findStep(known: Int32Array, index: number): number {
  let node = index >>> 8;
  let step = 0;
  let shift = FIRST_SHIFT;
  for (let bit = 7; bit >= 0; bit--) {
    node = CHILDREN[node * 2 + ((index >>> bit) & 1)]!;
    if (node >= 0) continue;
    const symbol = ~node;
    node = 0;
    if (symbol === END_OF_STRING) {
      step |= FAILED;
      continue;
    }
    step += 1 << COUNT_SHIFT;
    step |= symbol << shift;
    if (FIELD[symbol] === 0) step |= UNFIT;
    shift = SECOND_SHIFT;
  }
  return known[index] = step | node;
}
