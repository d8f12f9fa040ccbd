import { ExitCode } from "../internal/mod.ts";
import type { RunRequest, RunResult } from "../runner/mod.ts";
import type { StressPlan } from "../wasm/mod.ts";
import { describePlan, formatProblems, ScriptError } from "../wasm/script/mod.ts";
import { closing } from "./closing.ts";
import { type Host, writeQuietly } from "./host.ts";
import { type RequestPart, shardCount, tagOverride } from "./request.ts";
import type { StressArgs } from "./stress.ts";
import { placeOf, type StressPlace } from "./stress_endpoints.ts";
import { readStress, sizesOf, type StressFiles } from "./stress_files.ts";
import type { StressFlags } from "./stress_options.ts";
import { thresholdOverride } from "./threshold_flags.ts";
import { durationMs } from "./values.ts";

/** How long a plan may go on beyond the offsets of its actions, unless told. */
const LONGEST_MS = 600_000;
/** How long the parser's module may take to compile: `setup` does that, in the first shard. */
const COMPILE_LIMIT = "15s";
/** How often what was measured is shown. */
const REPORT_MS = 500;

/** What a packet load asks of the runner. */
export type StressRequest = RequestPart & Required<Pick<RunRequest, "reportMs" | "shards">>;

/** Carries a run through: see `load`. */
export type StressRunner = (
  request: StressRequest,
) => Promise<{ result: RunResult; exitCode: number }>;

/**
 * `downpour stress`: reads a stress script, prints its plan or plays it in shards that may reach
 * nothing but its endpoints. What isn't this machine is loaded only with `--arm`, or when whoever
 * sits before the terminal says yes.
 */
export async function stressCommand(
  path: string,
  flags: StressFlags,
  host: Host,
  run: StressRunner,
): Promise<number> {
  let files: StressFiles;
  try {
    files = await readStress(path);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    writeQuietly(host, formatProblems(error));
    return ExitCode.options;
  }
  const place = await placeOf(files.plan);
  if (flags.dryRun) {
    host.write("stdout", dryRun(files, place));
    return ExitCode.ok;
  }
  if (!isArmed(place, flags, host)) return ExitCode.usage;
  const { result, exitCode } = await run(requestOf(path, files, place, flags));
  const failure = whyFailed(result);
  return closing(host, result, exitCode || (failure === null ? 0 : ExitCode.failed), failure);
}

function dryRun({ plan, packets }: StressFiles, { shown, foreign }: StressPlace): string {
  const lines = [describePlan(plan, { sizes: sizesOf(packets) }).trimEnd(), ""];
  if (shown.some((text) => text.endsWith(")"))) lines.push(`resolved: ${shown.join(", ")}`);
  if (foreign.length > 0) lines.push(`not this machine: ${foreign.join(", ")}: needs --arm`);
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Whether the load may go where it is to go. */
function isArmed({ foreign }: StressPlace, { arm }: StressFlags, host: Host): boolean {
  if (arm || foreign.length === 0) return true;
  const what = `${foreign.join(", ")} ${foreign.length === 1 ? "is" : "are"} not this machine`;
  const asked = host.confirm(`${what}: load only what you own or may test. Go on? [y/N] `);
  if (asked === true) return true;
  if (asked === null) {
    writeQuietly(host, `downpour: ${what}: load only what you own or may test, with --arm\n`);
  }
  return false;
}

function requestOf(
  path: string,
  { packets, guest }: StressFiles,
  { plan, allowNet }: StressPlace,
  flags: StressFlags,
): StressRequest {
  const shards = shardsOf(plan, flags);
  const args: StressArgs = {
    plan,
    packets: Object.fromEntries(
      Object.entries(packets).map(([name, bytes]) => [name, bytes.toBase64()]),
    ),
    guest: guest?.toBase64() ?? null,
    shards,
  };
  const longest = flags.duration === undefined
    ? plan.actions.reduce((sum, { offsetMs }) => sum + offsetMs, LONGEST_MS)
    : durationMs("--duration", flags.duration);
  const scenario = {
    executor: "per-vu-iterations",
    vus: shards,
    iterations: 1,
    maxDuration: `${longest}ms`,
    // Who stops it means the load, which is one iteration.
    gracefulStop: "0s",
  };
  return {
    source: { kind: "builtin", name: "stress", args, title: path },
    overrides: {
      scenarios: { [plan.name]: scenario },
      setupTimeout: COMPILE_LIMIT,
      ...tagOverride(flags),
      ...thresholdOverride(flags.threshold),
    },
    env: {},
    allowNet,
    allowRead: [],
    reportMs: REPORT_MS,
    shards,
  };
}

/** By flag, script or cores, and never more than sessions. */
function shardsOf(plan: StressPlan, flags: StressFlags): number {
  const sessions = plan.actions.reduce(
    (sum, action) => action.kind === "create" ? sum + action.sessions : sum,
    0,
  );
  const wanted = shardCount(flags) ?? plan.shards ?? navigator.hardwareConcurrency;
  return Math.max(1, Math.min(wanted, sessions));
}

/** What makes a load a failed one that the runner takes for a good one: nothing connected. */
function whyFailed({ metrics, iterations }: RunResult): string | null {
  if (iterations.thrown > 0) return "the plan could not be played to its end";
  const total = (name: string) => {
    const aggregate = metrics.select(name);
    return aggregate?.type === "counter" ? aggregate.total : 0;
  };
  const [tried, failed] = [total("packet_connections"), total("packet_connections_failed")];
  if (tried === 0 || failed < tried) return null;
  const reasons = new Set<string>();
  for (const { tags } of metrics.series("packet_connections_failed")) {
    reasons.add(tags.get("reason") ?? "no reason known");
  }
  return `not one session connected: ${tried}× ${[...reasons].join(", ")}`;
}
