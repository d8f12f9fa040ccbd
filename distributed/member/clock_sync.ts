import type { Clock } from "../../runner/remote/mod.ts";
import type { Live } from "../bus/bus.ts";
import { clockSubject } from "../names.ts";
import { readClockAnswer } from "../wire/mod.ts";

/** Requests of one measurement, and how many of them with the least round trip count. */
const REQUESTS = 16;
const BEST = 5;
/** Requests of one measurement that may stay without an answer of use. */
const MOST_MISSED = 3;
const ANSWER_MS = 1000;

/** How two clocks differ. */
export interface ClockOffset {
  /** This clock less the other one, milliseconds. */
  readonly offsetMs: number;
  /** How far that may be off, milliseconds: half a round trip. */
  readonly errorMs: number;
  /** Of the coordinator whose clock that is. */
  readonly epoch: number;
}

/**
 * Measures this clock against the coordinator's: of many requests the median of those with the
 * least round trip, as the others waited somewhere. Null when too few are answered.
 *
 * @param epoch of the newest coordinator that is known: others, that don't know of it yet, answer too
 * @param soFar told what it looks like as soon as enough are answered: on a slow way all take long
 */
export async function measureOffset(
  live: Pick<Live, "request">,
  run: string,
  clock: Clock,
  epoch: () => number,
  signal: AbortSignal,
  soFar: (offset: ClockOffset) => void,
): Promise<ClockOffset | null> {
  let seen: ClockOffset[] = [];
  let missed = 0;
  for (let n = 0; n < REQUESTS && missed < MOST_MISSED && !signal.aborted; n++) {
    const one = await ask(live, run, clock);
    if (one === null || one.epoch < epoch()) {
      missed++; // Nobody is there, or another one: not worth another second each.
      continue;
    }
    seen = seen.filter((before) => before.epoch === one.epoch);
    seen.push(one);
    if (seen.length >= BEST) soFar(medianOfBest(seen));
  }
  return seen.length < BEST ? null : medianOfBest(seen);
}

/** The median offset of those with the least error. */
export function medianOfBest(offsets: readonly ClockOffset[]): ClockOffset {
  const best = offsets.toSorted((a, b) => a.errorMs - b.errorMs).slice(0, BEST)
    .toSorted((a, b) => a.offsetMs - b.offsetMs);
  return best[Math.floor(best.length / 2)]!;
}

async function ask(
  live: Pick<Live, "request">,
  run: string,
  clock: Clock,
): Promise<ClockOffset | null> {
  const sentAt = clock.now();
  try {
    const bytes = await live.request(clockSubject(run), new Uint8Array(0), ANSWER_MS);
    const heardAt = clock.now();
    const { epoch, now } = readClockAnswer(bytes);
    return { offsetMs: (sentAt + heardAt) / 2 - now, errorMs: (heardAt - sentAt) / 2, epoch };
  } catch {
    return null;
  }
}
