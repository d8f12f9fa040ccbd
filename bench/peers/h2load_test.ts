import assert from "node:assert/strict";
import { parseH2load } from "./h2load.ts";

const OUTPUT = `starting benchmark...
Application protocol: h2

finished in 2.00s, 96665.50 req/s, 8.57MB/s
requests: 193331 total, 193395 started, 193331 done, 193321 succeeded, 10 failed, 3 errored, 1 timeout
status codes: 193331 2xx, 0 3xx, 0 4xx, 0 5xx
time for request:       67us      9.07ms       620us       223us    94.57%
`;

Deno.test("parseH2load reads requests, rate and failures", () => {
  assert.deepEqual(parseH2load(OUTPUT, 1.5), {
    requests: 193321,
    requestsPerSecond: 96665.5,
    cpuUsPerRequest: (1.5 / 193321) * 1e6,
    p50Ms: null,
    p99Ms: null,
    failed: 10,
  });
});

Deno.test("parseH2load refuses what is not a finished measurement", () => {
  assert.throws(() => parseH2load("could not connect", 0), /read h2load's output/);
  assert.throws(() => parseH2load(OUTPUT.replace("193321 succ", "0 succ"), 1), /h2load's output/);
});
