import type { ControlState } from "../../runner/mod.ts";
import type { Entry, Keys } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { controlKey, endKey } from "../names.ts";
import { encodeMessage, readRunControl, type RunControl } from "../wire/mod.ts";
import type { HeldLease } from "./lease.ts";

/** What is set live of a run, where a coordinator that takes over finds it. */
export interface KeptControl {
  /** What was set before, by this machine's clock; null for nothing. */
  readonly before: ControlState | null;
  /** See `RunRequest.controlled`. @throws {PoolError} `run_fenced`, `bus_lost` */
  keep(state: ControlState): Promise<void>;
}

/**
 * Keeps what is set live of a run. Each write replaces the one before, by its revision, so a
 * coordinator that was replaced writes nothing that its successor doesn't know.
 *
 * @param takenOver whether there is something that another coordinator kept
 */
export async function keepControl(
  keys: Keys,
  run: string,
  lease: Pick<HeldLease, "epoch" | "fenced" | "fence" | "serversClock">,
  takenOver: boolean,
): Promise<KeptControl> {
  const key = controlKey(run);
  const { epoch } = lease;
  let revision: number | null = null;
  const write = async (state: ControlState | null, over: number | null): Promise<void> => {
    const control: RunControl = { epoch, state };
    const value = encodeMessage(control);
    revision = over === null ? await keys.create(key, value) : await keys.update(key, value, over);
  };
  /** What is there, for one who found something else. @throws {PoolError} `run_fenced` */
  const others = async (): Promise<Entry | null> => {
    const entry = await keys.get(key);
    const isOver = entry === null && await keys.get(endKey(run)) !== null;
    if (isOver || entry !== null && readRunControl(entry.value).epoch > epoch) lease.fence();
    lease.fenced.throwIfAborted();
    return entry;
  };
  /** Makes it its own: who was there before can't write any more. */
  const claim = async (): Promise<ControlState | null> => {
    for (;;) {
      const entry = await others();
      const state = entry === null ? null : readRunControl(entry.value).state;
      try {
        await write(state, entry?.revision ?? null);
        return state;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  };
  const replace = async (state: ControlState): Promise<void> => {
    try {
      await write(state, revision);
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Another coordinator, or servers that have lost their last writes.
      await write(state, (await others())?.revision ?? null);
    }
  };

  const found = takenOver ? await claim() : null;
  let order: Promise<unknown> = Promise.resolve();
  return {
    before: found === null ? null : moved(found, await lease.serversClock.offsetMs()),
    keep(state) {
      const kept = order.then(async () => {
        lease.fenced.throwIfAborted();
        await replace(moved(state, -await lease.serversClock.offsetMs()));
      });
      order = kept.catch(() => {});
      return kept;
    },
  };
}

/** The same by another clock. */
function moved(state: ControlState, byMs: number): ControlState {
  const time = (at: number | null) => at === null ? null : at + byMs;
  return { ...state, pausedAt: time(state.pausedAt), resumedAt: time(state.resumedAt) };
}

function isConflict(error: unknown): boolean {
  return error instanceof PoolError && error.code === "bus_conflict";
}
