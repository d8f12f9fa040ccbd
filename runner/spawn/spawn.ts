/**
 * Thousands of virtual users that wait make garbage that lives for a second or two. V8's defaults
 * let it grow the heap to several times its size; these keep it small for under 5 % of CPU (ADR 0002).
 */
const V8_FLAGS = "--max-semi-space-size=8,--heap-growing-percent=30";

/** How shard processes are started. */
export interface ProcessOptions {
  /** Module whose main calls `serveShard`. */
  readonly entry: URL;
  /** `true` for all hosts. */
  readonly allowNet: true | readonly string[];
  /** Files and folders that the shard may read. */
  readonly allowRead: readonly string[];
  /** Paths of Unix sockets that the shard may use. Default: none. */
  readonly allowUnix?: readonly string[] | undefined;
  /** Files and folders that the shard may write. Default: none. */
  readonly allowWrite?: readonly string[] | undefined;
  /** Most that its heap may hold, MiB; above, it dies and is a lost one. Default: V8's own limit. */
  readonly heapMb?: number | undefined;
}

/** Arguments of the `deno` that is a shard. */
export function processArguments(options: ProcessOptions): string[] {
  const { entry, allowNet, allowRead, allowUnix = [], allowWrite = [], heapMb } = options;
  // The parent has fetched and checked every module; a shard only reads what is there.
  const flags = heapMb === undefined ? V8_FLAGS : `${V8_FLAGS},--max-old-space-size=${heapMb}`;
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", `--v8-flags=${flags}`];
  if (allowNet === true) args.push("--allow-net");
  else if (allowNet.length > 0) args.push(`--allow-net=${allowNet.join(",")}`);
  // A Unix socket is a file to Deno: connecting reads and writes it.
  const readable = [...allowRead, ...allowUnix];
  if (readable.length > 0) args.push(`--allow-read=${readable.join(",")}`);
  const writable = [...allowWrite, ...allowUnix];
  if (writable.length > 0) args.push(`--allow-write=${writable.join(",")}`);
  return [...args, entry.href];
}

/** This very `deno` where that may be run; else the one on the PATH. */
function denoCommand(): string {
  try {
    const path = Deno.execPath();
    const { state } = Deno.permissions.querySync({ name: "run", command: path });
    if (state === "granted") return path;
  } catch {
    // Not allowed to know where it is.
  }
  return "deno";
}

/** Starts the process of a shard. */
export function spawnShard(options: ProcessOptions): Deno.ChildProcess {
  return new Deno.Command(denoCommand(), {
    args: processArguments(options),
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
