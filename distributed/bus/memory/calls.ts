import { PoolError } from "../../errors.ts";
import type { Time } from "../time.ts";
import { closedError, type MemoryConnection } from "./connection.ts";
import { happens, type MemoryFaults } from "./faults.ts";

/** What is done at the servers; `signal` aborts when nobody waits for the answer any more. */
export type Operation<T> = (signal: AbortSignal) => T | Promise<T>;

/** How a call is made. */
export interface CallOptions {
  /** For errors: `append up.r1.0`. */
  readonly what: string;
  /** How long it goes on trying, milliseconds; infinite for ever. */
  readonly patienceMs: number;
  /** How long the answer to one attempt may take, milliseconds. */
  readonly attemptMs: number;
  /** Gives it up: it resolves with null. */
  readonly signal?: AbortSignal;
}

/** How calls of a bus are made. */
export interface BusTimes {
  readonly patienceMs: number;
  readonly attemptMs: number;
}

/** How calls that wait for something new are made: for ever, and until the servers' wait is over. */
export function pollTimes({ attemptMs }: BusTimes): BusTimes {
  return { patienceMs: Infinity, attemptMs: 2 * attemptMs };
}

/** What calls go by. */
export interface CallSettings {
  readonly time: Time;
  readonly random: () => number;
  readonly connection: MemoryConnection;
  readonly faults: () => MemoryFaults;
  /** Whether the servers do calls: not while they choose a leader. */
  readonly serving: () => boolean;
}

/** Calls an operation until it is answered. Resolves with null when given up. */
export type MakeCall = <T>(options: CallOptions, operation: Operation<T>) => Promise<T | null>;

/**
 * Calls over a connection: one that gets no answer is made again, through outages too, for as long as
 * its patience lasts. `operation` may so be done more than once.
 */
export function memoryCalls(settings: CallSettings): MakeCall {
  const { time, connection } = settings;

  return async (options, operation) => {
    const { what, patienceMs, attemptMs, signal } = options;
    const until = time.now() + patienceMs;
    while (signal?.aborted !== true) {
      if (connection.closed) throw closedError(what);
      const left = until - time.now();
      if (left <= 0) {
        throw new PoolError("bus_lost", `${what}: the servers gave no answer for ${patienceMs} ms`);
      }
      if (!connection.connected) {
        await untilConnected(settings, left, signal);
        continue;
      }
      const answer = await attempt(settings, operation, Math.min(attemptMs, left), signal);
      if (answer !== null) return answer.value;
    }
    return null;
  };
}

/** One attempt. Null when no answer came in time, or the connection was lost. */
function attempt<T>(
  { time, random, connection, faults, serving }: CallSettings,
  operation: Operation<T>,
  attemptMs: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly value: T } | null> {
  const over = new AbortController();
  return new Promise((resolve, reject) => {
    const end = () => {
      over.abort();
      unwatch();
      unclose();
      signal?.removeEventListener("abort", giveUp);
    };
    const giveUp = () => {
      end();
      resolve(null);
    };
    const unwatch = connection.watch(giveUp);
    const unclose = connection.whenClosed(giveUp);
    signal?.addEventListener("abort", giveUp);
    connection.up(async () => {
      if (over.signal.aborted || !serving()) return;
      const reply = await outcomeOf(operation, over.signal);
      if (happens(faults().lostAcks, random)) return;
      connection.down(() => {
        if (over.signal.aborted) return;
        end();
        if ("error" in reply) reject(reply.error);
        else resolve(reply);
      });
    });
    void time.sleep(attemptMs, over.signal).then(() => {
      if (!over.signal.aborted) giveUp();
    });
  });
}

async function outcomeOf<T>(
  operation: Operation<T>,
  signal: AbortSignal,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await operation(signal) };
  } catch (error) {
    return { error };
  }
}

async function untilConnected(
  { time, connection }: CallSettings,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  const unwatch = connection.watch(end);
  const unclose = connection.whenClosed(end);
  signal?.addEventListener("abort", end);
  // No timer for those that wait for ever: time may be a test's, with nothing else to wait for.
  if (ms === Infinity) {
    await new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve()));
  } else await time.sleep(ms, over.signal);
  unwatch();
  unclose();
  signal?.removeEventListener("abort", end);
}
