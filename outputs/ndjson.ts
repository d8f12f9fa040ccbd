import { type Metric, parseSelector, type Series, type Tags } from "../metrics/mod.ts";
import type { RunInfo, RunOptions, RunOutput } from "../runner/mod.ts";
import type { Chunk } from "./_chunk.ts";
import { addMilliseconds, addNumber } from "./_digits.ts";
import { lineFile } from "./_lines.ts";
import { rfc3339 } from "./_time.ts";

const encoder = new TextEncoder();

/** What is the same in all lines of a series. */
interface Fixed {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly isTime: boolean;
}

/**
 * Every sample as a line of JSON, in the shape of k6's `json` output: a `Metric` line before the
 * first sample of each metric, a `Point` line for each sample. Times are UTC to the microsecond,
 * values of metrics of time to the nanosecond.
 *
 * @param path `.gz` at its end packs it; `-` or nothing is standard output
 */
export function ndjsonOutput(path: string): RunOutput {
  const fixed = new Map<Series, Fixed>();
  const told = new Set<string>();
  const timeOf = rfc3339('","value":');
  let thresholds: RunOptions["thresholds"] = {};

  function introduce(chunk: Chunk, series: Series): Fixed {
    const { metric, tags } = series;
    if (!told.has(metric.name)) {
      told.add(metric.name);
      chunk.text(metricLine(metric, thresholds));
    }
    const made = {
      head: encoder.encode(`{"metric":"${metric.name}","type":"Point","data":{"time":"`),
      tail: encoder.encode(`,"tags":${tagsJson(tags)}}}\n`),
      isTime: metric.contains === "time",
    };
    fixed.set(series, made);
    return made;
  }

  return lineFile("json", path, {
    start({ options }: RunInfo) {
      thresholds = options.noThresholds ? {} : options.thresholds;
      return "";
    },
    line(chunk, series, time, value) {
      const { head, tail, isTime } = fixed.get(series) ?? introduce(chunk, series);
      chunk.add(head);
      chunk.add(timeOf(time));
      if (isTime) addMilliseconds(chunk, value);
      else addNumber(chunk, value);
      chunk.add(tail);
    },
  });
}

/** What a metric is, with its thresholds and the submetrics that thresholds make, as k6 tells it. */
function metricLine({ name, type, contains }: Metric, all: RunOptions["thresholds"]): string {
  const thresholds = (all[name] ?? []).map(({ expression }) => expression);
  const submetrics = Object.keys(all)
    .filter((key) => key.startsWith(`${name}{`) && key.endsWith("}"))
    .map((key) => {
      const suffix = key.slice(name.length + 1, -1);
      return { name: key, suffix, tags: parseSelector(key).where };
    });
  const data = {
    name,
    type,
    contains,
    thresholds,
    submetrics: submetrics.length > 0 ? submetrics : null,
  };
  return `${JSON.stringify({ type: "Metric", data, metric: name })}\n`;
}

function tagsJson({ entries }: Tags): string {
  return JSON.stringify(Object.fromEntries(entries));
}
