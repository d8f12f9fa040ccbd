import type { BareResult } from "../bare_loop.ts";
import { ROOT, runOk } from "../process.ts";
import type { Generator, Load, Sample } from "../sample.ts";

/** The bare `Deno.connect` loop, as a process of its own. */
export const bare: Generator = { name: "bare loop", measure };

async function measure(load: Load): Promise<Sample> {
  const argv = [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-config",
    `--allow-net=127.0.0.1:${load.port}`,
    `${ROOT}bench/bare_loop.ts`,
    String(load.port),
    String(load.connections),
    String(load.seconds),
  ];
  const { stdout, cpuSeconds } = await runOk(argv, { limitSeconds: load.seconds + 30 });
  const result = JSON.parse(stdout) as BareResult;
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / result.seconds,
    cpuUsPerRequest: (cpuSeconds / result.requests) * 1e6,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    failed: 0,
  };
}
