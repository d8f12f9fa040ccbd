import assert from "node:assert/strict";
import type { ShardCommand } from "../../runner/remote/mod.ts";
import { onceOnly } from "./once.ts";

const image = (id: number, name: string, from: number): ShardCommand => ({
  ...{ id, call: "image" },
  args: { name, from, to: from + 10 },
});
const setup = (id: number): ShardCommand => ({ id, call: "setup", args: {} });
const stop = (id: number): ShardCommand => ({ id, call: "stop", args: { now: false } });

Deno.test("calls that are made once have the same key and number for every coordinator", async () => {
  assert.deepEqual(await onceOnly(setup(3), 1), await onceOnly(setup(7), 2));
  assert.deepEqual(
    await onceOnly(image(3, "users", 0), 1),
    await onceOnly(image(9, "users", 0), 4),
  );
});

Deno.test("no two calls of a run share a key or a number", async () => {
  const calls = await Promise.all([
    onceOnly(setup(1), 1),
    onceOnly(image(2, "users", 0), 1),
    onceOnly(image(3, "users", 10), 1),
    onceOnly(image(4, "others", 0), 1),
    onceOnly(stop(5), 1),
    onceOnly(stop(6), 1),
    onceOnly(stop(5), 2),
  ]);
  assert.equal(new Set(calls.map(({ key }) => key)).size, calls.length);
  assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length);
  for (const { id } of calls) assert(Number.isSafeInteger(id));
});
