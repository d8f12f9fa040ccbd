import { once } from "node:events";
import {
  type RunEvents,
  type RunHandle,
  type RunProgress,
  type RunRequest,
  startRun,
} from "../../runner/mod.ts";
import { type Clock, inlineShards, systemClock } from "../../runner/remote/mod.ts";
import { memoryServers } from "../bus/memory/servers.ts";
import { joinPool, type MemberOptions, type PoolMember } from "../member/mod.ts";
import { seededRandom } from "../virtual_clock_for_tests.ts";
import type { PoolRun } from "./conduct.ts";
import { attachPoolRun, openPoolRun, type PoolRunOptions } from "./pool_run.ts";

/** Time that goes by as it does. */
export const time: Clock = systemClock;

/** A pool in memory, in real time: the runner's own timers know no other. */
export class RunPool {
  readonly servers = memoryServers({ time, random: seededRandom(7) });
  readonly said: string[] = [];
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #cut = new Set<string>();

  /** A bus of a coordinator; closed with the pool. */
  bus(name: string) {
    const bus = this.servers.bus(name);
    this.#ends.push(() => bus.close());
    return bus;
  }

  async join(id: string, given: Partial<MemberOptions> = {}): Promise<PoolMember> {
    const bus = this.bus(id);
    const member = await joinPool({
      ...{ bus, clock: time, id, labels: {}, cores: 1, slots: 1, signers: [] },
      start: () => inlineShards({ modules: {}, builtins: {} }),
      policy: { allowNet: true, allowRead: [] },
      say: (text) => this.said.push(`${id}: ${text}`),
      ...given,
    });
    this.#ends.push(() => member.close());
    return member;
  }

  /** Cuts a member off, until it is healed or the test ends. */
  partition(member: string): void {
    this.servers.partition(member);
    this.#cut.add(member);
  }

  heal(member: string): void {
    this.servers.heal(member);
    this.#cut.delete(member);
  }

  /** Ends what was begun, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#cut) this.heal(member);
    for (const end of this.#ends.reverse()) await end();
  }
}

/** A request for a script. */
export function requestOf(
  code: string,
  overrides: Record<string, unknown> = {},
): PoolRunOptions["request"] {
  return {
    source: {
      kind: "bundle",
      bundle: { entry: "/load.ts", code, map: '{"version":3,"sources":[],"mappings":""}' },
      title: "load.ts",
    },
    ...{ overrides, env: {}, allowNet: [], allowRead: [] },
    shardEntry: new URL(import.meta.url),
    setup: { modules: {}, builtins: {} },
  };
}

/** What a run of a test is opened by. */
export function optionsOf(
  pool: RunPool,
  code: string,
  overrides: Record<string, unknown> = {},
  more: Partial<PoolRunOptions> = {},
): PoolRunOptions {
  return {
    ...{ bus: pool.bus("coordinator"), time, where: "memory", holder: "the test" },
    request: requestOf(code, overrides),
    agents: { count: null, labels: {} },
    ...{ onLoss: "mark", weight: "equal", shards: null, lossAfterMs: 15_000, signer: null },
    ...more,
  };
}

/** Opens a run and starts it. */
export async function started(
  options: PoolRunOptions,
  events: RunEvents = {},
): Promise<{ run: PoolRun; handle: RunHandle }> {
  const run = await openPoolRun(options);
  const request: RunRequest = run.request;
  const handle = startRun(request, events);
  handle.result.catch(() => {});
  return { run, handle };
}

/** A second coordinator's hold of a run: by force also of one that another one commands. */
export function attach(pool: RunPool, run: string, force: boolean): Promise<PoolRun> {
  const { source: _, ...own } = requestOf("");
  return attachPoolRun({
    ...{ bus: pool.bus("second"), time, where: "memory", holder: "the second" },
    ...{ run, force, own },
  });
}

/** Takes a run over while its coordinator is cut off. */
export async function takeOver(pool: RunPool, run: string): Promise<{
  readonly taken: PoolRun;
  readonly watch: ReturnType<typeof progressed>;
  readonly handle: RunHandle;
}> {
  pool.partition("coordinator");
  const taken = await attach(pool, run, true);
  const watch = progressed();
  return { taken, watch, handle: startRun(taken.request, watch) };
}

/** An open load whose iterations take no time. */
export const OPEN = (seconds: number, rate = 40): string => `
  export const options = { scenarios: { open: {
    executor: "constant-arrival-rate", rate: ${rate}, timeUnit: "1s", duration: "${seconds}s",
    preAllocatedVUs: 4, gracefulStop: "1s",
  } } };
  export default () => {};
`;

/** Resolves when a run is so far, with what is known of it then. */
export function progressed(): {
  progress: (progress: RunProgress) => void;
  until(what: (progress: RunProgress) => boolean): Promise<RunProgress>;
  /** Resolves with what is told next. */
  next(): Promise<RunProgress>;
} {
  const seen = new EventTarget();
  let last: RunProgress | null = null;
  return {
    progress(progress) {
      last = progress;
      seen.dispatchEvent(new Event("progress"));
    },
    async until(what) {
      while (last === null || !what(last)) await once(seen, "progress");
      return last;
    },
    async next() {
      await once(seen, "progress");
      return last!;
    },
  };
}

/** Whether its load has begun. */
export const isRunning = ({ phase, iterations }: RunProgress): boolean =>
  phase === "running" && iterations.started > 0;
