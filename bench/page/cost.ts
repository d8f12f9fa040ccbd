import { quickRunWith } from "../downpour.ts";
import { freePorts } from "../listening.ts";
import type { Load, Sample } from "../sample.ts";
import { startTabs } from "./programs.ts";

/** A run at full rate without a page, and the same with tabs that show it: one of each a round. */
export interface CostFigures {
  readonly without: Sample[];
  readonly told: Sample[];
  readonly shown: Sample[];
}

/** The ways of a run, in the order in which they are measured. */
export const WAYS = ["without", "told", "shown"] as const;

/**
 * Measures a run at full rate on one shard: without a page; with pages that listen and draw nothing;
 * with tabs of a browser. The browser is kept on the target's processor: what it takes there is
 * not the generator's.
 *
 * @param pinned goes before the browser's command
 * @param flags of the run, beside its own
 */
export async function measureCost(
  way: typeof WAYS[number],
  load: Load,
  tabs: number,
  pinned: readonly string[],
  flags: readonly string[] = [],
): Promise<Sample> {
  if (way === "without") return await quickRunWith(flags).measure(load);
  const [port] = freePorts(1) as [number];
  const page = `http://127.0.0.1:${port}/`;
  const run = () => quickRunWith([...flags, "--dash-address", `127.0.0.1:${port}`]).measure(load);
  if (way === "shown") {
    const browser = await startTabs(page, tabs, pinned, load.seconds + 90);
    // It waits for a page: by then its browser runs.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    try {
      const sample = await run();
      const { stdout, stderr } = await browser.finished;
      if (JSON.parse(stdout || "{}").ticks === undefined) throw new Error(`no tabs: ${stderr}`);
      return sample;
    } finally {
      await browser.stop();
    }
  }
  const closing = new AbortController();
  const listeners = Array.from({ length: tabs }, () => listen(`${page}events`, closing.signal));
  try {
    return await run();
  } finally {
    closing.abort();
    await Promise.all(listeners);
  }
}

/** Requests a second of a run that leaves the processors idle. */
const STEADY_RATE = 200;
/** How long a run takes whose cost is that of beginning and ending. */
const SHORT_SECONDS = 2;

/**
 * Milliseconds of CPU that the generator's processes take each second, once they run, at a fixed
 * rate that is small: what else the machine does makes no difference to it.
 *
 * @param way without a page, or with pages that listen
 */
export async function measureSteady(
  way: "without" | "told",
  load: Load,
  listeners: number,
): Promise<number> {
  const cpuSeconds = async (seconds: number): Promise<number> => {
    const flags = ["--rate", String(STEADY_RATE)];
    const sample = await measureCost(way, { ...load, seconds }, listeners, [], flags);
    return sample.cpuUsPerRequest * sample.requests / 1e6;
  };
  const short = await cpuSeconds(SHORT_SECONDS);
  const long = await cpuSeconds(SHORT_SECONDS + load.seconds);
  return (long - short) * 1000 / load.seconds;
}

/** Reads what a page is told until the run is over. */
async function listen(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { body } = await fetch(url, { signal });
      for await (const _ of body!);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
