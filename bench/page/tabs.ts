import { type Course, keptIn, ratesBetween, takeCourse } from "../course.ts";
import { downpourCommand, runFlags, takeSummary } from "../downpour.ts";
import { freePorts } from "../listening.ts";
import { runOk } from "../process.ts";
import { mean } from "../stats.ts";
import type { Load } from "../sample.ts";
import { openWindow } from "./browser_window.ts";

/** From when to when all tabs were open, and none was; milliseconds since the epoch. */
export interface HeldTabs {
  readonly shown: readonly (readonly [number, number])[];
  /** One more: before, between and after those. */
  readonly without: readonly (readonly [number, number])[];
}

/** Requests a second while tabs of a browser showed the run, and in the time before and after that. */
export interface TabsFigures {
  readonly shown: number;
  readonly without: number;
}

/** What a run has until it is at full rate, seconds. */
const BEGIN_SECONDS = 4;
/** What a browser takes to begin, and tabs to be opened, shown, closed, and to come to rest; seconds. */
const BROWSER_SECONDS = 6;
const TABS_SECONDS = 12;
/** What tabs have, once they show something or are closed, to come to rest; seconds. */
const SETTLE_SECONDS = 3;

/**
 * Measures what open tabs take from one run at full rate on one shard, by its own timeline: they are
 * opened and closed again and again.
 *
 * @param pin goes before the browser's command: what it takes from the target is not the generator's
 */
export async function measureTabs(
  load: Load,
  count: number,
  times: number,
  pin: readonly string[],
): Promise<TabsFigures[]> {
  const [port] = freePorts(1) as [number];
  const summary = `${load.folder}/downpour.json`;
  const seconds = BEGIN_SECONDS + BROWSER_SECONDS + load.seconds +
    times * (TABS_SECONDS + 2 * load.seconds);
  const limitSeconds = seconds + 60;
  const flags = runFlags({ vus: load.connections, seconds, shards: 1, summary });
  const command = [
    ...[...load.pin ?? [], ...await downpourCommand(), load.url],
    ...flags.filter((flag) => flag !== "--no-save"),
    ...["--dash-address", `127.0.0.1:${port}`],
  ];
  const run = runOk(command, { limitSeconds, env: keptIn(load.folder) });
  const held = await Promise.race([
    holdTabs(`http://127.0.0.1:${port}/`, load, count, times, [...pin], limitSeconds),
    run.then(() => Promise.reject(new Error("the run was over before its tabs"))),
  ]);
  await run;
  await takeSummary(summary);
  return figuresOf(await takeCourse(load.folder, "http_reqs"), held);
}

/** Requests a second while tabs were held, and around that. */
export function figuresOf(course: Course, { shown, without }: HeldTabs): TabsFigures[] {
  const rate = ([from, to]: readonly [number, number]) => mean(ratesBetween(course, from, to));
  return shown.map((interval, i) => ({
    shown: rate(interval),
    without: mean([rate(without[i]!), rate(without[i + 1]!)]),
  }));
}

async function holdTabs(
  url: string,
  { folder, seconds }: Load,
  count: number,
  times: number,
  pin: readonly string[],
  limitSeconds: number,
): Promise<HeldTabs> {
  const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const rest = async (): Promise<[number, number]> => {
    await wait(SETTLE_SECONDS);
    const from = Date.now();
    await wait(seconds);
    return [from, Date.now()];
  };
  await wait(BEGIN_SECONDS);
  const window = await openWindow(folder, pin, limitSeconds);
  try {
    const shown: [number, number][] = [];
    const without = [await rest()];
    for (let time = 0; time < times; time++) {
      // The name of a run; tabs that are not seen have the rate before it.
      await window.open(url, count, (title) => /^(\S+\/s · )?GET http:/.test(title));
      shown.push(await rest());
      await window.close();
      without.push(await rest());
    }
    return { shown, without };
  } finally {
    await window.stop();
  }
}
