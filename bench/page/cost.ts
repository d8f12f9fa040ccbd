import { quickRunWith } from "../downpour.ts";
import { freePorts } from "../listening.ts";
import type { Load, Sample } from "../sample.ts";

/** A run at full rate without a page, and the same with listeners to it: one of each a round. */
export interface CostFigures {
  readonly without: Sample[];
  readonly told: Sample[];
}

/** The ways of a run, in the order in which they are measured. */
export const WAYS = ["without", "told"] as const;

/** Measures a run at full rate on one shard, without a page or with some that listen and draw nothing. */
export async function measureCost(
  way: typeof WAYS[number],
  load: Load,
  count: number,
  /** Of the run, beside its own. */
  flags: readonly string[] = [],
): Promise<Sample> {
  if (way === "without") return await quickRunWith(flags).measure(load);
  const [port] = freePorts(1) as [number];
  const closing = new AbortController();
  const listeners = Array.from(
    { length: count },
    () => listen(`http://127.0.0.1:${port}/events`, closing.signal),
  );
  try {
    return await quickRunWith([...flags, "--dash-address", `127.0.0.1:${port}`]).measure(load);
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
    const sample = await measureCost(way, { ...load, seconds }, listeners, flags);
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
