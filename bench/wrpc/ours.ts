import { downpourCommand, summaryValue, takeSummary } from "../downpour.ts";
import { ROOT, runOk } from "../process.ts";
import type { WrpcCase } from "./cases.ts";

/** What one measurement of a case found. */
export interface WrpcFigure {
  /** Calls, requests or MB. */
  readonly perSecond: number;
  /** CPU of the shard for one call or request, in microseconds, its start left out. */
  readonly cpuUs: number;
}

/** Runs the script of a case on one shard, with metrics as in any run. */
export async function runWrpcScript(
  { script, env }: WrpcCase,
  settings: Readonly<Record<string, string | number>>,
  folder: string,
): Promise<WrpcFigure> {
  const summary = `${folder}/wrpc.json`;
  const flags = Object.entries({ ...settings, ...env }).flatMap(([key, value]) => [
    ...["--env", `${key}=${value}`],
  ]);
  const { UNIX } = settings;
  const granted = UNIX === undefined ? [] : ["--allow-unix", String(UNIX)];
  await runOk([
    ...await downpourCommand(),
    ...["run", `${ROOT}bench/scripts/wrpc/${script}.ts`, ...flags],
    ...[...granted, "--shards", "1", "--summary-json", summary],
  ], { limitSeconds: 180 });
  const found = await takeSummary(summary);
  const perSecond = summaryValue(found, "bench_per_second", "value");
  const cpuUs = summaryValue(found, "bench_cpu_us", "value");
  if (perSecond === null || cpuUs === null) throw new Error(`${script} measured nothing`);
  return { perSecond, cpuUs };
}

/** Figures of the codec by name. */
export async function runCodec(seconds: number): Promise<Record<string, number>> {
  const { stdout } = await runOk([
    ...[Deno.execPath(), "run", "--no-prompt", `--allow-read=${ROOT}`],
    ...[`${ROOT}bench/wrpc/codec.ts`, String(seconds)],
  ], { limitSeconds: 120 });
  return JSON.parse(stdout) as Record<string, number>;
}
