import { formatDuration } from "../internal/mod.ts";
import type { RunProgress } from "../runner/mod.ts";
import { bar, latencyBins, progressBar, sparkline } from "./_bars.ts";
import { formatCount, formatShare, formatTime } from "./_format.ts";
import type { LiveNumbers } from "./_live_numbers.ts";
import { type Style, style as styleOf } from "./_style.ts";
import { displayWidth, fit, pad, plain } from "./_text.ts";

/** What the live view is made from, beside the run's numbers. */
export interface LiveViewOptions {
  /** Columns that no line passes; 20 at least. */
  readonly width: number;
  /** Uses colours. */
  readonly color: boolean;
  /** Names the keys that steer the run. */
  readonly keys: boolean;
  /** What runs: a script's path, or a method and a URL. */
  readonly title: string;
}

/** The least columns that are worth a title. */
const LEAST_TITLE = 10;
const LEAST_SPARK = 4;
const MOST_SPARK = 40;
/** Columns of a bin of the histogram: its label, a bar, its share. */
const BIN_COLUMNS = 18;
const MOST_COLUMNS = 40;
const MOST_BINS = 8;

/**
 * How a run goes, as lines for a terminal: where it stands; requests a second (or iterations), the
 * 99th percentile and errors, each with how it went lately; durations as a histogram.
 */
export function renderLive(
  progress: RunProgress,
  numbers: LiveNumbers,
  options: LiveViewOptions,
): string[] {
  const width = Math.max(20, options.width);
  const style = styleOf(options.color);
  const first = standing(progress, { ...options, width }, style);
  const { phase, elapsedMs } = progress;
  if (phase === "init" || phase === "setup" || elapsedMs <= 0) return [first];
  const bins = binLine(numbers, width, style);
  return [first, lately(numbers, width, style), ...(bins === "" ? [] : [bins])];
}

/** Title, phase, time, VUs and keys; what is least needed gives way. */
function standing(
  { phase, paused, elapsedMs, totalMs, vus, vusMax }: RunProgress,
  { width, keys, title }: LiveViewOptions,
  style: Style,
): string {
  const state = paused ? "paused" : phase === "init" ? "starting" : phase;
  const hint = keys ? hintOf(phase, paused) : "";
  const timed = phase !== "init" && phase !== "setup";
  const seconds = formatDuration(Math.floor(elapsedMs / 1000) * 1000).replace(/^0ms$/, "0s");
  const time = totalMs === null ? seconds : `${seconds}/${formatDuration(totalMs)}`;
  const users = vus === vusMax
    ? `${formatCount(vus)} ${vus === 1 ? "VU" : "VUs"}`
    : `${formatCount(vus)} of ${formatCount(vusMax)} VUs`;
  const barColumns = Math.max(6, Math.min(20, Math.floor(width / 8)));
  const drawn = timed && totalMs !== null && totalMs > 0 && width >= 50
    ? [progressBar(elapsedMs / totalMs, barColumns)]
    : [];
  const tail = timed ? [time, ` ${users}`] : [];
  const fits = (parts: string[]) => displayWidth([state, ...parts].join(" ")) <= width;
  const parts = [[...drawn, ...tail], tail, tail.slice(0, 1)].find(fits) ?? [];
  const status = [state, ...parts].join(" ");
  let room = width - displayWidth(status);
  const shownHint = hint !== "" && room >= hint.length + 2 ? hint : "";
  if (shownHint !== "") room -= hint.length + 2;
  const name = room >= LEAST_TITLE + 2 ? fit(plain(title), room - 2) : "";
  const painted = [
    (paused ? style.yellow : style.bold)(state),
    ...parts.map((part) => drawn.includes(part) ? style.cyan(part) : part),
  ].join(" ");
  return (name === "" ? "" : `${style.dim(name)}  `) + painted +
    (shownHint === "" ? "" : `  ${style.dim(shownHint)}`);
}

/** The keys that do something now. */
export function hintOf(phase: RunProgress["phase"], paused: boolean): string {
  if (phase === "stopping" || phase === "teardown") return "";
  return paused ? "[r resume, q stop]" : "[p pause, q stop]";
}

/** A number with its name, and how it went. */
interface Cell {
  readonly text: string;
  readonly values: readonly (number | null)[];
  readonly bad: boolean;
}

function lately(numbers: LiveNumbers, width: number, style: Style): string {
  const { unit, rate, rates, p99, p99s, errors, errorShares, dropped, failedChecks } = numbers;
  const cells: Cell[] = [
    { text: `${unit} ${pad(formatCount(rate), 7)}`, values: rates, bad: false },
    { text: `p99 ${pad(p99 === null ? "-" : formatTime(p99), 6)}`, values: p99s, bad: false },
    { text: `errors ${pad(formatShare(errors), 5)}`, values: errorShares, bad: errors > 0 },
  ];
  const notes = [
    ...(dropped > 0 ? [`${formatCount(dropped)} dropped`] : []),
    ...(failedChecks > 0
      ? [`${formatCount(failedChecks)} ${failedChecks === 1 ? "check" : "checks"} failed`]
      : []),
  ].join("  ");
  const texts = cells.map(({ text }) => text);
  const taken = texts.reduce((sum, text) => sum + displayWidth(text) + 3, 0) +
    (notes === "" ? 0 : notes.length + 2);
  const columns = Math.min(MOST_SPARK, Math.floor((width - taken) / cells.length));
  if (columns < LEAST_SPARK) {
    return joined([...texts.map((text) => text.trimEnd()), notes].filter(Boolean), width);
  }
  const drawn = cells.map(({ text, values, bad }, i) => {
    const line = sparkline(values, columns);
    const last = i === cells.length - 1 && notes === "";
    const spark = last ? line.trimEnd() : pad(line, columns);
    return `${bad ? style.red(text) : text} ${bad ? style.red(spark) : style.cyan(spark)}`;
  });
  return [...drawn, ...(notes === "" ? [] : [style.yellow(notes)])].join("  ").trimEnd();
}

/** As many of the texts as there is room for. */
function joined(texts: readonly string[], width: number): string {
  let line = texts[0] ?? "";
  for (const text of texts.slice(1)) {
    if (displayWidth(line) + 2 + displayWidth(text) <= width) line += `  ${text}`;
  }
  return fit(line, width);
}

/** The histogram: bins of one width beside each other, the fullest with the longest bar. */
function binLine({ durations }: LiveNumbers, width: number, style: Style): string {
  if (durations === null) return "";
  const bins = latencyBins(durations, Math.min(MOST_BINS, Math.floor(width / BIN_COLUMNS)));
  if (bins.length === 0) return "";
  const columns = Math.min(MOST_COLUMNS, Math.floor(width / bins.length));
  const most = Math.max(...bins.map(({ share }) => share));
  return bins.map(({ label, share }) => {
    const percent = share > 0 && share < 0.005 ? "<1%" : `${Math.round(share * 100)}%`;
    // Behind the label, before and behind the share there is a space.
    const room = columns - displayWidth(label) - 4 - 3;
    const drawn = bar(share / most, room);
    const end = `${drawn === "" ? "" : " "}${percent}`;
    const space = " ".repeat(
      Math.max(0, columns - displayWidth(label) - 1 - displayWidth(drawn) - end.length),
    );
    return `${style.dim(label)} ${style.cyan(drawn)}${end}${space}`;
  }).join("").trimEnd();
}
