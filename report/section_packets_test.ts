import assert from "node:assert/strict";
import { runOptions, runProgress, runResult, Samples } from "./_fixture_for_tests.ts";
import { errorTimes } from "./_error_times.ts";
import { displayWidth } from "./_text.ts";
import { renderSummary } from "./summary.ts";

/** What a packet load of two shards recorded. */
function packets(): Samples {
  return new Samples()
    .add("packet_packets_sent", "counter", [1200], { action: "send:hello" })
    .add("packet_packets_sent", "counter", [34], { action: "response" })
    .add("packet_bytes_sent", "counter", [12_345_678], {}, "data")
    .add("packet_packets_received", "counter", [56])
    .add("packet_bytes_received", "counter", [789], {}, "data")
    .add("packet_connections", "counter", [10])
    .add("packet_connections_failed", "counter", [2], { reason: "connection_refused" })
    .add("packet_sessions_opened", "counter", [8])
    .add("packet_sessions_closed", "counter", [8])
    .add("packet_sessions_failed", "counter", [1], { reason: "header_invalid\x1b[2J" })
    .add("packet_connecting", "trend", [1, 2, 3], {}, "time")
    .add("packet_parsing", "trend", [0.001, 0.001], {}, "time")
    .add("packet_empty_responses", "counter", [5], { reason: "none" })
    .add("packet_traps", "counter", [3], { function: "handle_body" });
}

Deno.test("the summary of a packet load is about packets, latencies and sessions", () => {
  const text = renderSummary(runResult(packets().registry, { name: "load.ldsh" }), {
    view: "packets",
    width: 100,
  });
  assert.deepEqual(text.split("\n").slice(0, 16), [
    "load.ldsh  10s, 8 sessions, 2 shards",
    "",
    "packets",
    "  packets       count    rate    bytes   a second",
    "  sent          1,234   123/s  12.3 MB  1.23 MB/s",
    "    send:hello  1,200   120/s",
    "    response       34  3.40/s",
    "  received         56  5.60/s    789 B     79 B/s",
    "  latency  samples     p50     p90     p99   p99.9     max",
    "  connect        3  2.01ms  2.80ms  2.98ms  3.00ms  3.00ms",
    "",
    "sessions    10 tried, 8 opened, 8 closed",
    "            not connected: 2× connection_refused",
    "            failed: 1× header_invalid[2J",
    "parser      2 calls timed, p50 1µs, p99 1µs",
    "            not answered: 5× none",
  ]);
  assert.match(text, /^traps {7}3× handle_body$/m);
  assert.match(text, /^generator {3}kept up/m);
  assert.doesNotMatch(text, /^iterations|^metrics|VUs|packet_/m);
});

Deno.test("it fits into 60 columns and more, and says nothing of what did not happen", () => {
  for (let width = 60; width <= 200; width += 7) {
    const text = renderSummary(runResult(packets().registry), { view: "packets", width });
    const body = text.slice(0, text.indexOf("generator"));
    for (const line of body.split("\n")) assert.ok(displayWidth(line) <= width, line);
  }
  const bare = renderSummary(runResult(new Samples().registry), { view: "packets" });
  assert.doesNotMatch(bare, /latency|parser|traps|failed/);
  assert.match(bare, /0 tried/);
});

Deno.test("errors say when they came first, as far as that is known", () => {
  const samples = new Samples().requests("GET", "http://a/", "200", [1]);
  const times = errorTimes();
  times.see(runProgress(samples.registry, { elapsedMs: 1000 }));
  samples.requests("GET", "http://a/", "503", [1, 1]);
  times.see(runProgress(samples.registry, { elapsedMs: 2500 }));
  samples.requests("GET", "http://a/", "0", [1], "timeout");
  times.see(runProgress(samples.registry, { elapsedMs: 3000 }));
  times.see(runProgress(samples.registry, { elapsedMs: 9000 }));
  samples.requests("GET", "http://a/", "404", [1]);
  const text = renderSummary(runResult(samples.registry, { options: runOptions() }), {
    errors: times,
  });
  assert.match(text, /^ {2}2× {2}status 503 {6}first after 1s$/m);
  assert.match(text, /^ {2}1× {2}timeout \(1220\) {2}first after 2\.5s$/m);
  assert.match(text, /^ {2}1× {2}status 404$/m, "which came after the last look");
  const early = errorTimes();
  early.see(runProgress(samples.registry, { elapsedMs: 500 }));
  const all = renderSummary(runResult(samples.registry), { errors: early });
  assert.match(all, /status 503 {6}from the start$/m);
});
