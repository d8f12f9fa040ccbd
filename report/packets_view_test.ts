// deno-lint-ignore-file no-control-regex
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { Histogram } from "../metrics/mod.ts";
import { runProgress, Samples } from "./_fixture_for_tests.ts";
import { binCounts, BINS, BOUNDS, packetNumbers, packetsSince } from "./_packet_numbers.ts";
import { displayWidth } from "./_text.ts";
import { packetsDisplay, renderPackets } from "./packets_view.ts";

const TOTALS = { width: 150, color: false, increments: false, keys: false };

/** What a packet load of two shards recorded. */
function packets(): Samples {
  return new Samples()
    .add("packet_packets_sent", "counter", [1200], { action: "send:hello" })
    .add("packet_packets_sent", "counter", [34], { action: "flood" })
    .add("packet_bytes_sent", "counter", [12_345_678])
    .add("packet_packets_received", "counter", [56])
    .add("packet_bytes_received", "counter", [789])
    .add("packet_connections", "counter", [10])
    .add("packet_connections_failed", "counter", [2])
    .add("packet_sessions_opened", "counter", [8])
    .add("packet_sessions_closed", "counter", [3])
    .add("packet_connecting", "trend", [0.03, 0.05, 0.1, 0.3, 5, 5, 5, 2000])
    .add("packet_responding", "trend", [1500]);
}

Deno.test("values fall into bins that double from 64 µs, and one above a second", () => {
  const histogram = new Histogram();
  const values = [0, 0.01, 0.06, 0.07, 0.12, 0.13, 1, 1.03, 500, 1040, 1060, 60_000];
  for (const value of values) histogram.add(value);
  const expected = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = BOUNDS.findIndex((bound) => value < bound);
    expected[bin < 0 ? BINS - 1 : bin]! += 1;
  }
  assert.deepEqual(binCounts(histogram), expected);
  assert.deepEqual(expected.slice(0, 3), [3, 2, 1]);
  assert.equal(expected.at(-1), 2);
  assert.deepEqual(binCounts(null), new Array(BINS).fill(0));
});

Deno.test("the view has all numbers of the load, over all series", () => {
  const lines = renderPackets(packetNumbers(packets().registry), TOTALS);
  assert.deepEqual(lines.slice(0, 4), [
    "‹totals›  increments",
    "sent      1,234 packets  12.3 MB",
    "received  56 packets  789 B",
    "sessions  10 tried  8 connected  2 failed  5 active",
  ]);
  assert.match(lines[4]!, /^latency {3}<64µs +128µs +256µs +512µs +1ms .* 524ms +1s +>1s$/);
  assert.match(lines[5]!, /^connect {3}▆+ +▃+ +· +▃+ +/);
  assert.deepEqual(lines[6]!.trim().split(/\s+/), ["2", "1", "1", "3", "1"]);
  assert.equal(lines.length, 13);
});

Deno.test("failures have a line where there are some", () => {
  const { registry } = packets()
    .add("packet_sessions_failed", "counter", [3], { reason: "closed_early" })
    .add("packet_traps", "counter", [1000]);
  assert.ok(
    renderPackets(packetNumbers(registry), TOTALS).includes(
      "failures  3 sessions failed  1,000 traps",
    ),
  );
});

Deno.test("increments are what came in between; the sessions that are active are those of now", () => {
  const samples = packets();
  const before = packetNumbers(samples.registry);
  samples.add("packet_packets_received", "counter", [4])
    .add("packet_sessions_opened", "counter", [2])
    .add("packet_connecting", "trend", [0.03]);
  const since = packetsSince(packetNumbers(samples.registry), before);
  assert.equal(since.received.packets, 4);
  assert.equal(since.sent.packets, 0);
  assert.deepEqual(since.connections, { attempted: 0, successful: 2, failed: 0, active: 7 });
  assert.deepEqual(since.latencies.connect, [1, ...new Array(BINS - 1).fill(0)]);
});

Deno.test("no line is too long at any width, with and without colours", () => {
  const { registry } = packets().add("packet_packets_sent", "counter", [9e15]);
  for (let width = 20; width <= 200; width++) {
    for (const color of [true, false]) {
      for (const increments of [true, false]) {
        const options = { width, color, increments, keys: true };
        for (const line of renderPackets(packetNumbers(registry), options)) {
          assert.ok(displayWidth(stripVTControlCharacters(line)) <= width, `${width}: ${line}`);
        }
      }
    }
  }
});

Deno.test("at 60 columns the bars are there, and from 90 on their counts", () => {
  const numbers = packetNumbers(packets().registry);
  const narrow = renderPackets(numbers, { ...TOTALS, width: 60 });
  assert.equal(narrow.length, 9);
  assert.match(narrow[4]!, /^latency {3}<64µs 256µs 1ms/);
  assert.equal(renderPackets(numbers, { ...TOTALS, width: 90 }).length, 13);
});

Deno.test("colours come only where they are wanted", () => {
  const numbers = packetNumbers(packets().registry);
  assert.doesNotMatch(renderPackets(numbers, TOTALS).join(""), /\x1b/);
  const colored = renderPackets(numbers, { ...TOTALS, color: true });
  assert.match(colored[0]!, /\x1b\[1mtotals/);
});

/** A terminal of 100 columns that remembers what it was sent. */
function terminal(live: boolean) {
  const written: string[] = [];
  const target = {
    write: (text: string) => void written.push(text),
    ...{ live, color: false },
    keys: () => true,
    width: () => 100,
    now: () => 0,
  };
  return { written, target };
}

Deno.test("on a terminal it is redrawn in place, keys change it, and its totals stay", () => {
  const { written, target } = terminal(true);
  const display = packetsDisplay(target);
  const samples = packets();
  display.update(runProgress(samples.registry, { elapsedMs: 500, vus: 2 }));
  assert.match(
    written[0]!,
    /^running 0s {2}2 shards {2}\[q stop\]\n‹totals› {2}increments.*\nsent /,
  );
  const height = written[0]!.split("\n").length;
  samples.add("packet_packets_received", "counter", [4]);
  display.update(runProgress(samples.registry, { elapsedMs: 1000 }));
  assert.ok(written[1]!.startsWith(`\r${"\x1b[2K\x1b[1A".repeat(height - 1)}\x1b[2Krunning`));
  assert.match(written[1]!, /received {2}60 packets/);
  display.key!("\x1b[C");
  assert.match(written[2]!, /totals {2}‹increments›[^]*received {2}4 packets/);
  display.key!("x");
  assert.equal(written.length, 3);
  display.log({ level: "warn", text: "well", source: "run" });
  assert.match(written[3]!, /^\r(\x1b\[2K\x1b\[1A)+\x1b\[2Kwarn {3}well\nrunning/);
  display.close();
  assert.match(written[4]!, /K‹totals› {2}increments\nsent [^]*received {2}60 packets[^]*\n\n$/);
  display.close();
  assert.equal(written.length, 5);
});

Deno.test("without a terminal, or when quiet, only the log is said", () => {
  for (const [live, quiet] of [[false, false], [true, true]] as const) {
    const { written, target } = terminal(live);
    const display = packetsDisplay(target, quiet);
    display.update(runProgress(packets().registry, { elapsedMs: 60_000 }));
    display.key!("\x1b[C");
    display.log({ level: "info", text: "hello", source: "run" });
    display.close();
    assert.deepEqual(written, ["info   hello\n"]);
  }
});
