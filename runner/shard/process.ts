import { describeError } from "../../internal/mod.ts";
import { FrameDecoder } from "./frames.ts";
import type { ShardLink, ShardStarter } from "./link.ts";
import { decodeEvent, encodeCommand, type ShardEvent } from "./protocol.ts";

/** How long a shard may take to end by itself once it was told to. */
const CLOSE_MS = 1000;
/** Lines of a shard's stderr that are passed on, and how long each may be. */
const MAX_STDERR_LINES = 100;
const MAX_STDERR_LINE = 1000;
/** Last lines of stderr that become part of the reason when a shard dies. */
const LAST_LINES = 3;

/**
 * Thousands of virtual users that wait make garbage that lives for a second or two. V8's defaults
 * let it grow the heap to several times its size; these keep it small for under 5 % of CPU (ADR 0002).
 */
const V8_FLAGS = "--max-semi-space-size=4,--heap-growing-percent=20";

/** How shard processes are started. */
export interface ProcessOptions {
  /** Module whose main calls `serveShard`. */
  readonly entry: URL;
  /** `true` for all hosts. */
  readonly allowNet: true | readonly string[];
  readonly allowRead: readonly string[];
}

/** Shards as child processes of this one, with the permissions they are given and no others. */
export function processShards(options: ProcessOptions): ShardStarter {
  return (_index, on, log) => startProcess(options, on, log);
}

/** Arguments of the `deno` that is a shard. */
export function processArguments({ entry, allowNet, allowRead }: ProcessOptions): string[] {
  // The parent has fetched and checked every module; a shard only reads what is there.
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", `--v8-flags=${V8_FLAGS}`];
  if (allowNet === true) args.push("--allow-net");
  else if (allowNet.length > 0) args.push(`--allow-net=${allowNet.join(",")}`);
  if (allowRead.length > 0) args.push(`--allow-read=${allowRead.join(",")}`);
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

function startProcess(
  options: ProcessOptions,
  on: (event: ShardEvent) => void,
  log: (line: string) => void,
): ShardLink {
  const child = new Deno.Command(denoCommand(), {
    args: processArguments(options),
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  let reason: string | null = null;
  const kill = (why: string) => {
    reason ??= why;
    try {
      child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
  };
  const lines: string[] = [];
  const stderr = readLines(child.stderr, (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
    log(line);
  });
  const stdout = readEvents(child.stdout, on)
    .catch((error: unknown) => kill(`it broke the protocol: ${describeError(error)}`));
  const ended = (async () => {
    const [status] = await Promise.all([child.status, stdout, stderr]);
    await stdin.abort().catch(() => {});
    const how = reason ??
      (status.signal !== null
        ? `it was ended by ${status.signal}`
        : `it exited with code ${status.code}`);
    return lines.length > 0 ? `${how}: ${lines.join(" | ")}` : how;
  })();
  return {
    label: `pid ${child.pid}`,
    separate: true,
    ended,
    kill: () => kill("it was killed"),
    send: (command) => void stdin.write(encodeCommand(command)).catch(() => {}),
    async close() {
      stdin.close().catch(() => {});
      const timer = setTimeout(() => kill("it did not end when told to"), CLOSE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function readEvents(
  stream: ReadableStream<Uint8Array>,
  on: (event: ShardEvent) => void,
): Promise<void> {
  const decoder = new FrameDecoder();
  for await (const chunk of stream) {
    for (const frame of decoder.push(chunk)) on(decodeEvent(frame));
  }
}

/** Reads to the end, whatever comes; passes on the first lines, each cut to a length. */
async function readLines(
  stream: ReadableStream<Uint8Array>,
  on: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  let left = MAX_STDERR_LINES;
  const say = (line: string) => {
    const text = line.trimEnd();
    if (text === "" || left <= 0) return;
    left--;
    on(text.slice(0, MAX_STDERR_LINE));
  };
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop()!.slice(0, MAX_STDERR_LINE);
    for (const line of parts) say(line);
  }
  say(rest);
}
