import { OptionError } from "../internal/mod.ts";
import type { RunRequest, ShardPermissions } from "../runner/mod.ts";
import type { LoadFlags, QuickFlags } from "./options.ts";
import type { QuickArgs } from "./quick.ts";
import { parseTargetUrl, type TargetUrl } from "./target_url.ts";
import { durationMs, headerLines, keyValues, stageList, wholeNumber } from "./values.ts";

/** What the flags say of a run; the caller adds how processes are started. */
export type RequestPart = Pick<
  RunRequest,
  | "source"
  | "config"
  | "environment"
  | "secrets"
  | "overrides"
  | "overridesFrom"
  | "env"
  | keyof ShardPermissions
>;

/** How long running requests of a quick run may take after its end. */
const GRACE = "3s";
const QUICK_VUS = 10;
const QUICK_DURATION = "10s";
/** Methods of `--method`. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The run that `downpour URL` asks for. @throws {OptionError} */
export function quickRequest(url: string, flags: QuickFlags): RequestPart & { target: TargetUrl } {
  const target = parseTargetUrl(url);
  const method = flags.method?.toUpperCase() ?? (flags.body === undefined ? "GET" : "POST");
  if (!METHODS.includes(method)) {
    throw new OptionError(
      "--method",
      `--method is not one of ${METHODS.join(", ")}: "${flags.method}"`,
    );
  }
  const args: QuickArgs = {
    url: target.href,
    shown: target.shown,
    hostPort: target.hostPort,
    method,
    headers: headerLines("--header", flags.header),
    body: flags.body ?? null,
    timeoutMs: flags.timeout === undefined ? 60_000 : durationMs("--timeout", flags.timeout),
  };
  return {
    target,
    source: { kind: "builtin", name: "quick", args, title: `${method} ${target.shown}` },
    overrides: { scenarios: { default: quickScenario(flags) }, ...tagOverride(flags) },
    env: {},
    allowNet: [target.hostPort],
    allowRead: [],
  };
}

function quickScenario(flags: QuickFlags): Record<string, unknown> {
  const load = loadNumbers(flags);
  const common = { gracefulStop: GRACE };
  const duration = load.duration ?? QUICK_DURATION;
  if (flags.rate !== undefined) {
    exclusive("--rate", flags, ["iterations", "stage"]);
    const rate = wholeNumber("--rate", flags.rate, 1);
    // Enough users for answers that take half a second, unless told how many.
    const vus = load.vus ?? Math.min(2000, Math.max(QUICK_VUS, Math.ceil(rate / 2)));
    return { ...common, executor: "constant-arrival-rate", rate, duration, preAllocatedVUs: vus };
  }
  if (load.iterations !== undefined) {
    exclusive("--iterations", flags, ["stage"]);
    const vus = load.vus ?? Math.min(QUICK_VUS, load.iterations);
    const most = load.duration === undefined ? {} : { maxDuration: load.duration };
    return { ...common, executor: "shared-iterations", vus, iterations: load.iterations, ...most };
  }
  if (load.stages !== undefined) {
    exclusive("--stage", flags, ["duration"]);
    return { ...common, executor: "ramping-vus", startVUs: load.vus ?? 0, stages: load.stages };
  }
  return { ...common, executor: "constant-vus", vus: load.vus ?? QUICK_VUS, duration };
}

/** `--shards`, where it was given. @throws {OptionError} */
export function shardCount(flags: LoadFlags): number | undefined {
  if (flags.shards === undefined) return undefined;
  const count = wholeNumber("--shards", flags.shards, 1);
  if (count > 256) {
    throw new OptionError("--shards", `--shards is more than 256: "${flags.shards}"`);
  }
  if (flags.inline && count > 1) {
    throw new OptionError(
      "--shards",
      `--shards is ${count}, but --inline makes the load in one process`,
    );
  }
  return count;
}

/** How much load flags ask for, as script options. */
export interface LoadNumbers {
  vus?: number;
  duration?: string;
  iterations?: number;
  stages?: { duration: string; target: number }[];
}

/** How much load the flags ask for. @throws {OptionError} */
export function loadNumbers(flags: LoadFlags): LoadNumbers {
  const numbers: LoadNumbers = {};
  if (flags.vus !== undefined) {
    numbers.vus = wholeNumber("--vus", flags.vus, flags.stage.length > 0 ? 0 : 1);
  }
  if (flags.duration !== undefined) {
    durationMs("--duration", flags.duration);
    numbers.duration = flags.duration;
  }
  if (flags.iterations !== undefined) {
    numbers.iterations = wholeNumber("--iterations", flags.iterations, 1);
  }
  if (flags.stage.length > 0) {
    numbers.stages = stageList(
      "--stage",
      flags.stage.flatMap((text) => text.split(",")),
    );
  }
  return numbers;
}

/** The `tags` that flags ask for. @throws {OptionError} */
export function tagOverride(flags: LoadFlags): Record<string, unknown> {
  return flags.tag.length === 0 ? {} : { tags: keyValues("--tag", flags.tag) };
}

function exclusive(
  option: string,
  flags: QuickFlags,
  others: readonly ("iterations" | "stage" | "duration")[],
): void {
  for (const other of others) {
    const given = other === "stage" ? flags.stage.length > 0 : flags[other] !== undefined;
    if (given) throw new OptionError(option, `${option} and --${other} can't be used together`);
  }
}
