import assert from "node:assert/strict";
import { type Clock, onThisClock, systemClock } from "./clock.ts";
import { parseOptions } from "./options/mod.ts";
import { NO_SECRETS } from "./secrets.ts";
import { WHOLE } from "./segment.ts";
import type { ShardCalls, ShardCommand, ShardEvent, ShardStatus } from "./shard/protocol.ts";
import { ShardWorker } from "./shard/worker.ts";
import { testSetup } from "./testdata/setup.ts";
import { checkResult, runScript } from "./testdata/runs.ts";

const HOUR_MS = 3_600_000;
const ARRIVALS = {
  scenarios: {
    a: { executor: "constant-arrival-rate", rate: 40, duration: "1s", preAllocatedVUs: 4 },
  },
};

/** A clock that was aligned with the wall clock before that was set. */
function stepped(ms: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + ms };
}

/** Runs arrivals of nothing in a shard whose clock is off by `ms`; its last totals. */
async function runShard(ms: number): Promise<ShardStatus> {
  const events: ShardEvent[] = [];
  const port = { post: (event: ShardEvent) => void events.push(event), backlogBytes: () => 0 };
  const worker = new ShardWorker(testSetup, port, stepped(ms));
  const call = async <K extends keyof ShardCalls>(name: K, args: ShardCalls[K]["args"]) => {
    await worker.handle({ id: 1, call: name, args } as ShardCommand);
    assert.equal(events.find(({ kind }) => kind === "failure"), undefined);
  };
  const source = { kind: "builtin", name: "count", args: ARRIVALS } as const;
  const times = { heartbeatMs: 1000, deltaMs: 20 };
  try {
    await call("load", {
      source,
      env: {},
      secrets: NO_SECRETS,
      images: [],
      samples: false,
      ...times,
    });
    await call("prepare", { options: parseOptions(ARRIVALS, {}), segment: WHOLE });
    const now = systemClock.now();
    await call("start", { startAt: now, sentAt: now, data: null, joinAt: null });
  } finally {
    worker.close();
  }
  const last = events.findLast((event) => event.kind === "delta");
  assert.ok(last?.kind === "delta");
  return last.status;
}

Deno.test("a moment of another clock is the same here, unless the clocks are apart", () => {
  const table: [at: number, sentAt: number, now: number, here: number][] = [
    [120, 100, 100, 120],
    // On its way for a while.
    [120, 100, 105, 120],
    [120, 100, 999, 120],
    [120, 100, -400, 120],
    // Set forward, and back.
    [120, 100, HOUR_MS + 101, HOUR_MS + 121],
    [HOUR_MS + 20, HOUR_MS, 5, 25],
  ];
  for (const [at, sentAt, now, here] of table) assert.equal(onThisClock(at, sentAt, now), here);
});

for (const ms of [0, HOUR_MS, -HOUR_MS]) {
  Deno.test(`a shard whose wall clock was set by ${ms} ms while it began runs as planned`, async () => {
    const { counts } = await runShard(ms);
    assert.deepEqual([counts.planned, counts.completed, counts.dropped], [40, 40, 0]);
    assert.ok(counts.late < 40, "not all at once, as if they were late");
  });
}

for (const ms of [HOUR_MS, -HOUR_MS]) {
  Deno.test(`a wall clock that is set by ${ms} ms in the middle of a run changes nothing`, async () => {
    const real = Date.now;
    const run = runScript("behaviour.ts", { inline: true, overrides: ARRIVALS });
    try {
      await run.loaded;
      Date.now = () => real() + ms;
      const result = checkResult(await run.result);
      const { planned, completed } = result.iterations;
      assert.deepEqual([planned, completed], [40, 40]);
      assert.ok(result.durationMs > 0 && result.durationMs < HOUR_MS);
      const times = result.metrics.select("iteration_duration");
      assert.ok(times?.type === "trend" && times.histogram.max < HOUR_MS);
      assert.ok(times.histogram.min >= 0);
    } finally {
      Date.now = real;
    }
  });
}
