import type { Clock } from "../../runner/remote/mod.ts";

/** A machine of the simulation, or a process of one: a clock of its own, until it dies. */
export interface Machine {
  /** Of its member of the bus. */
  readonly name: string;
  /** How far its clock is ahead of the common one, milliseconds. */
  readonly offsetMs: number;
  readonly clock: Clock;
  readonly dead: boolean;
  /** From now on nothing that waits there goes on. */
  die(): void;
}

/** A machine that lives. */
export function machine(name: string, common: Clock, offsetMs: number): Machine {
  let dead = false;
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (dead) return;
      void common.sleep(ms, signal).then(() => {
        if (!dead) resolve();
      });
    });
  return {
    name,
    offsetMs,
    get dead() {
      return dead;
    },
    die() {
      dead = true;
    },
    clock: {
      now: () => common.now() + offsetMs,
      sleep,
      sleepExactly: (ms, _busy, signal) => sleep(ms, signal),
      settle: () => sleep(0),
      cpuMs: () => 0,
      turn: () => sleep(0),
    },
  };
}
