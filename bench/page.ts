import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { findPins } from "./net/pin.ts";
import { CONNECTIONS, LONG_SECONDS, PAINTS, TABS } from "./page/cases.ts";
import { measureCost, measureSteady, WAYS } from "./page/cost.ts";
import { firstNumberMs } from "./page/first_number.ts";
import { measureFrames, measurePaint, need, needChromium, startLongRun } from "./page/programs.ts";
import { formatPageResults, pageGoals, type PageResults } from "./page/report.ts";
import { measureTabs } from "./page/tabs.ts";
import { startNginx } from "./peers/nginx.ts";
import type { Load } from "./sample.ts";
import { Unmeasured } from "./unmeasured.ts";

const STEADY_WAYS = ["without", "told"] as const;

/** How much `bench page` measures. */
export interface PageBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Measures the live page in Chromium, and what it costs a run; prints the tables, writes the JSON. */
export async function runPageBench(
  folder: string,
  { parts, rounds, seconds }: PageBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const unmeasured = new Unmeasured(log);
  const results: PageResults = {
    ...{ frames: [], paint: [], cost: { without: [], told: [] }, tabs: [], live: [] },
    steady: { without: [], told: [] },
  };
  const versions: Record<string, string> = {};

  if (parts.has("frames")) {
    await unmeasured.attempt("frames", async () => {
      await needChromium(versions);
      for (let round = 0; round < rounds; round++) {
        const run = await startLongRun(LONG_SECONDS, seconds * 2 + 120);
        try {
          results.frames.push(await measureFrames(run.url, seconds));
        } finally {
          await run.stop();
        }
      }
    });
  }
  if (parts.has("paint")) {
    await unmeasured.attempt("paint", async () => {
      await needChromium(versions);
      const run = await startLongRun(10, rounds * (60 + PAINTS * 5) + 60);
      try {
        for (let round = 0; round < rounds; round++) {
          results.paint.push(await measurePaint(run.url, PAINTS));
        }
      } finally {
        await run.stop();
      }
    });
  }
  if (parts.has("cost")) {
    await unmeasured.attempt("cost", () => measureCosts(folder, rounds, seconds, results, log));
  }
  if (parts.has("tabs")) {
    await unmeasured.attempt("tabs", async () => {
      await needChromium(versions);
      await atFullRate(folder, rounds * (seconds * 2 + 60), seconds, async (load, browserPin) => {
        // The target's processor is the browser's as well: at the lowest priority, so that what is
        // measured is not how they share it.
        results.tabs.push(
          ...await measureTabs(load, TABS, rounds, [...browserPin, "nice", "-n", "19"]),
        );
      });
    });
  }
  if (parts.has("steady")) {
    await unmeasured.attempt("steady", async () => {
      const limitSeconds = rounds * 2 * (seconds + 60);
      const nginx = await startNginx(folder, { workers: 1, limitSeconds });
      const load = { url: nginx.url, port: nginx.port, connections: 10, seconds, folder };
      try {
        for (let round = 0; round < rounds; round++) {
          for (const way of round % 2 === 0 ? STEADY_WAYS : STEADY_WAYS.toReversed()) {
            results.steady[way].push(await measureSteady(way, load, TABS));
          }
        }
      } finally {
        await nginx.stop();
      }
    });
  }
  if (parts.has("live")) {
    await unmeasured.attempt("live", async () => {
      await need("script");
      const nginx = await startNginx(folder, { workers: 1, limitSeconds: rounds * 40 + 60 });
      try {
        await firstNumberMs(nginx.url); // Fills caches.
        for (let round = 0; round < rounds; round++) {
          results.live.push(await firstNumberMs(nginx.url));
        }
      } finally {
        await nginx.stop();
      }
    });
  }

  console.log(formatPageResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("page", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: { rounds, seconds, longSeconds: LONG_SECONDS, tabs: TABS, connections: CONNECTIONS },
    goals: pageGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    ...results,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}

/** Runs at full rate with and without listeners, in turns. */
async function measureCosts(
  folder: string,
  rounds: number,
  seconds: number,
  { cost }: PageResults,
  log: (line: string) => void,
): Promise<void> {
  const limitSeconds = (rounds + 1) * WAYS.length * (seconds + 60);
  await atFullRate(folder, limitSeconds, seconds, async (load) => {
    await measureCost("without", { ...load, seconds: 1 }, TABS);
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
        const sample = await measureCost(way, load, TABS);
        cost[way].push(sample);
        log(`round ${round + 1} of ${rounds}: ${way} ${Math.round(sample.requestsPerSecond)}/s`);
      }
    }
  });
}

/** A target on a processor of its own, and the load that one shard makes on the other. */
async function atFullRate(
  folder: string,
  limitSeconds: number,
  seconds: number,
  measure: (load: Load, serverPin: readonly string[]) => Promise<void>,
): Promise<void> {
  const { server, client } = await findPins();
  const nginx = await startNginx(folder, { workers: 1, pin: server, limitSeconds });
  const { url, port } = nginx;
  try {
    await measure({ url, port, connections: CONNECTIONS, seconds, folder, pin: client }, server);
  } finally {
    await nginx.stop();
  }
}
