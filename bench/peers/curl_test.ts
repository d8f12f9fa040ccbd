import assert from "node:assert/strict";
import { parseCurl } from "./curl.ts";

Deno.test("parseCurl counts transfers, and as failed those without status 200", () => {
  assert.deepEqual(parseCurl("200 0.003\n404 0.001\n200 0.003\n200 0.0", 2, 0.3), {
    requests: 4,
    requestsPerSecond: 2,
    cpuUsPerRequest: 75_000,
    p50Ms: 2,
    p99Ms: 3,
    failed: 1,
  });
});

Deno.test("parseCurl refuses what has no transfer", () => {
  assert.throws(() => parseCurl("curl: (7) Failed to connect", 1, 0), /read curl's output: curl:/);
});
