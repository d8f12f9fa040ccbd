import { runFlags, startDownpour, takeSummary, toSample } from "./downpour.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { type Nginx, nginxVersion, startNginx } from "./peers/nginx.ts";
import { failure, treeRssBytes } from "./process.ts";
import { mean } from "./stats.ts";
import { formatNumber } from "./table.ts";

/** Memory over a run at full rate. */
export interface SoakResult {
  readonly seconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Resident bytes of all its processes, one a second. */
  readonly rssBytes: number[];
  /** Means over the first half without its first 10 s (a sixth of a shorter run), and over the second half. */
  readonly firstMean: number;
  readonly lastMean: number;
  /** How much more the second is than the first, in percent. */
  readonly changePercent: number;
}

/** Runs at full rate and watches the memory of all processes each second. */
export async function soak(
  nginx: Nginx,
  folder: string,
  seconds: number,
  log: (line: string) => void,
): Promise<SoakResult> {
  const summary = `${folder}/soak.json`;
  const args = [nginx.url, ...runFlags({ vus: 64, seconds, shards: 1, summary })];
  const process = await startDownpour(args, { limitSeconds: seconds + 60 });
  let over = false;
  process.finished.then(() => over = true);
  const rssBytes: number[] = [];
  for (let at = 1; at < seconds && !over; at++) {
    const now = performance.timeOrigin + performance.now() - process.startedAtMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at * 1000 - now)));
    if (over) break;
    rssBytes.push(await treeRssBytes(process.pid));
    if (at % 10 === 0) log(`${at} s: ${(rssBytes[at - 1]! / 1e6).toFixed(1)} MB`);
  }
  const finished = await process.finished;
  if (finished.code !== 0) throw failure(["downpour", ...args], finished);
  const { requests, requestsPerSecond } = toSample(await takeSummary(summary), finished.cpuSeconds);
  const half = Math.floor(rssBytes.length / 2);
  const firstMean = mean(rssBytes.slice(Math.min(10, Math.floor(seconds / 6)), half));
  const lastMean = mean(rssBytes.slice(half));
  return {
    seconds,
    requests,
    requestsPerSecond,
    rssBytes,
    firstMean,
    lastMean,
    changePercent: (lastMean / firstMean - 1) * 100,
  };
}

/** `bench soak`: prints what changed and writes the JSON. */
export async function runSoakBench(
  folder: string,
  seconds: number,
  log: (line: string) => void,
): Promise<void> {
  const version = await nginxVersion();
  if (version === null) throw new Error("find nginx: not on the PATH");
  const nginx = await startNginx(folder, { workers: 1, limitSeconds: seconds + 120 });
  const result = await soak(nginx, folder, seconds, log);
  await nginx.stop();
  const mb = (bytes: number): string => `${formatNumber(bytes / 1e6)} MB`;
  const sign = result.changePercent < 0 ? "−" : "+";
  console.log(
    `${seconds} s at ${formatNumber(result.requestsPerSecond)} requests/s: ` +
      `${mb(result.firstMean)} in the first half, ${mb(result.lastMean)} in the second: ` +
      `${sign}${Math.abs(result.changePercent).toFixed(1)} % (goal: within ±5 %)`,
  );
  const path = await writeResults("soak", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts({ nginx: version }),
    ...result,
  });
  console.log(`written to ${path}`);
}
