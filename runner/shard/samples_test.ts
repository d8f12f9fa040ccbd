import assert from "node:assert/strict";
import { Registry, type SampleBatch, SampleDecoder } from "../../metrics/mod.ts";
import { parseOptions } from "../options/mod.ts";
import { NO_SECRETS } from "../secrets.ts";
import { WHOLE } from "../segment.ts";
import { testSetup } from "../testdata/setup.ts";
import type { ShardCalls, ShardCommand, ShardEvent } from "./protocol.ts";
import { ShardWorker } from "./worker.ts";

/** What one iteration records. */
const ITERATION = ["iteration_duration", "iteration_response_time", "iterations"];

/** Runs iterations of nothing in a worker; `backlog` says what waits to be sent. */
async function runWorker(iterations: number, samples: boolean, backlog: () => number) {
  const events: ShardEvent[] = [];
  const worker = new ShardWorker(testSetup, {
    post: (event) => void events.push(event),
    backlogBytes: backlog,
  });
  let id = 0;
  const call = async <K extends keyof ShardCalls>(name: K, args: ShardCalls[K]["args"]) => {
    await worker.handle({ id: ++id, call: name, args } as ShardCommand);
    const failed = events.find(({ kind }) => kind === "failure");
    assert.equal(failed, undefined);
  };
  try {
    const given = { vus: 2, iterations };
    const source = { kind: "builtin", name: "count", args: given } as const;
    const times = { heartbeatMs: 1000, deltaMs: 20 };
    await call("load", { source, env: {}, secrets: NO_SECRETS, images: [], samples, ...times });
    await call("prepare", { options: parseOptions(given, {}), segment: WHOLE });
    await call("start", { startAt: Date.now(), sentAt: Date.now(), data: null, joinAt: null });
  } finally {
    worker.close();
  }
  const decoder = new SampleDecoder(new Registry());
  const counts: Record<string, number> = {};
  const take = ({ length, series }: SampleBatch) => {
    for (let i = 0; i < length; i++) {
      const { name } = series[i]!.metric;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  };
  for (const event of events) if (event.kind === "samples") take(decoder.decode(event.batch));
  return { events, counts, lost: decoder.lost };
}

Deno.test("a shard that is asked sends each sample, the last ones before its answer", async () => {
  const { events, counts, lost } = await runWorker(5000, true, () => 0);
  assert.deepEqual(Object.keys(counts).sort(), ITERATION);
  for (const name of ITERATION) assert.equal(counts[name], 5000, name);
  assert.equal(lost, 0);
  const kinds = events.map(({ kind }) => kind);
  assert.ok(kinds.lastIndexOf("samples") < kinds.lastIndexOf("answer"));
});

Deno.test("a shard that is not asked sends no samples", async () => {
  const { events } = await runWorker(10, false, () => 0);
  assert.ok(events.every(({ kind }) => kind !== "samples"));
});

Deno.test("a shard whose parent can't keep up drops batches, counts them and goes on", async () => {
  const { counts, lost } = await runWorker(50_000, true, () => 1 << 30);
  const arrived = Object.values(counts).reduce((sum, count) => sum + count, 0);
  assert.ok(lost > 100_000, `${lost}`);
  assert.equal(arrived + lost, 150_000);
});

Deno.test("deltas go on beside samples that wait", async () => {
  // As much as samples may leave behind: without them, deltas would wait.
  const { events } = await runWorker(200_000, true, () => 5 << 20);
  assert.ok(events.filter(({ kind }) => kind === "delta").length >= 1);
});
