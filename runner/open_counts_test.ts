import assert from "node:assert/strict";
import { DeltaDecoder, DeltaEncoder, type Metric, Registry } from "../metrics/mod.ts";
import { OpenCounts } from "./open_counts.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });
const SESSIONS = {
  opened: counter("opened"),
  closed: counter("closed"),
  failed: counter("failed"),
};

/** Two shards whose deltas are added up. */
function twoShards() {
  const metrics = new Registry();
  const counts = new OpenCounts(metrics, [SESSIONS]);
  const shards = [0, 1].map((index) => {
    const own = new Registry();
    const [encoder, decoder] = [new DeltaEncoder(own), new DeltaDecoder(metrics)];
    return {
      count: (metric: Metric, endpoint: string, times: number) =>
        own.sink(metric, own.tags.with("endpoint", endpoint)).add(times),
      send() {
        decoder.apply(encoder.encode());
        counts.took(index);
      },
    };
  });
  const of = ({ name }: Metric, tags: Record<string, string> = {}) => {
    const found = metrics.select(name, tags);
    return found?.type === "counter" ? found.total : 0;
  };
  return { counts, first: shards[0]!, second: shards[1]!, of };
}

Deno.test("what a lost shard had open is failed and closed, and what others have open is not", () => {
  const { counts, first, second, of } = twoShards();
  for (const shard of [first, second]) {
    shard.count(SESSIONS.opened, "a", 10);
    shard.count(SESSIONS.opened, "b", 5);
    shard.send();
  }
  first.count(SESSIONS.closed, "a", 3);
  first.count(SESSIONS.closed, "b", 5);
  first.send();
  second.count(SESSIONS.closed, "a", 1);
  second.send();
  counts.lost(0);
  assert.deepEqual([of(SESSIONS.opened), of(SESSIONS.closed), of(SESSIONS.failed)], [30, 16, 7]);
  const reason = { reason: "shard_lost" };
  assert.equal(of(SESSIONS.failed, { ...reason, endpoint: "a" }), 7);
  counts.lost(0);
  assert.equal(of(SESSIONS.failed), 7, "it is told once");
  second.count(SESSIONS.closed, "b", 2);
  second.send();
  counts.lost(1);
  assert.deepEqual([of(SESSIONS.closed), of(SESSIONS.failed)], [30, 19]);
  assert.equal(of(SESSIONS.failed, { ...reason, endpoint: "b" }), 3);
});

Deno.test("a shard that had closed all that it opened, or told of nothing, leaves no failure", () => {
  const { counts, first, of } = twoShards();
  first.count(SESSIONS.opened, "a", 4);
  first.count(SESSIONS.closed, "a", 4);
  first.send();
  counts.lost(0);
  counts.lost(1);
  assert.deepEqual([of(SESSIONS.closed), of(SESSIONS.failed)], [4, 0]);
});
