import type { Clock } from "../clock.ts";
import type { ShardStarter } from "./link.ts";
import type { ShardSetup } from "./setup.ts";
import { ShardWorker } from "./worker.ts";

/**
 * A shard within this process: for small runs, tests and debuggers. A script that spins hangs
 * the whole process, and one that is killed goes on in the background with nobody listening.
 */
export function inlineShards(setup: ShardSetup, clock?: Clock): ShardStarter {
  return (_index, on) => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const worker = new ShardWorker(setup, { post: on, backlogBytes: () => 0 }, clock);
    const end = (reason: string) => {
      worker.close();
      resolve(reason);
    };
    return {
      label: "",
      separate: false,
      // As with a process, the two ends share nothing and never call into each other.
      send: (command) => queueMicrotask(() => worker.handle(structuredClone(command))),
      kill: () => end("it was killed"),
      close: () => Promise.resolve(end("it was closed")),
      ended,
    };
  };
}
