import type { CompiledGuest } from "../guest/mod.ts";
import type { Action, Range, StressPlan } from "../plan.ts";
import { type Segment, type Session, type Totals, WHOLE } from "../session/mod.ts";
import { newGroup, newSession } from "./group.ts";
import { planSteps } from "./plan_steps.ts";
import { blockOf, overlap, sessionsOf } from "./segments.ts";

/**
 * How long the sessions of a plan may take to finish after its last action, in milliseconds. A plan
 * that ends with a `DISCONNECT` of all doesn't wait.
 */
export const PLAN_GRACE_MS = 10_000;

/** With what a plan is played. */
export interface PlayOptions {
  /** Bytes of the plan's packets, by name. */
  readonly packets: Readonly<Record<string, Uint8Array>>;
  /** What answers packets; null for nothing (`NOP`). */
  readonly guest: CompiledGuest | null;
  /** Which shard of how many this is. Default: the only one. */
  readonly segment?: Segment;
  /** Ends everything at once. */
  readonly signal?: AbortSignal;
  /** Waits until so many milliseconds after the start. For tests. */
  readonly waitUntil?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Default `PLAN_GRACE_MS`. */
  readonly graceMs?: number;
}

/** What one shard's part of a plan came to. */
export interface PlayResult extends Readonly<Totals> {
  /** Sessions of this shard. */
  readonly sessions: number;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
}

/**
 * Plays one shard's part of a plan: its block of the sessions, each action at its time. Sessions that
 * fail are counted and the others go on.
 *
 * @throws {PacketError} before anything is connected: `packet_unknown`, `guest_invalid`,
 * `header_invalid`
 */
export async function playPlan(plan: StressPlan, options: PlayOptions): Promise<PlayResult> {
  const { packets, guest, segment = WHOLE, signal, graceMs = PLAN_GRACE_MS } = options;
  const begin = performance.now();
  const { waitUntil = (ms, stop) => sleep(begin + ms - performance.now(), stop) } = options;
  const block = blockOf(sessionsOf(plan), segment);
  const count = block.to - block.from;
  const ending = new AbortController();
  const stop = signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]);
  const group = newGroup(plan.settings, guest, { sessions: count, signal: stop });
  const steps = planSteps(plan, packets, { segment, blockBytes: group.bufferBytes });
  const sessions: Session[] = [];
  const part = (range: Range): Session[] => {
    const { from, to } = overlap(range, block);
    return sessions.slice(Math.max(0, from - block.from), Math.max(0, to - block.from));
  };

  try {
    let at = 0;
    let created = 0;
    for (const action of plan.actions) {
      at += action.offsetMs;
      await waitUntil(at, stop);
      if (stop.aborted) break;
      if (action.kind !== "create") {
        act(action, part(action.range));
        continue;
      }
      created += action.sessions;
      for (let i = block.from + sessions.length; i < Math.min(block.to, created); i++) {
        sessions.push(newSession(group, i, steps.of(i)));
      }
    }
    if (!stop.aborted) await finish(sessions, graceMs, stop);
  } finally {
    for (const session of sessions) session.disconnect();
    ending.abort();
  }
  return {
    ...group.totals,
    sessions: count,
    interrupted: signal?.aborted ?? false,
    elapsedMs: performance.now() - begin,
  };
}

function act(action: Exclude<Action, { kind: "create" }>, sessions: readonly Session[]): void {
  for (const session of sessions) {
    if (action.kind === "send") session.send(action.payload.copies);
    else session[action.kind]();
  }
}

/** Lets all sessions send what is due, for a while. */
async function finish(
  sessions: readonly Session[],
  graceMs: number,
  stop: AbortSignal,
): Promise<void> {
  for (const session of sessions) session.drain();
  const over = new AbortController();
  const done = Promise.all(sessions.map((session) => session.done()));
  const grace = sleep(graceMs, AbortSignal.any([stop, over.signal]));
  await Promise.race([done, grace]);
  over.abort();
}

/** Resolves when the time is over, or the signal aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
  return promise;
}
