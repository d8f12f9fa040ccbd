import type { Histogram } from "../metrics/mod.ts";
import { formatTime } from "./_format.ts";

const LEVELS = "▁▂▃▄▅▆▇█";
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The last `columns` values as a line of bars from zero to the largest; what isn't known is a gap. */
export function sparkline(values: readonly (number | null)[], columns: number): string {
  const last = columns > 0 ? values.slice(-columns) : [];
  const most = Math.max(0, ...last.map((value) => value ?? 0));
  return last.map((value) => {
    if (value === null) return " ";
    if (!(value > 0)) return LEVELS[0];
    return LEVELS[Math.max(0, Math.ceil(value / most * LEVELS.length) - 1)];
  }).join("");
}

/** A bar of up to `columns` columns, to an eighth of one; anything above zero shows. */
export function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(1, share) * columns * 8);
  if (eighths === 0) return share > 0 && columns > 0 ? "▏" : "";
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

/** A progress bar of `columns` columns. */
export function progressBar(share: number, columns: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return "█".repeat(full) + "░".repeat(columns - full);
}

/** Values up to a bound, those up to the bound before left out. */
export interface Bin {
  /** As in `≤5ms`; of the last one, where there is more, `>1s`. */
  readonly label: string;
  /** Of all values. */
  readonly share: number;
}

/** Bounds that people think in: 1, 2 and 5 of each power of ten, microseconds to an hour, in ms. */
const BOUNDS = Array.from(
  { length: 30 },
  (_, i) => [1, 2, 5][i % 3]! * 10 ** (Math.floor(i / 3) - 3),
);

/** A histogram of milliseconds in `most` bins at most, from where values begin to where 99.9 % end. */
export function latencyBins(histogram: Histogram, most: number): Bin[] {
  if (histogram.count === 0 || most < 1) return [];
  const boundAt = (value: number) => {
    const found = BOUNDS.findIndex((bound) => value <= bound);
    return found < 0 ? BOUNDS.length - 1 : found;
  };
  const last = boundAt(histogram.percentile(99.9));
  const first = Math.min(last, boundAt(histogram.percentile(5)));
  const chosen: number[] = [];
  const step = Math.max(1, Math.ceil((last - first) / Math.max(1, most - 1)));
  for (let at = last; at >= first && chosen.length < most; at -= step) {
    chosen.unshift(BOUNDS[at]!);
  }
  const counts = new Array<number>(chosen.length + 1).fill(0);
  let bin = 0;
  for (const [lower, upper, count] of histogram.buckets()) {
    const middle = (lower + upper) / 2;
    while (bin < chosen.length && middle > chosen[bin]!) bin++;
    counts[bin]! += count;
  }
  const beyond = counts.pop()!;
  // The few beyond the last bound have a bin where there is room, else they count as of the last.
  if (beyond > 0 && chosen.length >= most) counts[counts.length - 1]! += beyond;
  const share = (count: number) => count / histogram.count;
  const bins = chosen.map((bound, i) => ({
    label: `≤${roundTime(bound)}`,
    share: share(counts[i]!),
  }));
  if (beyond > 0 && chosen.length < most) {
    bins.push({ label: `>${roundTime(chosen.at(-1)!)}`, share: share(beyond) });
  }
  return bins;
}

/** A round bound without trailing zeros: `5ms`, `200µs`, `2s`. */
function roundTime(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)}µs`;
  if (ms < 1000) return `${ms}ms`;
  return ms < 60_000 ? `${ms / 1000}s` : formatTime(ms);
}
