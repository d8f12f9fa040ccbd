import { describeError } from "../../internal/mod.ts";
import { FrameDecoder } from "./frames.ts";
import type { ShardLink, ShardStarter } from "./link.ts";
import { type ProcessOptions, spawnShard, type Standby } from "../spawn/mod.ts";
import { decodeEvent, encodeCommand, type ShardEvent } from "./protocol.ts";

/** How long a shard may take to end by itself once it was told to. */
const CLOSE_MS = 1000;
/** Lines of a shard's stderr that are passed on, and how long each may be. */
const MAX_STDERR_LINES = 100;
const MAX_STDERR_LINE = 1000;
/** Last lines of stderr that become part of the reason when a shard dies. */
const LAST_LINES = 3;

/**
 * Shards as child processes of this one, with the permissions they are given and no others.
 *
 * @param standby processes started ahead, used where they are just what is asked for
 */
export function processShards(options: ProcessOptions, standby?: Standby): ShardStarter {
  return (_index, on, log, readable = []) => {
    const own = { ...options, allowRead: [...options.allowRead, ...readable] };
    return link(standby?.take(own) ?? spawnShard(own), on, log);
  };
}

function link(
  child: Deno.ChildProcess,
  on: (event: ShardEvent) => void,
  log: (line: string) => void,
): ShardLink {
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
