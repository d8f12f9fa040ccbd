import type { Clock } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import {
  claimKey,
  controlKey,
  endKey,
  leaseKey,
  RUNS,
  specKey,
  startKey,
  upSubjects,
} from "../names.ts";
import { encodeMessage, readRunEnd, readRunSpec, type RunEnd } from "../wire/mod.ts";

/** How long the end of a run is told, and what is kept of one of which something is missing. */
const KEPT_MS = 3_600_000;

/** A run that has ended. */
export interface Ended extends Omit<RunEnd, "endedAt"> {
  readonly run: string;
  /** How many it had. */
  readonly parts: number;
}

/**
 * Says that a run has ended, and removes what the pool kept of it if nothing is missing.
 *
 * @throws {PoolError} `bus_conflict` when another coordinator has ended it
 */
export async function endRun(
  bus: Bus,
  time: Pick<Clock, "now">,
  { run, parts, exitCode, complete }: Ended,
): Promise<void> {
  const end: RunEnd = { exitCode, complete, endedAt: time.now() };
  await bus.keys.create(endKey(run), encodeMessage(end));
  if (complete) await removeRun(bus, run, parts);
}

/** Removes what is left of runs that ended a while ago; what it can't read it leaves. */
export async function sweepRuns(bus: Bus, time: Pick<Clock, "now">): Promise<void> {
  const entries = await bus.keys.list(RUNS);
  const values = new Map(entries.map(({ key, value }) => [key, value]));
  for (const [key, value] of values) {
    const run = /^runs\.([-\w]+)\.end$/.exec(key)?.[1];
    if (run === undefined || time.now() - (endedAt(value) ?? Infinity) < KEPT_MS) continue;
    await removeRun(bus, run, partsOf(values.get(specKey(run))));
    await bus.keys.delete(key);
  }
}

async function removeRun(bus: Bus, run: string, parts: number): Promise<void> {
  for (const key of [startKey(run), controlKey(run), specKey(run), leaseKey(run)]) {
    await bus.keys.delete(key);
  }
  await Promise.all(
    Array.from({ length: parts }, (_, part) => bus.keys.delete(claimKey(run, part))),
  );
  // At last: a lost part that goes on somewhere has heard of the end meanwhile.
  await bus.log.remove(upSubjects(run));
}

function endedAt(value: Uint8Array): number | null {
  try {
    return readRunEnd(value).endedAt;
  } catch (error) {
    if (error instanceof PoolError) return null;
    throw error;
  }
}

function partsOf(spec: Uint8Array | undefined): number {
  try {
    return spec === undefined ? 0 : readRunSpec(spec).agents.length;
  } catch (error) {
    if (error instanceof PoolError) return 0;
    throw error;
  }
}
