/**
 * A process that hosts a component: reads frames from stdin and writes frames to stdout. Ends when
 * stdin does, which it does when the parent is gone.
 *
 * @module
 */
import { format } from "node:util";
import { FrameDecoder } from "../protocol/mod.ts";
import { createPort } from "./port.ts";
import { Worker } from "./worker.ts";

const IGNORED_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

async function main(): Promise<void> {
  const worker = new Worker(createPort(Deno.stdout.write.bind(Deno.stdout)));
  // Nothing may get between the frames: not what jco's code says, either.
  const say = (...args: unknown[]) => worker.log(format(...args));
  Object.assign(globalThis.console, { debug: say, log: say, info: say, warn: say, error: say });
  // A trap of a call that was given up has nobody to go to.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    say(event.reason);
  });
  // A Ctrl-C goes to the whole process group; what it means is for the parent to say.
  for (const signal of IGNORED_SIGNALS) Deno.addSignalListener(signal, () => {});
  const decoder = new FrameDecoder();
  const buffer = new Uint8Array(64 * 1024);
  for (let n = await Deno.stdin.read(buffer); n !== null; n = await Deno.stdin.read(buffer)) {
    for (const frame of decoder.push(buffer.subarray(0, n))) worker.handle(frame);
  }
}

if (import.meta.main) {
  // The parent is gone, or no parent of this.
  await main().then(() => Deno.exit(0), () => Deno.exit(1));
}
