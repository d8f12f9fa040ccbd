import { parseWrk } from "../peers/wrk.ts";
import { ROOT, runOk } from "../process.ts";
import { startBenchAgent } from "./api.ts";

/** Jobs that were queued, each on the disk before its 201. */
export interface QueueFigure {
  readonly postsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Posts that weren't answered by 201. */
  readonly failed: number;
  /** Answered posts whose job a new agent in the folder does not know. */
  readonly lost: number;
}

/** Posts jobs over so many connections, then kills the agent and counts what another one finds. */
export async function measureQueue(
  folder: string,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<QueueFigure> {
  const own = await Deno.makeTempDir({ dir: folder });
  const limit = { limitSeconds: seconds + 120 };
  try {
    const agent = await startBenchAgent(own, limit);
    let sample;
    try {
      const form = new FormData();
      form.append("file", new Blob(["#!/bin/sh\n"]), "binary");
      const headers = { authorization: agent.authorization };
      const uploaded = await fetch(`${agent.url}/upload`, { method: "POST", body: form, headers });
      const { binary } = await uploaded.json() as { binary: string };
      const { stdout, cpuSeconds } = await runOk([
        ...["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency"],
        ...["-s", `${ROOT}bench/scripts/wrk_job.lua`, `${agent.url}/queue`],
        ...["--", agent.authorization, binary],
      ], limit);
      sample = parseWrk(stdout, cpuSeconds);
    } finally {
      await agent.process.stop(); // by SIGKILL
    }
    await Deno.remove(`${own}/url`);
    const known = await countQueued(own, limit);
    return {
      postsPerSecond: sample.requestsPerSecond,
      p50Ms: sample.p50Ms,
      p99Ms: sample.p99Ms,
      failed: sample.failed,
      lost: Math.max(0, sample.requests - sample.failed - known),
    };
  } finally {
    await Deno.remove(own, { recursive: true });
  }
}

/** How many jobs wait by what is in a folder. */
async function countQueued(
  folder: string,
  limit: { readonly limitSeconds: number },
): Promise<number> {
  const agent = await startBenchAgent(folder, limit);
  try {
    const headers = { authorization: agent.authorization };
    const metrics = await (await fetch(`${agent.url}/metrics`, { headers })).text();
    return Number(/^downpour_agent_queue_length (\d+)$/m.exec(metrics)?.[1]);
  } finally {
    await agent.process.stop();
  }
}
