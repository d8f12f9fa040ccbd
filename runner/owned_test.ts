import assert from "node:assert/strict";
import { once } from "node:events";
import { currentContext } from "../metrics/mod.ts";
import { startRun } from "./run.ts";

/** Something that notes when it is closed. */
function open(what: string, log: string[]): void {
  const context = currentContext();
  assert(context.owned !== null, "a run's contexts close what is opened in them");
  context.owned.add({ close: () => void log.push(`${what} closed`) });
  log.push(what);
}

Deno.test("what an iteration opens ends with it; what module level opens ends with the run", async () => {
  const log: string[] = [];
  const { result } = startRun({
    source: { kind: "builtin", name: "opening", args: null, title: "opening" },
    overrides: { iterations: 2 },
    env: {},
    inline: true,
    shardEntry: new URL(import.meta.url),
    allowNet: [],
    allowRead: [],
    setup: {
      modules: {},
      builtins: {
        opening: () => {
          open("top", log);
          return {
            setup: () => open("setup", log),
            default() {
              open("iteration", log);
              if (log.filter((line) => line === "iteration").length === 2) throw new Error("no");
            },
          };
        },
      },
    },
  });
  const { iterations } = await result;
  assert.deepEqual([iterations.completed, iterations.thrown], [2, 1]);
  // Module level runs for reading options, for setup and for the one VU.
  const count = (line: string): number => log.filter((one) => one === line).length;
  assert.deepEqual([count("top"), count("top closed")], [3, 3]);
  assert.deepEqual([count("setup"), count("setup closed")], [1, 1]);
  const inIterations = log.filter((line) => line.startsWith("iteration"));
  assert.deepEqual(inIterations, [
    "iteration",
    "iteration closed",
    "iteration",
    "iteration closed",
  ]);
  const last = log.lastIndexOf("iteration closed");
  assert(log.lastIndexOf("top closed") > last, log.join(", "));
});

Deno.test("what a VU opened ends with it where it is given up and another takes its place", async () => {
  const log: string[] = [];
  const progressed = new EventTarget();
  const run = startRun({
    source: { kind: "builtin", name: "endless", args: null, title: "endless" },
    overrides: {
      scenarios: { s: { executor: "externally-controlled", vus: 1, gracefulStop: "0s" } },
    },
    env: {},
    reportMs: 100,
    inline: true,
    shardEntry: new URL(import.meta.url),
    allowNet: [],
    allowRead: [],
    setup: {
      modules: {},
      builtins: {
        endless: () => {
          open("top", log);
          return { default: () => new Promise(() => open("iteration", log)) };
        },
      },
    },
  }, { progress: () => progressed.dispatchEvent(new Event("progress")) });
  const until = async (what: (status: ReturnType<typeof run.status>) => boolean) => {
    while (!what(run.status())) await once(progressed, "progress");
  };
  const started = (count: number) => until(({ iterations }) => iterations.started === count);
  await started(1);
  await run.setVUs(0);
  await until(({ iterations }) => iterations.interrupted === 1);
  await run.setVUs(1);
  await started(2);
  run.stop();
  await run.result;
  const count = (line: string): number => log.filter((one) => one === line).length;
  assert.equal(count("top closed"), count("top"));
  assert.deepEqual([count("iteration"), count("iteration closed")], [2, 2]);
});
