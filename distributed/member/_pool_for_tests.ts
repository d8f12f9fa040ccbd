import type { ShardSetup } from "../../runner/mod.ts";
import { type Clock, inlineShards } from "../../runner/remote/mod.ts";
import { memoryServers } from "../bus/memory/servers.ts";
import { seededRandom, VirtualClock } from "../virtual_clock_for_tests.ts";
import type { MemberOptions } from "./options.ts";
import { joinPool, type PoolMember } from "./pool_member.ts";

/** Another machine's clock: so much before the common one. */
export function shifted(clock: Clock, byMs: number): Clock {
  return {
    now: () => clock.now() + byMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    sleepExactly: (ms, busy, signal) => clock.sleepExactly(ms, busy, signal),
    settle: () => clock.settle(),
    cpuMs: () => clock.cpuMs(),
    turn: () => clock.turn(),
  };
}

/** What test runs do: nothing, in no time, or throw away their shard's time. */
export const SETUP: ShardSetup = {
  modules: {},
  builtins: { count: (args) => ({ options: args, default() {} }) },
};

/** A pool in memory whose time is virtual. */
export class TestPool {
  readonly clock = new VirtualClock(1_000_000);
  readonly servers;
  readonly said: string[] = [];
  readonly #members: PoolMember[] = [];

  constructor(readonly seed: number = 1) {
    this.servers = memoryServers({ time: this.clock, random: seededRandom(seed) });
  }

  /** An agent that joins; `a` unless named. */
  async member(given: Partial<MemberOptions> = {}): Promise<PoolMember> {
    const { id = "a", clock = this.clock } = given;
    const member = await joinPool({
      bus: this.servers.bus(id),
      clock,
      start: () => inlineShards(SETUP, clock),
      id,
      labels: {},
      cores: 2,
      slots: 1,
      policy: { allowNet: true, allowRead: [] },
      signers: [],
      say: (text) => this.said.push(text),
      ...given,
    });
    this.#members.push(member);
    return member;
  }

  /** Runs a test in this pool's time, and closes it. */
  async run(test: () => Promise<void>): Promise<void> {
    await this.clock.run((async () => {
      try {
        await test();
      } finally {
        await Promise.all(this.#members.map((member) => member.close()));
      }
    })());
  }

  async until(what: string, holds: () => boolean, mostMs: number = 120_000): Promise<void> {
    const end = this.clock.now() + mostMs;
    while (!holds()) {
      if (this.clock.now() > end) throw new Error(`never: ${what}; said: ${this.said.join("; ")}`);
      await this.clock.sleep(20);
    }
  }
}

/** A load of so many arrivals a second, for some seconds. */
export function arrivals(rate: number, seconds: number): Record<string, unknown> {
  return {
    scenarios: {
      main: {
        executor: "constant-arrival-rate",
        rate,
        duration: `${seconds}s`,
        preAllocatedVUs: 4,
      },
    },
  };
}

/** A test of a pool of its own. */
export function poolTest(name: string, test: (pool: TestPool) => Promise<void>, seed = 1): void {
  Deno.test(name, async () => {
    const pool = new TestPool(seed);
    await pool.run(() => test(pool));
  });
}
