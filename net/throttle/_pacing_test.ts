import assert from "node:assert/strict";
import { passedAt, pieceOf } from "./_pacing.ts";

Deno.test("bytes take their time, one after the other", () => {
  const rows: [freeAt: number, now: number, bytes: number, rate: number, passed: number][] = [
    [0, 0, 1000, 1000, 1000],
    [0, 0, 1, 1000, 1],
    [500, 0, 100, 1000, 600], // Waits for what is ahead.
    [0, 10, 100, 1000, 100], // 10 ms late: made up for.
    [0, 20, 100, 1000, 100],
    [0, 5000, 100, 1000, 5080], // A long pause saves up 20 ms, no more.
    [0, 5000, 20, 1000, 5000],
    [700, 100, 1_000_000, Infinity, 700],
    [0, 100, 1_000_000, Infinity, 80],
  ];
  for (const [freeAt, now, bytes, rate, passed] of rows) {
    assert.equal(passedAt(freeAt, now, bytes, rate), passed, `${[freeAt, now, bytes, rate]}`);
  }
});

Deno.test("however bytes come, no stretch of time lets more through than its rate and 20 ms", () => {
  const seed = Date.now() % 2 ** 31;
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const rate = 10_000;
  const passed: { at: number; bytes: number }[] = [];
  for (let now = 0, freeAt = 0, i = 0; i < 300; i++) {
    now = Math.max(now + random() * 40, freeAt); // A sender waits, now and then for longer.
    const bytes = 1 + Math.floor(random() * 200);
    freeAt = passedAt(freeAt, now, bytes, rate);
    passed.push({ at: Math.max(freeAt, now), bytes });
  }
  for (let from = 0; from < passed.length; from++) {
    let sum = 0;
    for (let to = from + 1; to < passed.length; to++) {
      sum += passed[to]!.bytes;
      const ms = passed[to]!.at - passed[from]!.at;
      assert.ok(sum <= rate * (ms + 20) / 1000 + 1e-6, `seed ${seed}: ${sum} bytes in ${ms} ms`);
    }
  }
});

Deno.test("a piece is what a link carries in 20 ms, within bounds", () => {
  const rows = [[1, 1], [49, 1], [1000, 20], [1_000_000, 20_000], [1e9, 65_536], [
    Infinity,
    65_536,
  ]];
  for (const [rate, piece] of rows) assert.equal(pieceOf(rate!), piece);
});
