import assert from "node:assert/strict";
import { hex, text } from "./_blocks_for_tests.ts";
import { huffmanDecode, huffmanEncode, huffmanRoom, huffmanSize } from "./_huffman.ts";
import { HUFFMAN_LENGTHS } from "./_huffman_codes.ts";
import { HpackError } from "./hpack_error.ts";

function encode(plain: string): Uint8Array {
  const out = new Uint8Array(plain.length * 4 + 8);
  return out.slice(0, huffmanEncode(plain, out, 0));
}

/** Decoded text; `!` before it when a byte can't be in a field value. */
function decode(packed: Uint8Array): string {
  const out = new Uint8Array(huffmanRoom(packed.length));
  const end = huffmanDecode(packed, 0, packed.length, out, 0);
  return end < 0 ? `!${text(out.subarray(0, ~end))}` : text(out.subarray(0, end));
}

Deno.test("Huffman lengths make a complete code", () => {
  assert.equal(HUFFMAN_LENGTHS.length, 257);
  assert.equal(HUFFMAN_LENGTHS.reduce((sum, length) => sum + 2 ** -length, 0), 1);
});

Deno.test("Huffman coding gives every byte back, alone and beside every other", () => {
  const unfit = (byte: number): boolean => byte < 32 && byte !== 9 || byte === 127;
  for (let a = 0; a < 256; a++) {
    const one = String.fromCharCode(a);
    assert.equal(decode(encode(one)), (unfit(a) ? "!" : "") + one);
    assert.equal(huffmanSize(one), Math.ceil(HUFFMAN_LENGTHS[a]! / 8));
    for (let b = 0; b < 256; b++) {
      const two = one + String.fromCharCode(b);
      assert.equal(decode(encode(two)), (unfit(a) || unfit(b) ? "!" : "") + two);
    }
  }
});

Deno.test("Huffman coding gives a text with all bytes back and says its size before", () => {
  const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(255 - i)).join("");
  for (const plain of ["", all, all + all, "www.example.com", "0".repeat(1000)]) {
    const packed = encode(plain);
    assert.equal(packed.length, huffmanSize(plain));
    assert.equal(decode(packed).replace(/^!/, ""), plain);
  }
});

Deno.test("a text with a character above U+00FF has no Huffman size", () => {
  assert.ok(Number.isNaN(huffmanSize("a\u0100")));
});

const WRONG: [name: string, packed: string][] = [
  ["eight bits of padding", "1f ff"],
  ["padding of zeros", "18"],
  ["padding with one zero", "1e"],
  ["end of string alone", "ff ff ff ff"],
  ["end of string behind a byte", "1f ff ff ff ff"],
  ["end of string inside", "ff ff ff fc 7f"],
  ["nothing but ones", "ff"],
];

for (const [name, packed] of WRONG) {
  Deno.test(`Huffman decoding refuses ${name}`, () => {
    assert.throws(() => decode(hex(packed)), HpackError);
  });
}

Deno.test("Huffman decoding takes every length of padding up to seven ones", () => {
  const paddings = new Set<number>();
  for (let count = 1; count <= 8; count++) {
    paddings.add((8 - 5 * count % 8) % 8);
    assert.equal(decode(encode("0".repeat(count))), "0".repeat(count));
  }
  assert.equal(paddings.size, 8);
});
