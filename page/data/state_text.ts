import { formatTime } from "../drawing/format.ts";
import type { PageNow, PageShard } from "./types.ts";

/** How a run stands, in a word or two, and whether that is good. */
export interface StateText {
  readonly text: string;
  readonly tone: "ok" | "bad" | "busy" | "paused";
}

/** What the state of a run is called. */
export function stateText({ state, thresholds }: Pick<PageNow, "state" | "thresholds">): StateText {
  if (state.phase === "lost") return { text: "Gone", tone: "bad" };
  if (state.phase === "ended") {
    if (state.exitCode === 0 || state.exitCode === null) return { text: "Passed", tone: "ok" };
    const rules = thresholds.filter(({ ok }) => !ok).length;
    if (state.exitCode === 99 && rules > 0) {
      return {
        text: rules === 1 ? "1 threshold failed" : `${rules} thresholds failed`,
        tone: "bad",
      };
    }
    return { text: `Exit code ${state.exitCode}`, tone: "bad" };
  }
  if (state.paused) return { text: "Paused", tone: "paused" };
  const texts = {
    ...{ init: "Starting", setup: "Setup", running: "Running" },
    ...{ stopping: "Stopping", teardown: "Teardown" },
  };
  return { text: texts[state.phase], tone: "busy" };
}

/** How far a shard's clock is off: `+1.20 ms ± 300 µs`. */
export function clockText({ clockOffsetMs, clockErrorMs }: PageShard): string {
  if (clockOffsetMs === null) return "–";
  const sign = clockOffsetMs < 0 ? "-" : "+";
  const error = clockErrorMs === null ? "" : ` ± ${formatTime(clockErrorMs)}`;
  return `${sign}${formatTime(Math.abs(clockOffsetMs))}${error}`;
}

/** How long after the first of all a shard began: `+1.20 ms`. */
export function startText({ startMs }: PageShard): string {
  return startMs === null ? "–" : `+${formatTime(startMs)}`;
}
