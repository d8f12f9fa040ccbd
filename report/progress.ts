import { formatDuration } from "../internal/mod.ts";
import type { LogEntry, RunProgress } from "../runner/mod.ts";
import { formatCount, formatRate, formatShare, formatTime } from "./_format.ts";
import { perSecond } from "./_stats.ts";
import { style as styleOf } from "./_style.ts";
import { plain } from "./_text.ts";
import { liveArea } from "./_live_area.ts";
import { type LiveNumbers, liveNumbers } from "./_live_numbers.ts";
import { renderLive } from "./live_view.ts";

/**
 * One line on how the run goes, for logs: time, VUs, iterations per second, http p99 and errors.
 *
 * @param iterationsPerSecond lately; null shows the average since the start
 */
export function renderProgress(
  progress: RunProgress,
  iterationsPerSecond: number | null = null,
): string {
  const { phase, paused, elapsedMs, totalMs, vus, vusMax, iterations, metrics } = progress;
  if (phase === "init" || phase === "setup" || phase === "teardown") {
    return paused ? "paused" : phase === "init" ? "starting" : phase;
  }
  const parts: string[] = [];
  const total = totalMs === null ? "" : `/${formatDuration(totalMs)}`;
  const time = `${formatDuration(Math.floor(elapsedMs / 1000) * 1000)}${total}`;
  parts.push(`${paused ? "paused" : phase} ${time}`);
  parts.push(
    vus === vusMax
      ? `${formatCount(vus)} VUs`
      : `${formatCount(vus)} of ${formatCount(vusMax)} VUs`,
  );
  const rate = iterationsPerSecond ?? perSecond(iterations.completed, elapsedMs);
  parts.push(`${formatRate(rate).replace("/s", "")} it/s`);
  const duration = metrics.select("http_req_duration");
  if (duration?.type === "trend" && duration.histogram.count > 0) {
    parts.push(`p99 ${formatTime(duration.histogram.percentile(99))}`);
  }
  const failed = metrics.select("http_req_failed");
  if (failed?.type === "rate" && failed.total > 0) {
    parts.push(`errors ${formatShare(failed.passes / failed.total)}`);
  }
  if (iterations.dropped > 0) parts.push(`${formatCount(iterations.dropped)} dropped`);
  return parts.join("  ");
}

/** Where a progress display goes. */
export interface ProgressTarget {
  /** Writes text to the terminal or log, normally standard error. */
  write(text: string): void;
  /** Redraws a live view; otherwise a plain line goes out now and then. */
  readonly live: boolean;
  /** Uses colours. */
  readonly color: boolean;
  /** What runs: a script's path, or a method and a URL. Default: not shown. */
  readonly title?: string;
  /** Whether keys are read at this moment. Default: they are not. */
  keys?(): boolean;
  /** Columns at this moment. */
  width(): number;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** Shows a run's progress and its log lines in one place. */
export interface ProgressDisplay {
  /** Takes the newest numbers; draws them when it is time to. */
  update(progress: RunProgress): void;
  /** Prints a log entry, above the live line where there is one. */
  log(entry: LogEntry): void;
  /** Takes a key that was pressed, where keys change what is shown. */
  key?(name: string): void;
  /** Draws again what is live, as when the terminal has another size. */
  redraw?(): void;
  /** Takes what is live away. Safe to call again. */
  close(): void;
}

const REDRAW_MS = 250;

/** When the next plain line is due: every 10 s in the first minute, 30 s up to ten, then 60 s. */
export function nextPlainMs(elapsedMs: number): number {
  const every = elapsedMs < 60_000 ? 10_000 : elapsedMs < 600_000 ? 30_000 : 60_000;
  return (Math.floor(elapsedMs / every) + 1) * every;
}

/** Starts a display that draws when told to and keeps no timers. */
export function progressDisplay(target: ProgressTarget, quiet = false): ProgressDisplay {
  if (quiet) return { update() {}, log: (entry) => logPlain(target, entry), close() {} };
  return target.live ? liveDisplay(target) : plainDisplay(target);
}

/** Lines for a log. */
function plainDisplay(target: ProgressTarget): ProgressDisplay {
  let due = nextPlainMs(0);
  let before: { elapsedMs: number; completed: number } | null = null;
  let recent: number | null = null;
  return {
    update(progress) {
      const { elapsedMs, iterations: { completed } } = progress;
      const spanMs = elapsedMs - (before?.elapsedMs ?? 0);
      if (before !== null && spanMs >= 500) {
        recent = perSecond(completed - before.completed, spanMs);
      }
      if (before === null || spanMs >= 500) before = { elapsedMs, completed };
      if (elapsedMs < due || progress.phase === "teardown") return;
      due = nextPlainMs(elapsedMs);
      target.write(`${renderProgress(progress, recent)}\n`);
    },
    log: (entry) => logPlain(target, entry),
    close() {},
  };
}

/** A view that is drawn in place. */
function liveDisplay(target: ProgressTarget): ProgressDisplay {
  const { color, title = "" } = target;
  const area = liveArea(target.write, target.width);
  const numbersOf = liveNumbers();
  let latest: { progress: RunProgress; numbers: LiveNumbers } | null = null;
  let drawnAt = -Infinity;
  let state: string | null = null;

  const draw = () => {
    if (latest === null) return;
    const width = Math.max(20, target.width() - 1);
    const keys = target.keys?.() ?? false;
    area.draw(renderLive(latest.progress, latest.numbers, { width, color, keys, title }));
    drawnAt = target.now();
  };

  return {
    update(progress) {
      latest = { progress, numbers: numbersOf(progress) };
      const now = progress.paused ? `${progress.phase}, paused` : progress.phase;
      const turned = now !== state;
      state = now;
      if (turned || target.now() - drawnAt >= REDRAW_MS) draw();
    },
    log: (entry) => area.above(renderLog(entry, color)),
    redraw: draw,
    close() {
      area.clear();
      latest = null;
      state = null;
    },
  };
}

function logPlain({ write, color }: ProgressTarget, entry: LogEntry): void {
  write(renderLog(entry, color));
}

/** A log entry as lines for people, each safe to print and ended with a line break. */
export function renderLog(entry: LogEntry, color: boolean): string {
  const style = styleOf(color);
  const paint =
    { debug: style.dim, info: style.cyan, warn: style.yellow, error: style.red }[entry.level];
  const label = paint(entry.level.padEnd(5));
  const indent = " ".repeat(7);
  return entry.text.split(/\r?\n/).map((text, i) =>
    `${i === 0 ? `${label}  ` : indent}${inert(plain(text))}\n`
  )
    .join("");
}

/** A line that begins with `::` would be a command to GitHub Actions, whoever made it say so. */
function inert(line: string): string {
  return line.trimStart().startsWith("::") ? `| ${line}` : line;
}
