import assert from "node:assert/strict";
import { readRetry } from "./retry.ts";
import { retryPauseMs } from "./retrying.ts";

const retry = readRetry({ attempts: 20, delay: 100 })!;

function pauseMs(attempt: number, retryAfter?: string, status = 503): number {
  const headers = new Headers(retryAfter === undefined ? [] : [["Retry-After", retryAfter]]);
  return retryPauseMs(retry, { status, headers }, attempt);
}

Deno.test("pauses double up to 30 s", () => {
  const pauses = [1, 2, 3, 9, 10, 19].map((attempt) => pauseMs(attempt));
  assert.deepEqual(pauses, [100, 200, 400, 25_600, 30_000, 30_000]);
});

Deno.test("what Retry-After asks for wins, up to 30 s, and nonsense doesn't", () => {
  const table: [value: string, ms: number][] = [
    ["2", 2000],
    ["30", 30_000],
    ["31", 30_000],
    ["999999999", 30_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 30_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 100],
    ["0", 100],
    ["-1", 100],
    ["soon", 100],
  ];
  for (const [value, ms] of table) assert.equal(pauseMs(1, value), ms, value);
  assert.equal(pauseMs(1, "2", 0), 100, "of a failure there is none");
});
