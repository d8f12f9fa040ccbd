import { denoCommand } from "../../internal/mod.ts";
import { ownModules } from "./own_modules.ts";
import { permissionFlags, type ShardPermissions } from "./permissions.ts";

/**
 * Thousands of virtual users that wait make garbage that lives for a second or two. V8's defaults
 * let it grow the heap to several times its size; these keep it small for under 5 % of CPU (ADR 0002).
 * The young generation has its size from the start: a shard's memory then stays what it is.
 */
const V8_FLAGS = "--min-semi-space-size=8,--max-semi-space-size=8,--heap-growing-percent=30";

/** How shard processes are started. */
export interface ProcessOptions extends ShardPermissions {
  /** Module whose main calls `serveShard`. */
  readonly entry: URL;
  /** File that Deno logs each permission to that the shard asks for, as JSON lines. Default: none. */
  readonly auditTo?: string | undefined;
  /** Most that its heap may hold, MiB; above, it dies and is a lost one. Default: V8's own limit. */
  readonly heapMb?: number | undefined;
}

/** Arguments of the `deno` that is a shard. */
export function processArguments(options: ProcessOptions): string[] {
  const { entry, heapMb, auditTo, allowRead } = options;
  // The parent has fetched and checked every module; a shard only reads what is there.
  const flags = heapMb === undefined ? V8_FLAGS : `${V8_FLAGS},--max-old-space-size=${heapMb}`;
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", `--v8-flags=${flags}`];
  // An audit is of what the script asks for: then all is loaded at the start.
  const own = auditTo === undefined ? ownModules() : null;
  if (own === null) return [...args, ...permissionFlags(options), entry.href];
  // Otherwise the start would read every module that there is (ADR 0021).
  args.push("--unstable-lazy-dynamic-imports");
  return [
    ...args,
    ...permissionFlags({ ...options, allowRead: [...allowRead, ...own] }),
    entry.href,
  ];
}

/** Starts the process of a shard. */
export function spawnShard(options: ProcessOptions): Deno.ChildProcess {
  return new Deno.Command(denoCommand(), {
    args: processArguments(options),
    env: {
      NO_COLOR: "1",
      ...(options.auditTo === undefined ? {} : { DENO_AUDIT_PERMISSIONS: options.auditTo }),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
