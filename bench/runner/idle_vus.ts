import { runFlags, startDownpour, summaryValue, takeSummary } from "../downpour.ts";
import { failure, ROOT, treeRssBytes } from "../process.ts";
import { spread } from "../stats.ts";

/** What VUs that only sleep take. */
export interface IdleVusResult {
  readonly vus: number;
  /** From executing the command to the first iteration of the last VU. */
  readonly readySeconds: number | null;
  /** Median of the resident memory of all its processes in the second half of the run. */
  readonly rssBytes: number | null;
}

/** A run of VUs that do nothing but `sleep(1)`, on one shard. */
export async function runIdleVus(
  vus: number,
  seconds: number,
  folder: string,
): Promise<IdleVusResult> {
  const summary = `${folder}/idle.json`;
  const process = await startDownpour([
    "run",
    `${ROOT}bench/scripts/idle_vus.ts`,
    ...["--env", `LAUNCHED_AT=${Date.now()}`],
    ...runFlags({ vus, seconds, shards: 1, summary }),
  ], { limitSeconds: seconds + 60 });
  let over = false;
  process.finished.then(() => over = true);
  const rss: number[] = [];
  for (let at = seconds / 2; at <= seconds - 1 && !over; at++) {
    const elapsed = (performance.timeOrigin + performance.now() - process.startedAtMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - elapsed) * 1000));
    if (!over) rss.push(await treeRssBytes(process.pid));
  }
  const finished = await process.finished;
  if (finished.code !== 0) throw failure(["downpour"], finished);
  const readyMs = summaryValue(await takeSummary(summary), "vu_started", "max");
  return {
    vus,
    readySeconds: readyMs === null ? null : readyMs / 1000,
    rssBytes: spread(rss)?.median ?? null,
  };
}
