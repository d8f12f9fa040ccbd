import { ROOT, runOk, shell } from "../process.ts";
import type { Generator, Load, Sample } from "../sample.ts";

/** Where `k6` is, by `$K6` or the PATH, or why there is none. */
export async function findK6Path(): Promise<{ path: string; version: string } | string> {
  const { stdout } = await shell(`
    path=$(command -v "\${K6:-k6}") && echo "$path" && K6_NO_USAGE_REPORT=true "$path" version`);
  const [path, text] = stdout.split("\n");
  if (!path) return "k6 is neither on the PATH nor in $K6";
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(text ?? "")?.[1];
  if (version === undefined) return "k6 does not tell its version";
  return { path, version };
}

/** It as a generator of requests. */
export async function findK6(): Promise<{ generator: Generator; version: string } | string> {
  const found = await findK6Path();
  if (typeof found === "string") return found;
  const { path, version } = found;
  return { version, generator: { name: "k6", measure: (load) => measure(path, load) } };
}

async function measure(path: string, load: Load): Promise<Sample> {
  const summary = `${load.folder}/k6.json`;
  const argv = [
    path,
    "run",
    "--quiet",
    "--no-color",
    "--address=",
    "--summary-export",
    summary,
    "--summary-trend-stats",
    "med,p(99)",
    "--vus",
    String(load.connections),
    "--duration",
    `${load.seconds}s`,
    "--env",
    `TARGET=${load.url}`,
    `${ROOT}bench/scripts/k6_get.js`,
  ];
  const { cpuSeconds } = await runOk(argv, {
    limitSeconds: load.seconds + 60,
    env: { K6_NO_USAGE_REPORT: "true" },
  });
  const text = await Deno.readTextFile(summary);
  await Deno.remove(summary);
  return parseK6(JSON.parse(text), cpuSeconds);
}

interface K6Summary {
  metrics: {
    http_reqs: { count: number; rate: number };
    http_req_duration: Record<string, number>;
    http_req_failed: { passes: number };
  };
}

/** Reads what `k6 run --summary-export` writes. */
export function parseK6(summary: K6Summary, cpuSeconds: number): Sample {
  const { http_reqs, http_req_duration, http_req_failed } = summary.metrics;
  return {
    requests: http_reqs.count,
    requestsPerSecond: http_reqs.rate,
    cpuUsPerRequest: (cpuSeconds / http_reqs.count) * 1e6,
    p50Ms: http_req_duration["med"] ?? null,
    p99Ms: http_req_duration["p(99)"] ?? null,
    failed: http_req_failed.passes,
  };
}
