import { denoCommand, describeError } from "../../../internal/mod.ts";
import {
  encodeJson,
  type Frame,
  FrameDecoder,
  FrameType,
  joined,
  type Plan,
} from "../protocol/mod.ts";

const ENTRY = new URL("../child/main.ts", import.meta.url);
/** Pages of WebAssembly's memory in a MiB. */
const PAGES_PER_MIB = 16;
/** Most of what a process says on stderr that becomes part of the reason when it dies. */
const MAX_STDERR = 1000;

/** A process that hosts a component. */
export interface HostProcess {
  /** Sends a frame; frames of one turn go out together. */
  send(frame: Uint8Array): void;
  /** Ends it. Safe to call again. */
  kill(reason: string): void;
  /** Resolves, with the reason, when it is gone. */
  readonly ended: Promise<string>;
}

/** Starts one. @param on is told of each frame; when it throws, the process broke the protocol */
export function startProcess(
  plan: Plan,
  memoryMb: number,
  on: (frame: Frame) => void,
): HostProcess {
  const folder = decodeURIComponent(new URL(plan.folder).pathname);
  const child = new Deno.Command(denoCommand(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only"],
      `--v8-flags=--wasm-max-mem-pages=${memoryMb * PAGES_PER_MIB}`,
      `--allow-read=${folder}`,
      ENTRY.href,
    ],
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
  const stdout = readFrames(child.stdout, on)
    .catch((error: unknown) => kill(`it broke the protocol: ${describeError(error)}`));
  const stderr = readText(child.stderr);
  const ended = (async () => {
    const [status, said] = await Promise.all([child.status, stderr, stdout]);
    await stdin.abort().catch(() => {});
    const how = reason ?? `it ended with ${status.signal ?? `code ${status.code}`}`;
    return said === "" ? how : `${how}: ${said}`;
  })();
  let queue: Uint8Array[] = [];
  const send = (frame: Uint8Array) => {
    queue.push(frame);
    if (queue.length > 1) return;
    queueMicrotask(() => {
      const frames = queue;
      queue = [];
      stdin.write(frames.length === 1 ? frames[0]! : joined(frames)).catch(() => {});
    });
  };
  send(encodeJson(FrameType.start, 0, plan));
  return { send, kill, ended };
}

async function readFrames(
  stream: ReadableStream<Uint8Array>,
  on: (frame: Frame) => void,
): Promise<void> {
  const decoder = new FrameDecoder();
  for await (const bytes of stream) for (const frame of decoder.push(bytes)) on(frame);
}

/** Reads to the end, whatever comes; keeps the beginning. */
async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    if (text.length < MAX_STDERR) text += decoder.decode(bytes, { stream: true });
  }
  return text.slice(0, MAX_STDERR).trim();
}
