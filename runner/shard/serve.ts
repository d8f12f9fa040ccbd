import type { LogEntry } from "../result.ts";
import { takeConsole } from "./_console.ts";
import { FrameDecoder } from "./frames.ts";
import { decodeCommand, encodeEvent } from "./protocol.ts";
import type { ShardSetup } from "./setup.ts";
import { type ShardPort, ShardWorker } from "./worker.ts";

const IGNORED_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * What a shard process does: reads commands from stdin and writes events to stdout, as frames.
 * From the call on, `console` and `Deno.stdout` go into the run's log, so nothing that a script
 * prints gets between the frames. Ends the process when stdin ends, which it does when the
 * parent is gone.
 */
export async function serveShard(setup: ShardSetup): Promise<never> {
  const exit = Deno.exit.bind(Deno);
  const port = stdoutPort();
  const worker = new ShardWorker(setup, port);
  redirectOutput((entry) => worker.log(entry));
  // A Ctrl-C goes to the whole process group; what it means is for the parent to say.
  for (const signal of IGNORED_SIGNALS) Deno.addSignalListener(signal, () => {});
  const decoder = new FrameDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let code = 0;
  try {
    for (let n = await Deno.stdin.read(buffer); n !== null; n = await Deno.stdin.read(buffer)) {
      for (const frame of decoder.push(buffer.subarray(0, n))) worker.handle(decodeCommand(frame));
    }
  } catch {
    // The parent is gone or talks nonsense: there is nobody left to tell.
    code = 1;
  }
  worker.close();
  return exit(code);
}

/** Sends events on stdout in order; writes that wait for the last one are put together. */
function stdoutPort(): ShardPort {
  const write = Deno.stdout.write.bind(Deno.stdout);
  let queue: Uint8Array[] = [];
  let backlog = 0;
  let writing = false;
  const drain = async () => {
    writing = true;
    while (queue.length > 0) {
      const chunks = queue;
      queue = [];
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length;) at += await write(chunk.subarray(at));
        backlog -= chunk.length;
      }
    }
    writing = false;
  };
  return {
    backlogBytes: () => backlog,
    post(event) {
      const bytes = encodeEvent(event);
      queue.push(bytes);
      backlog += bytes.length;
      // A closed pipe means that the parent is gone: the end of stdin says so too.
      if (!writing) drain().catch(() => {});
    },
  };
}

/** Turns everything that scripts print into log entries. */
function redirectOutput(log: (entry: LogEntry) => void): void {
  takeConsole((level, text) => log({ level, text, source: "script" }));

  const decoder = new TextDecoder();
  const print = (bytes: Uint8Array): number => {
    log({ level: "info", text: decoder.decode(bytes).replace(/\n$/, ""), source: "script" });
    return bytes.length;
  };
  Deno.stdout.writeSync = print;
  Deno.stdout.write = (bytes) => Promise.resolve(print(bytes));
  Object.defineProperty(Deno.stdout, "writable", {
    get: () => new WritableStream<Uint8Array>({ write: (bytes) => void print(bytes) }),
  });
}
