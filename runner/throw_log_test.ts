import assert from "node:assert/strict";
import type { LogEntry } from "./result.ts";
import { ThrowLog } from "./throw_log.ts";

function told(errors: Iterable<unknown>): string[] {
  const entries: LogEntry[] = [];
  const log = new ThrowLog((entry) => entries.push(entry), (error) => `told ${error}`);
  for (const error of errors) log.add(error);
  log.flush();
  log.flush();
  return entries.map(({ text }) => text);
}

Deno.test("each distinct message is told once, and at the end how often it came again", () => {
  const a = () => new Error("a");
  assert.deepEqual(told([a(), new TypeError("a"), a(), "b", a()]), [
    "told Error: a",
    "told TypeError: a",
    "told b",
    "2 more times: Error: a",
  ]);
});

Deno.test("many distinct messages don't flood", () => {
  const texts = told(Array.from({ length: 1000 }, (_, i) => new Error(`number ${i}`)));
  assert.equal(texts.length, 51);
  assert.equal(texts.at(-1), "950 more errors with other messages");
});

Deno.test("whatever is thrown can be told", () => {
  const hostile = {
    toString() {
      throw new Error("gotcha");
    },
  };
  assert.deepEqual(told([Object.create(null), hostile, undefined, Symbol("s")]), [
    "an error that can't be shown",
    "told undefined",
    "Symbol(s)",
    "1 more time: an error that can't be shown",
  ]);
});
