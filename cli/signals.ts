/** What a signal asks for, given those before it. */
export type SignalAction = "stop" | "kill" | "ignore";

/** Signals this close together are one: `deno task` passes a Ctrl-C on that the terminal sent too. */
export const SAME_SIGNAL_MS = 300;

/**
 * Tells first signals from second ones by their times alone: the first stops, one that comes
 * within 300 ms of the one before counts as the same, the next kills.
 */
export function signalReader(): (nowMs: number) => SignalAction {
  let last: number | null = null;
  let stopped = false;
  return (nowMs) => {
    const same = last !== null && nowMs - last < SAME_SIGNAL_MS;
    if (same) return "ignore";
    last = nowMs;
    if (stopped) return "kill";
    stopped = true;
    return "stop";
  };
}
