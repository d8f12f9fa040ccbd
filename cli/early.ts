import { Standby } from "../runner/spawn/mod.ts";
import { folderOf } from "./files.ts";
import { parseTargetUrl } from "./target_url.ts";

/** Module that shard processes run. */
export const SHARD_ENTRY: URL = new URL("./shard.ts", import.meta.url);

/** What shards a command line will most likely start. */
export interface EarlyShards {
  readonly count: number;
  readonly allowNet: true | readonly string[];
  readonly allowRead: readonly string[];
}

/** Options after which the guess would be wrong, or there is nothing to start. */
const OTHERWISE = /^(--(help|version|inline|allow-[a-z]+|check|urls|unix|on)(=|$)|-[hV]$)/;

/** Commands that start no load, or not at once. */
const OTHERS = [
  "inspect",
  "check",
  "perms",
  "archive",
  "init",
  "import",
  "record",
  "target",
  "completion",
  "stress",
  "parser",
  "serve",
  "agent",
  "agents",
  "attach",
  "submit",
  "collector",
  "runs",
  "report",
  "dash",
  "compare",
];

/**
 * Guesses from the bare words of a command line what shards it will start; null when it is better
 * not to. A wrong guess costs a process that is ended unused, never a permission.
 */
export function guessShards(words: readonly string[]): EarlyShards | null {
  if (words.some((word) => OTHERWISE.test(word)) || words.some((word) => OTHERS.includes(word))) {
    return null;
  }
  const at = words.findIndex((word) => word === "--shards" || word.startsWith("--shards="));
  const text = at < 0 ? "" : words[at]!.slice("--shards=".length) || (words[at + 1] ?? "");
  const shards = at < 0 ? navigator.hardwareConcurrency : Number(text);
  if (!Number.isInteger(shards) || shards < 1 || shards > 64) return null;
  const run = words.indexOf("run");
  if (run >= 0) {
    const script = words[run + 1];
    if (script === undefined || script.startsWith("-") || script.endsWith(".tar")) return null;
    // How many a script wants is known when the first has loaded it.
    return { count: 1, allowNet: true, allowRead: [folderOf(script)] };
  }
  const url = words.find((word) => word.includes("://"));
  if (url === undefined) return null;
  try {
    const { hostPort } = parseTargetUrl(url);
    return {
      count: shards,
      allowNet: words.includes("--follow") ? true : [hostPort],
      allowRead: [],
    };
  } catch {
    return null;
  }
}

/** Starts what `guessShards` says. */
export function startEarly(words: readonly string[]): Standby | undefined {
  const guess = guessShards(words);
  if (guess === null) return undefined;
  const { count, allowNet, allowRead } = guess;
  try {
    return new Standby({ entry: SHARD_ENTRY, allowNet, allowRead }, count);
  } catch {
    // It will fail again where there is somebody to tell.
    return undefined;
  }
}
