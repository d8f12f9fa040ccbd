import { runFlags, startDownpour, takeSummary, toSample } from "./downpour.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { type Nginx, nginxVersion, startNginx } from "./peers/nginx.ts";
import { failure, treeRssBytes } from "./process.ts";
import { lineThrough, mean } from "./stats.ts";
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
  /** What eight hours would add by extrapolation; null of a run that is too short to tell. */
  readonly eightHours: Extrapolated | null;
}

/** A growth of memory, in percent of what it was on average. */
export interface Extrapolated {
  readonly percent: number;
  /** Twice the standard error of it. */
  readonly error: number;
}

/** Samples, one a second, that are averaged before the line is drawn: heaps go up and down. */
const BLOCK = 10;
/** Seconds at the start that are left out: heaps and caches fill. */
const WARM_UP = 60;
/** The fewest blocks that a line is drawn through. */
const MIN_BLOCKS = 12;
const EIGHT_HOURS = 8 * 3600;

/** What eight hours would add, by the line through the samples of one a second. */
export function extrapolate(rssBytes: readonly number[]): Extrapolated | null {
  const blocks: number[] = [];
  for (let at = WARM_UP; at + BLOCK <= rssBytes.length; at += BLOCK) {
    blocks.push(mean(rssBytes.slice(at, at + BLOCK)));
  }
  if (blocks.length < MIN_BLOCKS) return null;
  const { slope, error } = lineThrough(blocks);
  const percent = (EIGHT_HOURS / BLOCK / mean(blocks)) * 100;
  return { percent: slope * percent, error: 2 * error * percent };
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
    eightHours: extrapolate(rssBytes),
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
  const percent = (value: number): string =>
    `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)} %`;
  console.log(
    `${seconds} s at ${formatNumber(result.requestsPerSecond)} requests/s: ` +
      `${mb(result.firstMean)} in the first half, ${mb(result.lastMean)} in the second: ` +
      `${percent(result.changePercent)} (goal: within ±5 %)`,
  );
  const { eightHours } = result;
  if (eightHours !== null) {
    console.log(
      `eight hours by extrapolation: ${percent(eightHours.percent)}, ` +
        `give or take ${eightHours.error.toFixed(1)} (goal: no growth that is more than that)`,
    );
  }
  const path = await writeResults("soak", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts({ nginx: version }),
    ...result,
  });
  console.log(`written to ${path}`);
}
