import { formatDuration } from "../internal/mod.ts";
import type { LogEntry, RunProgress } from "../runner/mod.ts";
import { formatCount, formatRate, formatShare, formatTime } from "./_format.ts";
import { perSecond } from "./_stats.ts";
import { style as styleOf } from "./_style.ts";
import { fit, plain } from "./_text.ts";

/** What a progress line is made from, beside the run's own numbers. */
export interface ProgressLineOptions {
  /** Columns that the line must not pass. */
  readonly width: number;
  /** Draws a bar and uses colours. */
  readonly color: boolean;
  /** Draws a bar. */
  readonly bar: boolean;
  /** Names the keys that steer the run, where there is room. */
  readonly keys?: boolean;
  /** Iterations per second lately; null shows the average since the start. */
  readonly iterationsPerSecond?: number | null;
}

/** One line on how the run goes: time, VUs, iterations per second, http p99 and errors. */
export function renderProgress(progress: RunProgress, options: ProgressLineOptions): string {
  const { phase, paused, elapsedMs, totalMs, vus, vusMax, iterations, metrics } = progress;
  const style = styleOf(options.color);
  if (phase === "init" || phase === "setup" || phase === "teardown") {
    if (paused) return style.yellow("paused") + style.dim(hintOf(progress, options));
    return style.dim(phase === "init" ? "starting" : phase);
  }
  const parts: string[] = [];
  const total = totalMs === null ? "" : `/${formatDuration(totalMs)}`;
  const share = totalMs === null || totalMs <= 0 ? null : Math.min(1, elapsedMs / totalMs);
  const time = `${formatDuration(Math.floor(elapsedMs / 1000) * 1000)}${total}`;
  const bar = options.bar && share !== null ? `${style.cyan(drawBar(share, 16))} ` : "";
  parts.push(`${paused ? style.yellow("paused") : phase} ${bar}${time}`);
  parts.push(
    vus === vusMax
      ? `${formatCount(vus)} VUs`
      : `${formatCount(vus)} of ${formatCount(vusMax)} VUs`,
  );
  const rate = options.iterationsPerSecond ?? perSecond(iterations.completed, elapsedMs);
  parts.push(`${formatRate(rate).replace("/s", "")} it/s`);
  const duration = metrics.select("http_req_duration");
  if (duration?.type === "trend" && duration.histogram.count > 0) {
    parts.push(`p99 ${formatTime(duration.histogram.percentile(99))}`);
  }
  const failed = metrics.select("http_req_failed");
  if (failed?.type === "rate" && failed.total > 0) {
    const text = `errors ${formatShare(failed.passes / failed.total)}`;
    parts.push(failed.passes > 0 ? style.red(text) : text);
  }
  if (iterations.dropped > 0) {
    parts.push(style.yellow(`${formatCount(iterations.dropped)} dropped`));
  }
  let line = parts.join("  ");
  // Colours count no columns, so a line that could be too long is drawn again without them.
  if (line.length > options.width) {
    if (options.color) return renderProgress(progress, { ...options, color: false });
    line = fit(line, options.width);
  }
  const hint = hintOf(progress, options);
  return line.length + hint.length > options.width ? line : line + style.dim(hint);
}

/** The keys that do something now. */
function hintOf({ phase, paused }: RunProgress, { keys }: ProgressLineOptions): string {
  if (keys !== true || phase === "stopping" || phase === "teardown") return "";
  return paused ? "  [r resume, q stop]" : "  [p pause, q stop]";
}

function drawBar(share: number, width: number): string {
  const full = Math.round(share * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

/** Where a progress display goes. */
export interface ProgressTarget {
  /** Writes text to the terminal or log, normally standard error. */
  write(text: string): void;
  /** Redraws one live line; otherwise a plain line goes out every ten seconds. */
  readonly live: boolean;
  /** Uses colours. */
  readonly color: boolean;
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
  /** Takes the live line away. Safe to call again. */
  close(): void;
}

const REDRAW_MS = 250;
const PLAIN_MS = 10_000;
const CLEAR_LINE = "\r\x1b[2K";

/** Starts a display that draws when told to and keeps no timers. */
export function progressDisplay(target: ProgressTarget, quiet = false): ProgressDisplay {
  const { live, color } = target;
  let line = "";
  let drawnAt = -Infinity;
  let phase: string | null = null;
  let plainDue = PLAIN_MS;
  let before: { elapsedMs: number; completed: number } | null = null;
  let recent: number | null = null;

  const measure = (progress: RunProgress) => {
    const completed = progress.iterations.completed;
    const spanMs = progress.elapsedMs - (before?.elapsedMs ?? 0);
    if (before !== null && spanMs >= 500) {
      recent = perSecond(completed - before.completed, spanMs);
    }
    if (before === null || spanMs >= 500) before = { elapsedMs: progress.elapsedMs, completed };
  };

  const draw = (progress: RunProgress) => {
    const width = Math.max(20, target.width() - 1);
    const keys = target.keys?.() ?? false;
    line = renderProgress(progress, { width, color, bar: true, keys, iterationsPerSecond: recent });
    target.write(CLEAR_LINE + line);
    drawnAt = target.now();
  };

  return {
    update(progress) {
      if (quiet) return;
      measure(progress);
      const state = progress.paused ? `${progress.phase}, paused` : progress.phase;
      const turned = state !== phase;
      phase = state;
      if (live) {
        if (turned || target.now() - drawnAt >= REDRAW_MS) draw(progress);
        return;
      }
      if (progress.elapsedMs < plainDue || progress.phase === "teardown") return;
      plainDue = (Math.floor(progress.elapsedMs / PLAIN_MS) + 1) * PLAIN_MS;
      target.write(
        renderProgress(progress, {
          width: 200,
          color: false,
          bar: false,
          iterationsPerSecond: recent,
        }) +
          "\n",
      );
    },
    log(entry) {
      const text = renderLog(entry, color);
      target.write(line === "" ? text : `${CLEAR_LINE}${text}${line}`);
    },
    close() {
      if (line !== "") target.write(CLEAR_LINE);
      line = "";
      phase = null;
    },
  };
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
