import assert from "node:assert/strict";
import { ReadPace } from "./read_pace.ts";

/** Plays a burst: so many streams are opened, then a read ends all of them. */
function burst(pace: ReadPace, streams: number, bytesEach: number): void {
  for (let n = 1; n <= streams; n++) pace.opened(n);
  for (let n = 0; n < streams; n++) pace.ended();
  pace.read(streams * bytesEach, 0);
}

Deno.test("about half of the answers that are waited for are read at once", () => {
  const pace = new ReadPace();
  assert.equal(pace.most, Infinity);
  burst(pace, 64, 54);
  assert.equal(pace.most, 32 * 54);
});

Deno.test("a connection with a few streams reads all that has come", () => {
  const pace = new ReadPace();
  for (let n = 0; n < 200; n++) burst(pace, 4, 54);
  assert.equal(pace.most, Infinity);
});

Deno.test("bytes of answers that are not whole yet count for the read that ends them", () => {
  const pace = new ReadPace();
  for (let n = 1; n <= 10; n++) pace.opened(n);
  pace.read(30_000, 10);
  assert.equal(pace.most, Infinity);
  for (let n = 0; n < 10; n++) pace.ended();
  pace.read(10_000, 0);
  assert.equal(pace.most, 5 * 4000);
});

Deno.test("it follows connections that become quieter, and answers that become larger", () => {
  const pace = new ReadPace();
  burst(pace, 64, 50);
  for (let n = 0; n < 100; n++) burst(pace, 16, 1000);
  const { most } = pace;
  assert.ok(most > 7900 && most <= 8 * 1000, `${most}`);
});
