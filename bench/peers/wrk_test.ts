import assert from "node:assert/strict";
import { parseWrk } from "./wrk.ts";

const OUTPUT = `Running 2s test @ http://127.0.0.1:8000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   434.55us  160.61us   9.01ms   93.05%
    Req/Sec   146.59k     8.31k  159.28k    71.43%
  Latency Distribution
     50%  412.00us
     75%  487.00us
     90%  555.00us
     99%    1.08ms
  306160 requests in 2.10s, 52.56MB read
Requests/sec: 145791.52
Transfer/sec:     25.03MB
`;

Deno.test("parseWrk reads requests, rate and latencies in any unit", () => {
  assert.deepEqual(parseWrk(OUTPUT, 2.4), {
    requests: 306160,
    requestsPerSecond: 145791.52,
    cpuUsPerRequest: (2.4 / 306160) * 1e6,
    p50Ms: 0.412,
    p99Ms: 1.08,
    failed: 0,
  });
});

Deno.test("parseWrk counts socket errors and bad statuses as failed", () => {
  const lines = "  Socket errors: connect 1, read 2, write 3, timeout 4\n" +
    "  Non-2xx or 3xx responses: 90\n";
  assert.equal(parseWrk(OUTPUT.replace("Requests/sec", `${lines}Requests/sec`), 1).failed, 100);
});

Deno.test("parseWrk refuses what is not a finished measurement", () => {
  assert.throws(() => parseWrk("unable to connect to 127.0.0.1:1", 0), /read wrk's output/);
  assert.throws(() => parseWrk(OUTPUT.replace("306160", "0"), 1), /read wrk's output/);
});
