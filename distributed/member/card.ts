import { VERSION } from "../../internal/mod.ts";
import type { ShardPermissions } from "../../runner/mod.ts";
import type { Clock } from "../../runner/remote/mod.ts";
import type { Keys } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { agentKey } from "../names.ts";
import { type AgentCard, encodeMessage, PROTOCOL } from "../wire/mod.ts";

/** How often a card is written, and for how long another one of that name is watched. */
const CARD_MS = 500;
const WATCHED_MS = 1500;
/** How long leaving may take. */
const REMOVED_MS = 2000;

/** What an agent is, beside what it does. */
export interface AgentSelf {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cores: number;
  readonly slots: number;
  readonly policy: ShardPermissions;
  readonly signers: readonly string[];
  /** Default: that of this package. */
  readonly version?: string | undefined;
}

/** An agent's card while it is in the pool. */
export interface KeptCard {
  /** Writes it at once: what runs has changed. */
  changed(): void;
  /** Takes it away. */
  remove(): Promise<void>;
}

/**
 * Puts an agent's card into the pool, and writes it again twice a second.
 *
 * @throws {PoolError} `bus_conflict` when an agent of that name is there and lives
 */
export async function keepCard(
  keys: Keys,
  clock: Clock,
  self: AgentSelf,
  running: () => readonly string[],
): Promise<KeptCard> {
  const { id, labels, cores, slots, policy, signers, version = VERSION } = self;
  const key = agentKey(id);
  const over = new AbortController();
  let beat = 0;
  const card = () => {
    const now: AgentCard = {
      ...{ protocol: PROTOCOL, version, id, labels, cores, slots, policy, signers },
      running: running(),
      beat: beat++,
    };
    return encodeMessage(now);
  };
  await enter(keys, clock, key, card());

  let changed = new AbortController();
  const writing = (async () => {
    while (!over.signal.aborted) {
      // While the servers are away nobody reads it either.
      await keys.put(key, card()).catch(() => {});
      await clock.sleep(CARD_MS, AbortSignal.any([over.signal, changed.signal]));
      changed = changed.signal.aborted ? new AbortController() : changed;
    }
  })();
  return {
    changed: () => changed.abort(),
    async remove() {
      over.abort();
      const removing = writing.then(() => keys.delete(key)).catch(() => {});
      // While the servers are away it goes by itself.
      const late = new AbortController();
      await Promise.race([removing, clock.sleep(REMOVED_MS, late.signal)]);
      late.abort();
    },
  };
}

/** The first card: in place of one that was left by an agent that is gone. */
async function enter(keys: Keys, clock: Clock, key: string, card: Uint8Array): Promise<void> {
  const before = await keys.get(key);
  try {
    if (before === null) return void await keys.create(key, card);
    await clock.sleep(WATCHED_MS);
    const now = await keys.get(key);
    if (now === null) return void await keys.create(key, card);
    if (now.revision === before.revision) return void await keys.update(key, card, now.revision);
  } catch (error) {
    if (!(error instanceof PoolError && error.code === "bus_conflict")) throw error;
  }
  const name = key.slice(key.indexOf(".") + 1);
  throw new PoolError(
    "bus_conflict",
    `an agent called ${name} is in the pool already: give this one another --id`,
  );
}
