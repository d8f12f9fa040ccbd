import { runFlags, startDownpour, summaryValue, takeSummary } from "../downpour.ts";
import type { Nginx } from "../peers/nginx.ts";
import { failure, ROOT, type Running, treeRssBytes } from "../process.ts";
import { spread } from "../stats.ts";

/** What a run of sleeping VUs took. */
export interface SleepersResult {
  readonly vus: number;
  readonly shards: number;
  /** Sleep between two requests of a VU. */
  readonly pauseSeconds: number;
  /** Connections that the target saw at most: VUs that were running. */
  readonly connected: number;
  /** From executing the command until the target held a connection of every VU; null if it never did. */
  readonly readySeconds: number | null;
  /** Median of the resident memory of all its processes in the second half of the run. */
  readonly rssBytes: number | null;
  readonly requests: number;
  readonly failed: number;
  readonly p99Ms: number | null;
  /** Why its figures don't count, as the run itself says; null when it went well. */
  readonly problem: string | null;
}

/** A run of VUs that send a request over a connection of their own, then sleep. */
export async function runSleepers(
  nginx: Nginx,
  folder: string,
  options: { vus: number; seconds: number; shards: number; pauseSeconds: number },
): Promise<SleepersResult> {
  const { vus, seconds, shards, pauseSeconds } = options;
  const before = await settled(nginx);
  const summary = `${folder}/sleepers.json`;
  const args = [
    "run",
    `${ROOT}bench/scripts/sleepers.ts`,
    "--env",
    `TARGETS=${nginx.urls.join(" ")}`,
    "--env",
    `PAUSE_SECONDS=${pauseSeconds}`,
    ...runFlags({ vus, seconds, shards, summary }),
  ];
  const process = await startDownpour(args, { limitSeconds: seconds + 60 });
  const over = { value: false };
  process.finished.then(() => over.value = true);
  const ready = await watchConnections(nginx, process, before, vus, seconds, over);
  const rss = await sampleRss(process, seconds, over);
  const finished = await process.finished;
  const figures = await takeSummary(summary).catch(() => {
    throw failure(["downpour"], finished);
  });
  const problem = finished.code === 0
    ? null
    : figures.run.failures.join("; ") || `exit code ${finished.code}`;
  return {
    vus,
    shards,
    pauseSeconds,
    connected: ready.most,
    readySeconds: ready.seconds,
    rssBytes: spread(rss)?.median ?? null,
    requests: summaryValue(figures, "http_reqs", "count") ?? 0,
    failed: summaryValue(figures, "http_req_failed", "passes") ?? 0,
    p99Ms: summaryValue(figures, "http_req_duration", "p(99)"),
    problem,
  };
}

/** Waits until the connections of an earlier run are gone; how many are the bench's own. */
async function settled(nginx: Nginx): Promise<number> {
  let count = await nginx.connections();
  for (let i = 0; i < 100 && count > 1; i++) {
    await delay(50);
    count = await nginx.connections();
  }
  return count;
}

async function watchConnections(
  nginx: Nginx,
  process: Running,
  before: number,
  vus: number,
  seconds: number,
  over: { value: boolean },
): Promise<{ seconds: number | null; most: number }> {
  let most = 0;
  while (!over.value && elapsedSeconds(process) < seconds) {
    most = Math.max(most, await nginx.connections() - before);
    if (most >= vus) return { seconds: elapsedSeconds(process), most };
    await delay(20);
  }
  return { seconds: null, most };
}

/** Memory once a second, from the middle of the run to a second before its end. */
async function sampleRss(
  process: Running,
  seconds: number,
  over: { value: boolean },
): Promise<number[]> {
  const samples: number[] = [];
  for (let at = seconds / 2; at <= seconds - 1 && !over.value; at += 1) {
    await delay((at - elapsedSeconds(process)) * 1000);
    if (!over.value) samples.push(await treeRssBytes(process.pid));
  }
  return samples;
}

function elapsedSeconds(process: Running): number {
  return (performance.timeOrigin + performance.now() - process.startedAtMs) / 1000;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
