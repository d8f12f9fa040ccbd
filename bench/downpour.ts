import { ROOT, type Running, runOk, start, type StartOptions } from "./process.ts";
import type { Generator, Load, Sample } from "./sample.ts";

/** The parts of `--summary-json` that the bench reads. */
export interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
  state: { testRunDurationMs: number };
  run: {
    failures: string[];
    iterations: { planned: number; started: number; dropped: number };
    generator: { open: { startLatenessP99Ms: number } | null };
  };
}

/** How Downpour is started: by the command of the package's own task, so that the bench measures what users get. */
export async function downpourCommand(): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
    tasks?: Record<string, string | { command?: string } | undefined>;
  };
  const task = config.tasks?.["downpour"];
  const command = typeof task === "string" ? task : task?.command;
  if (command === undefined || !/^deno run [^'"$&|;]*\bcli\.ts$/.test(command.trim())) {
    throw new Error(`read task downpour: not a plain "deno run … cli.ts": ${command}`);
  }
  return [Deno.execPath(), ...command.trim().split(/\s+/).slice(1)];
}

/** Starts Downpour with `args`. */
export async function startDownpour(args: string[], options: StartOptions): Promise<Running> {
  return await start([...await downpourCommand(), ...args], options);
}

/** `downpour URL` at full rate, on one shard. */
export const quickRun: Generator = quickRunWith([]);

/** The same with flags. */
export function quickRunWith(flags: readonly string[]): Generator {
  return { name: "downpour URL", measure: (load) => measure([load.url, ...flags], load) };
}

/** `downpour run` of a script of the bench at full rate. */
export function scriptRunOf(
  name: string,
  script: string,
  options: { env?: Readonly<Record<string, string>>; shards?: number } = {},
): Generator {
  return {
    name,
    async measure(load) {
      const env: Record<string, string> = { TARGET: load.url, ...options.env };
      if (load.caFile !== undefined) env.CA = await Deno.readTextFile(load.caFile);
      const flags = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
      return await measure(
        ["run", `${ROOT}bench/scripts/${script}`, ...flags],
        load,
        options.shards,
      );
    },
  };
}

/** A script with a check, on one shard. */
export const scriptRun: Generator = scriptRunOf("downpour script", "get_with_check.ts");

/** The flags of a run of constant VUs. */
export function runFlags(
  options: { vus: number; seconds: number; shards: number; summary: string },
): string[] {
  return [
    "-u",
    String(options.vus),
    "-d",
    `${options.seconds}s`,
    "--shards",
    String(options.shards),
    "--summary-json",
    options.summary,
    "--no-save",
  ];
}

/** Reads and removes a summary that a run has left. */
export async function takeSummary(path: string): Promise<Summary> {
  const text = await Deno.readTextFile(path);
  await Deno.remove(path);
  return JSON.parse(text) as Summary;
}

/** One value of one metric, or null. */
export function summaryValue(summary: Summary, metric: string, value: string): number | null {
  return summary.metrics[metric]?.values[value] ?? null;
}

async function measure(args: string[], load: Load, shards: number = 1): Promise<Sample> {
  const summary = `${load.folder}/downpour.json`;
  const flags = runFlags({ vus: load.connections, seconds: load.seconds, shards, summary });
  const { cpuSeconds } = await runOk([
    ...load.pin ?? [],
    ...await downpourCommand(),
    ...args,
    ...flags,
  ], {
    limitSeconds: load.seconds + 60,
  });
  return toSample(await takeSummary(summary), cpuSeconds);
}

/** The figures of a summary. */
export function toSample(summary: Summary, cpuSeconds: number): Sample {
  const requests = summaryValue(summary, "http_reqs", "count") ?? 0;
  if (requests === 0) throw new Error("read downpour's summary: no requests");
  return {
    requests,
    requestsPerSecond: (requests / summary.state.testRunDurationMs) * 1000,
    cpuUsPerRequest: (cpuSeconds / requests) * 1e6,
    p50Ms: summaryValue(summary, "http_req_duration", "med"),
    p99Ms: summaryValue(summary, "http_req_duration", "p(99)"),
    failed: summaryValue(summary, "http_req_failed", "passes") ?? 0,
  };
}
