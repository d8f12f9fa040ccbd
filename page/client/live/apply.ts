import type { PageData, PageSeries, PageTimeline, TimelineDelta } from "../../data/types.ts";
import type { LiveMessages } from "../../live/messages.ts";

/** Most lines of the log that a page keeps. */
const MAX_LINES = 1000;

/** A run as it was told so far. */
export interface Told {
  readonly data: PageData;
  /** Lines that were logged so far. */
  readonly lines: number;
}

/** What is known after a tick. */
export function applyTick({ data, lines }: Told, tick: LiveMessages["tick"]): Told {
  const fresh = Math.min(tick.lines.length, Math.max(0, tick.count - lines));
  const log = fresh === 0 ? data.log : [...data.log, ...tick.lines.slice(-fresh)].slice(-MAX_LINES);
  return {
    lines: tick.count,
    data: {
      ...data,
      run: tick.run,
      now: tick.now,
      timeline: applyDelta(data.timeline, tick.timeline),
      log,
      samples: tick.samples ?? data.samples,
    },
  };
}

/** A timeline with what came to it: columns are written on from `from`. */
export function applyDelta(timeline: PageTimeline, delta: TimelineDelta): PageTimeline {
  const { stepMs, steps, from } = delta;
  if (from === 0 || stepMs !== timeline.stepMs) return { stepMs, steps, series: delta.series };
  const known = new Map(timeline.series.map((series) => [keyOf(series), series]));
  for (const series of delta.series) {
    known.set(keyOf(series), append(known.get(keyOf(series)), series, from));
  }
  return { stepMs, steps, series: [...known.values()].map((series) => padded(series, steps)) };
}

function keyOf({ metric, tags }: PageSeries): string {
  return JSON.stringify([metric, tags]);
}

function append(before: PageSeries | undefined, more: PageSeries, from: number): PageSeries {
  const columns = Object.fromEntries(
    Object.entries(more.columns).map(([name, column]) => [
      name,
      [...sized(before?.columns[name] ?? [], from, null), ...column],
    ]),
  );
  if (more.heat === undefined) return { ...more, columns };
  return { ...more, columns, heat: [...sized(before?.heat ?? [], from, []), ...more.heat] };
}

function padded(series: PageSeries, steps: number): PageSeries {
  const first = Object.values(series.columns)[0];
  if (first === undefined || first.length === steps) return series;
  const columns = Object.fromEntries(
    Object.entries(series.columns).map(([name, column]) => [name, sized(column, steps, null)]),
  );
  if (series.heat === undefined) return { ...series, columns };
  return { ...series, columns, heat: sized(series.heat, steps, []) };
}

function sized<T>(values: readonly T[], length: number, nothing: T): T[] {
  const cut = values.slice(0, length);
  while (cut.length < length) cut.push(nothing);
  return cut;
}
