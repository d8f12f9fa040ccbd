import assert from "node:assert/strict";
import { retryAfterMs } from "./retry_after.ts";

Deno.test("Retry-After is seconds or a date, never more than five minutes", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const cases: [value: string | null, ms: number][] = [
    [null, 0],
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["300", 300_000],
    ["99999999999999999999", 300_000],
    ["Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
    ["Wed, 31 Dec 2025 23:59:59 GMT", 0],
    ["Fri, 01 Jan 2027 00:00:00 GMT", 300_000],
    ["-7", 0],
    ["soon", 0],
    ["", 0],
  ];
  for (const [value, ms] of cases) assert.equal(retryAfterMs(value, now), ms, String(value));
});
