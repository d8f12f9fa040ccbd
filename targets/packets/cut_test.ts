import assert from "node:assert/strict";
import { cut } from "./cut.ts";
import type { PacketSplit } from "./options.ts";

const packets = ["aaaa1", "aaaa2", "aaaa", "aaaa4", "aaaa5", "aaaa6"].map((text) =>
  new TextEncoder().encode(text)
);

function written(split: PacketSplit, count = packets.length): string[] {
  const decoder = new TextDecoder();
  return cut(packets.slice(0, count), split, 4).map((piece) => decoder.decode(piece));
}

Deno.test("each split has its own writes", () => {
  assert.deepEqual(written("whole"), ["aaaa1aaaa2aaaaaaaa4aaaa5aaaa6"]);
  assert.deepEqual(written("bytes", 1), ["a", "a", "a", "a", "1"]);
  assert.deepEqual(written("header", 1), ["aa", "aa", "1"]);
  assert.deepEqual(written("header", 3).slice(-2), ["aa", "aa"]);
  assert.deepEqual(written("coalesced"), ["aaaa1aaaa2aaaaaaaa4aa", "aa5aaaa6"]);
  assert.deepEqual(written("coalesced", 1), ["aaaa1"]);
});

Deno.test("a header of one byte is not cut", () => {
  assert.deepEqual(cut([new Uint8Array([1, 7])], "header", 1), [
    new Uint8Array([1]),
    new Uint8Array([7]),
  ]);
});
