import assert from "node:assert/strict";
import { Slab } from "./mod.ts";

Deno.test("what a slab keeps survives the source and every later run", () => {
  const slab = new Slab();
  const source = new Uint8Array(40_000);
  const runs: { kept: Uint8Array; value: number; length: number }[] = [];
  for (let i = 0; i < 300; i++) {
    const length = (i * 977) % 39_000;
    source.fill(i % 256);
    runs.push({ kept: slab.keep(source, 10, 10 + length), value: i % 256, length });
  }
  for (const { kept, value, length } of runs) {
    assert.equal(kept.length, length);
    assert(kept.every((byte) => byte === value));
  }
});

Deno.test("a long run has a buffer of its own, so that keeping it keeps nothing else", () => {
  const kept = new Slab().keep(new Uint8Array(20_000), 0, 20_000);
  assert.equal(kept.buffer.byteLength, 20_000);
});
