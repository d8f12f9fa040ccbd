import assert from "node:assert/strict";
import type { Clock } from "../collector/clock.ts";
import { NO_COUNTS } from "../job.ts";
import { Server } from "./agent_client.ts";
import { HostRun } from "./host_run.ts";

/** A clock that goes by what is waited for. */
function testClock(): Clock & { ms: number } {
  const clock = {
    ms: 0,
    now: () => clock.ms,
    random: () => 0,
    sleep(ms: number, signal: AbortSignal): Promise<void> {
      if (!signal.aborted) clock.ms += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

/** Queues a job at a host that `answer` stands for, and follows it. */
async function follow(
  clock: Clock,
  signal: AbortSignal,
  answer: (method: string) => Response,
): Promise<HostRun> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ method }) =>
      method === "POST"
        ? new Response(null, { status: 201, headers: { location: "/jobs/1" } })
        : answer(method),
  );
  const host = { name: "far", url: `http://127.0.0.1:${server.addr.port}` };
  await using agent = new Server(host, { token: null, insecure: false });
  const run = new HostRun(agent, 1, clock);
  await run.queue("binary", { name: "job", duration: 1 });
  await run.follow(signal, () => {});
  return run;
}

Deno.test("a host is lost after the time in which it was not heard of, that of requests too", async () => {
  const clock = testClock();
  let asked = 0;
  const { progress } = await follow(clock, new AbortController().signal, () => {
    asked++;
    clock.ms += 15_000; // as a request that is given up
    return new Response(null, { status: 500 });
  });
  assert.equal(asked, 2);
  assert.equal(progress.state, null);
  assert.match(progress.failure!, /^far .*, for 31 s$/);
});

Deno.test("a job is cancelled at a host that takes a while to answer", async () => {
  const clock = testClock();
  const { progress } = await follow(clock, AbortSignal.abort(), (method) => {
    if (clock.ms < 20_000) return new Response(null, { status: 503 });
    if (method === "DELETE") return new Response(null, { status: 202 });
    return Response.json({ state: "cancelled", progress: 0, counts: NO_COUNTS, error: null });
  });
  assert.deepEqual([progress.state, progress.failure], ["cancelled", null]);
});
