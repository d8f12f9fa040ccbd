import { OptionError } from "../internal/mod.ts";
import type { RunRequest, ShardPermissions } from "../runner/mod.ts";
import type { LoadFlags } from "./options.ts";
import { durationMs, keyValues, stageList, wholeNumber } from "./values.ts";

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
