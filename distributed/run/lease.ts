import type { Clock } from "../../runner/remote/mod.ts";
import type { Keys } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { endKey, leaseKey } from "../names.ts";
import { encodeMessage, type Lease, readLease } from "../wire/mod.ts";
import { ServersClock } from "./servers_clock.ts";

/** How often it is renewed, and for how long a lease that isn't looks like a dead coordinator's. */
const RENEW_MS = 1000;
const DEAD_MS = 3000;

/** Who commands a run, as long as it does. */
export interface HeldLease {
  readonly epoch: number;
  /** Aborts, with a `PoolError` `run_fenced`, when another holder commands the run. */
  readonly fenced: AbortSignal;
  /** Measured with each renewal. */
  readonly serversClock: Pick<ServersClock, "offsetMs">;
  /** Asks whether it is held still; false when another holder commands the run. */
  confirm(): Promise<boolean>;
  /** Another holder was heard of, otherwise than by the lease. */
  fence(): void;
  /** Ends its renewal; the lease stays. */
  end(): void;
}

/** What a lease goes by. */
export interface LeaseOptions {
  readonly keys: Keys;
  readonly time: Pick<Clock, "now" | "sleep">;
  readonly run: string;
  /** Says who holds it, for people: `downpour 4711 on host`. */
  readonly holder: string;
}

/** Takes the lease of a new run. @throws {PoolError} `bus_conflict` when it has one */
export async function takeLease(options: LeaseOptions): Promise<HeldLease> {
  const lease: Lease = { holder: options.holder, epoch: 1, beat: 0 };
  const { keys, time, run } = options;
  const clock = new ServersClock(keys, leaseKey(run), time);
  const value = encodeMessage(lease);
  const revision = await clock.measured(() => keys.create(leaseKey(run), value));
  return hold(options, lease, revision, clock);
}

/**
 * Takes the lease of a run whose holder is gone, and commands it with the next epoch.
 *
 * @param force takes it from a holder that lives, too
 * @throws {PoolError} `run_unknown` without one; `run_fenced` when its holder lives
 */
export async function takeOverLease(options: LeaseOptions, force: boolean): Promise<HeldLease> {
  const { keys, time, run, holder } = options;
  const key = leaseKey(run);
  const before = await keys.get(key);
  if (before === null) throw new PoolError("run_unknown", `no run ${run} is there`);
  if (!force) await time.sleep(DEAD_MS);
  const now = force ? before : await keys.get(key);
  if (now === null) throw new PoolError("run_unknown", `run ${run} is over`);
  const held = readLease(now.value);
  if (now.revision !== before.revision) {
    throw new PoolError(
      "run_fenced",
      `run ${run} is commanded by ${held.holder}, which lives: --force takes it over`,
    );
  }
  const lease: Lease = { holder, epoch: held.epoch + 1, beat: 0 };
  const clock = new ServersClock(keys, key, time);
  const value = encodeMessage(lease);
  const revision = await clock.measured(() => keys.update(key, value, now.revision))
    .catch((error: unknown) => {
      if (!(error instanceof PoolError && error.code === "bus_conflict")) throw error;
      throw new PoolError("run_fenced", `another coordinator has just taken run ${run} over`);
    });
  return hold(options, lease, revision, clock);
}

function hold(
  { keys, time, run }: LeaseOptions,
  first: Lease,
  revision: number,
  serversClock: ServersClock,
): HeldLease {
  const key = leaseKey(run);
  const fenced = new AbortController();
  const ended = new AbortController();
  const fence = (by: string): null => {
    ended.abort();
    const error = new PoolError(
      "run_fenced",
      `${by} has taken over run ${run}: it goes on there, and this coordinator stops`,
    );
    fenced.abort(error);
    serversClock.end(error);
    return null;
  };

  const renew = async (lease: Lease, last: number): Promise<number> => {
    try {
      return await serversClock.measured(() => keys.update(key, encodeMessage(lease), last));
    } catch (error) {
      // While the servers are away nobody can take it either.
      if (!(error instanceof PoolError) || error.code !== "bus_conflict") return last;
    }
    return await regain(lease).catch(() => null) ?? last;
  };
  /** What is there isn't what was written last: its revision if it can be held still, or else null. */
  const regain = async (lease: Lease): Promise<number | null> => {
    const entry = await keys.get(key);
    const isOver = entry === null && await keys.get(endKey(run)) !== null;
    if (ended.signal.aborted) return null;
    if (isOver) return fence("another coordinator");
    // The servers have lost what they knew.
    if (entry === null) return await keys.create(key, encodeMessage(lease));
    const { holder, epoch } = readLease(entry.value);
    if (epoch === lease.epoch && holder === lease.holder) return entry.revision;
    if (epoch >= lease.epoch) return fence(holder);
    // They had, and one that was replaced came first.
    return await keys.update(key, encodeMessage(lease), entry.revision);
  };

  let [lease, last] = [first, revision];
  let order: Promise<void> = Promise.resolve();
  /** One behind the other: each replaces the one before. */
  const renewed = () =>
    order = order.then(async () => {
      if (ended.signal.aborted) return;
      lease = { ...lease, beat: lease.beat + 1 };
      last = await renew(lease, last);
    });
  const renewing = async () => {
    while (!ended.signal.aborted) {
      await time.sleep(RENEW_MS, ended.signal);
      await renewed();
    }
  };
  renewing();
  return {
    epoch: first.epoch,
    fenced: fenced.signal,
    serversClock,
    async confirm() {
      await renewed();
      return !fenced.signal.aborted;
    },
    fence: () => void fence("another coordinator"),
    end: () => ended.abort(),
  };
}
