import { formatDuration } from "../internal/mod.ts";
import type { RunProgress } from "../runner/mod.ts";
import { formatBytes, formatCount } from "./_format.ts";
import {
  BINS,
  BOUNDS,
  LATENCY_NAMES,
  type PacketNumbers,
  packetNumbers,
  packetsSince,
} from "./_packet_numbers.ts";
import { liveArea } from "./_live_area.ts";
import { type Style, style as styleOf } from "./_style.ts";
import { fit, pad } from "./_text.ts";
import { type ProgressDisplay, type ProgressTarget, renderLog } from "./progress.ts";

/** What the view of a packet load is made from, beside its numbers. */
export interface PacketsViewOptions {
  /** Columns that no line passes; 20 at least. */
  readonly width: number;
  /** Uses colours. */
  readonly color: boolean;
  /** Whether the numbers are those since the last view instead of all. */
  readonly increments: boolean;
  /** Names the keys that choose between the two. */
  readonly keys: boolean;
}

const LABEL_WIDTH = 10;
const BARS = "▁▂▃▄▅▆▇█";
/** Columns of a bin from which on its count is written below its bar. */
const COUNTED = 5;
const WIDEST = 9;

/**
 * A packet load as lines: what was sent and received, connections, and how many latencies of each
 * kind fell into bins that double from 64 µs to one second.
 */
export function renderPackets(numbers: PacketNumbers, options: PacketsViewOptions): string[] {
  const width = Math.max(20, options.width);
  const style = styleOf(options.color);
  const { sent, received, connections, sessionsFailed, traps } = numbers;
  const failures = [
    ...(sessionsFailed > 0 ? [`${formatCount(sessionsFailed)} sessions failed`] : []),
    ...(traps > 0 ? [`${formatCount(traps)} traps`] : []),
  ];
  const columns = Math.min(WIDEST, Math.floor((width - LABEL_WIDTH) / BINS));
  return [
    heading(options, style, width),
    line("sent", moved(sent), width),
    line("received", moved(received), width),
    line(
      "sessions",
      [
        `${formatCount(connections.attempted)} tried`,
        `${formatCount(connections.successful)} connected`,
        `${formatCount(connections.failed)} failed`,
        `${formatCount(connections.active)} active`,
      ].join("  "),
      width,
    ),
    ...(failures.length === 0 ? [] : [style.red(line("failures", failures.join("  "), width))]),
    // Below two columns a bin the bars would say nothing.
    ...(columns < 2 ? [] : [
      style.dim(axis(columns)),
      ...LATENCY_NAMES.flatMap((name) => bars(name, numbers.latencies[name], columns, style)),
    ]),
  ];
}

function heading({ increments, keys }: PacketsViewOptions, style: Style, width: number): string {
  const [totals, since] = ["totals", "increments"];
  const hint = keys ? "  [← → change]" : "";
  if (`‹${totals}›  ${since}${hint}`.length > width) return increments ? since : totals;
  return increments
    ? `${style.dim(totals)}  ${style.bold(marked(since, style))}${style.dim(hint)}`
    : `${style.bold(marked(totals, style))}  ${style.dim(since)}${style.dim(hint)}`;
}

/** Without colours brackets say which one it is. */
function marked(text: string, style: Style): string {
  return style.bold("x") === "x" ? `‹${text}›` : text;
}

function moved({ packets, bytes }: PacketNumbers["sent"]): string {
  return `${formatCount(packets)} packets  ${formatBytes(bytes)}`;
}

function line(label: string, text: string, width: number): string {
  return fit(pad(label, LABEL_WIDTH) + text, width);
}

/** The bins' labels, as many as there is room for. */
function axis(columns: number): string {
  const every = Math.ceil(6 / columns);
  let text = pad("latency", LABEL_WIDTH);
  for (let bin = 0; bin < BINS; bin += every) {
    const room = Math.min(every, BINS - bin) * columns;
    const label = boundOf(bin);
    if (label.length <= room) text += pad(label, room);
  }
  return text.trimEnd();
}

/** A bin by its bound from above; the last by that from below. */
function boundOf(bin: number): string {
  if (bin === BINS - 1) return ">1s";
  const ms = BOUNDS[bin]!;
  const text = ms < 1 ? `${Math.round(ms * 1000)}µs` : ms < 1000 ? `${Math.floor(ms)}ms` : "1s";
  return bin === 0 ? `<${text}` : text;
}

/** One latency: a bar a bin, the highest as the fullest, and counts where there is room. */
function bars(name: string, counts: readonly number[], columns: number, style: Style): string[] {
  const most = Math.max(...counts);
  const drawn = counts.map((count) => {
    if (count <= 0) return pad("·", columns);
    return pad(BARS[Math.ceil(count / most * BARS.length) - 1]!.repeat(columns - 1), columns);
  });
  const row = pad(name, LABEL_WIDTH) + style.cyan(drawn.join("").trimEnd());
  if (columns < COUNTED) return [row];
  const written = counts.map((count) => pad(count <= 0 ? "" : short(count), columns));
  return [row, (" ".repeat(LABEL_WIDTH) + written.join("")).trimEnd()];
}

/** A count in at most four characters: `999`, `1.2k`, `12k`, `123k`, `1.2M`. */
function short(count: number): string {
  const units = ["", "k", "M", "G", "T", "P"];
  let [value, unit] = [count, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}

/** Where the run stands. */
function status(progress: RunProgress, width: number, keys: boolean): string {
  const { phase, paused, elapsedMs, vus } = progress;
  const time = elapsedMs < 1000 ? "0s" : formatDuration(Math.floor(elapsedMs / 1000) * 1000);
  const hint = keys && phase === "running" ? "  [q stop]" : "";
  const shards = `${formatCount(vus)} ${vus === 1 ? "shard" : "shards"}`;
  return fit(`${paused ? "paused" : phase} ${time}  ${shards}${hint}`, width);
}

const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";

/**
 * Shows a packet load while it goes on, in place, where the target is a terminal, and leaves its
 * totals there at the end; elsewhere it says nothing but the log. The arrow keys choose between
 * totals and what came since the last view.
 */
export function packetsDisplay(target: ProgressTarget, quiet = false): ProgressDisplay {
  const silent = quiet || !target.live;
  const { color } = target;
  let increments = false;
  let latest: RunProgress | null = null;
  let [now, before]: [PacketNumbers | null, PacketNumbers | null] = [null, null];
  const area = liveArea(target.write, target.width);

  const linesOf = (from: RunProgress, numbers: PacketNumbers, final = false): string[] => {
    const width = Math.max(20, target.width() - 1);
    const keys = !final && (target.keys?.() ?? false);
    const shown = increments && !final && before !== null ? packetsSince(numbers, before) : numbers;
    const lines = [
      ...(final ? [] : [status(from, width, keys)]),
      ...renderPackets(shown, { width, color, increments: increments && !final, keys }),
    ];
    return lines.map((text) => color ? text : fit(text, width));
  };

  const redraw = () => {
    if (!silent && latest !== null && now !== null) area.draw(linesOf(latest, now));
  };

  return {
    update(progress) {
      latest = progress;
      if (silent || progress.elapsedMs === 0) return;
      before = now;
      now = packetNumbers(progress.metrics);
      redraw();
    },
    log: (entry) => area.above(renderLog(entry, color)),
    redraw,
    key(name) {
      if (name !== LEFT && name !== RIGHT) return;
      increments = name === RIGHT;
      redraw();
    },
    close() {
      if (latest === null || now === null || silent) return;
      const lines = linesOf(latest, packetNumbers(latest.metrics), true);
      area.clear(`${lines.join("\n")}\n\n`);
      now = null;
    },
  };
}
