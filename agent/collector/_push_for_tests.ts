import type { ResultLine } from "../result.ts";
import { CLOCK, type Clock } from "./clock.ts";
import type { Deliverer, Delivery } from "./deliver.ts";

/** The end of a job, as far as `fastClock` is concerned: no test takes that long. */
export const LONG = 60_000;

/** A clock whose waits take a moment, but for `LONG`. */
export function fastClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => performance.now(),
    random: () => 0,
    sleep(ms, signal) {
      waits.push(ms);
      return CLOCK.sleep(ms === LONG ? ms : Math.min(ms, 1), signal);
    },
  };
}

/** One try that a `fakeDeliverer` saw. */
export interface Try {
  readonly key: string;
  readonly results: readonly ResultLine[];
  readonly signal: AbortSignal;
}

/** A collector in the same process: `answer` says what becomes of each try. */
export function fakeDeliverer(
  answer: (attempt: Try, number: number) => Delivery | Promise<Delivery>,
): Deliverer & { readonly tries: Try[] } {
  const tries: Try[] = [];
  return {
    tries,
    deliver(key, bytes, signal) {
      const attempt = { key, results: JSON.parse(new TextDecoder().decode(bytes)), signal };
      tries.push(attempt);
      return Promise.resolve(answer(attempt, tries.length));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export const TAKEN: Delivery = { kind: "taken", duplicates: 0 };
export const DOWN: Delivery = { kind: "failed", why: "refused", uncertain: false, afterMs: 0 };

/** Calls `use` with a folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    // An empty spool goes by itself.
    await Deno.remove(folder, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
