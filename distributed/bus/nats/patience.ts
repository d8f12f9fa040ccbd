import { PoolError } from "../../errors.ts";
import { lostError, verdictOf } from "./failures.ts";
import { checkOpen, type NatsLink, untilConnected } from "./link.ts";
import type { NatsBusSettings } from "./options.ts";

/** Between two attempts, milliseconds. */
const PAUSE_MS = 100;

/** How often a publish is sent again within one attempt: at once after a reconnect, that is. */
export const RETRIES = 1;

/** How a call is made. */
export interface CallOptions {
  /** Names it in errors: `append up.r1.0`. */
  readonly what: string;
  /** Where it publishes to: refused there, it fails at once. May end in `.>`. */
  readonly subject?: string;
  /** How long it goes on trying, milliseconds. Default: the bus' patience */
  readonly patienceMs?: number;
  /** Gives it up: it rejects. */
  readonly signal?: AbortSignal;
}

/** Makes a call again, through outages, until it is answered. `attempt` may so be done twice. */
export type Patient = <T>(options: CallOptions, attempt: () => Promise<T>) => Promise<T>;

/**
 * Calls with patience.
 *
 * @param makeStores makes the pool's streams where they are missing
 */
export function patience(
  link: NatsLink,
  settings: NatsBusSettings,
  makeStores: () => Promise<void>,
): Patient {
  const { time } = settings;

  return async (options, attempt) => {
    const { what, subject, patienceMs = settings.patienceMs, signal } = options;
    const until = time.now() + patienceMs;
    for (;;) {
      checkOpen(link, what);
      if (signal?.aborted) throw new PoolError("bus_lost", `${what}: given up`);
      await untilConnected(link, settings, until - time.now(), signal);
      try {
        return await orRefused(link, subject, attempt);
      } catch (error) {
        checkOpen(link, what);
        const verdict = verdictOf(what, error, link.connection);
        if (verdict instanceof PoolError) throw verdict;
        if (time.now() >= until) throw lostError(what, error);
        if (verdict === "missing") await makeStores().catch(unlessFatal);
        await time.sleep(PAUSE_MS, signal);
      }
    }

    /** Stores that can't be made now are missing still: the next attempt says so. */
    function unlessFatal(error: unknown): void {
      const verdict = verdictOf(what, error, link.connection);
      if (verdict instanceof PoolError) throw verdict;
    }
  };
}

/** An attempt; a subject that the servers refuse would else be known by no answer only. */
async function orRefused<T>(
  link: NatsLink,
  subject: string | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  if (subject === undefined) return await attempt();
  const over = new AbortController();
  const done = attempt();
  done.catch(() => {}); // It may fail after it was refused.
  try {
    return await Promise.race([done, link.refusal(subject, over.signal)]);
  } finally {
    over.abort();
  }
}
