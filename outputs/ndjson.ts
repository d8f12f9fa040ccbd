import { type Metric, parseSelector, type Series, type Tags } from "../metrics/mod.ts";
import type { RunInfo, RunOptions, RunOutput } from "../runner/mod.ts";
import type { Chunk } from "./_chunk.ts";
import { addMilliseconds, addNumber } from "./_digits.ts";
import { lineFile } from "./_lines.ts";
import { MicrosecondTime, TIME_BYTES } from "./_time.ts";

const encoder = new TextEncoder();

/** What is the same in all lines of a series. */
interface Fixed {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly isTime: boolean;
  /** To the series that came first behind this one: that of the next line, mostly. */
  joint: Joint | null;
}

/** All that stands between the values of two lines, so that it is one copy. */
interface Joint {
  readonly to: Series;
  readonly fixed: Fixed;
  readonly bytes: Uint8Array;
  /** Where the time stands in them. */
  readonly timeAt: number;
  /** The second of that time. */
  second: number;
}

const VALUE = encoder.encode('","value":');
const NOTHING = new Uint8Array(0);

/**
 * Every sample as a line of JSON, in the shape of k6's `json` output: a `Metric` line before the
 * first sample of each metric, a `Point` line for each sample. Times are UTC to the microsecond,
 * values of metrics of time to the nanosecond.
 *
 * @param path `.gz` at its end packs it; `-` or nothing is standard output
 */
export function ndjsonOutput(path: string): RunOutput {
  const known = new Map<Series, Fixed>();
  const told = new Set<string>();
  const time = new MicrosecondTime();
  /** Before the first line of a chunk. */
  const start: Fixed = { head: NOTHING, tail: NOTHING, isTime: false, joint: null };
  /** The series of the line before, whose tail isn't written yet. */
  let last = start;
  let thresholds: RunOptions["thresholds"] = {};

  function end(chunk: Chunk): void {
    chunk.add(last.tail);
    last = start;
  }

  function introduce(chunk: Chunk, series: Series): Fixed {
    const { metric, tags } = series;
    if (!told.has(metric.name)) {
      told.add(metric.name);
      end(chunk);
      chunk.text(metricLine(metric, thresholds));
    }
    const made = {
      head: encoder.encode(`{"metric":"${metric.name}","type":"Point","data":{"time":"`),
      tail: encoder.encode(`,"tags":${tagsJson(tags)}}}\n`),
      isTime: metric.contains === "time",
      joint: null,
    };
    known.set(series, made);
    return made;
  }

  /** Writes what stands before the value. */
  function addHead(chunk: Chunk, series: Series): Fixed {
    let { joint } = last;
    if (joint === null || joint.to !== series) {
      const fixed = known.get(series) ?? introduce(chunk, series);
      // Others may follow now and then: only the first is expected to again.
      if (last.joint !== null) {
        for (const bytes of [last.tail, fixed.head, time.bytes, VALUE]) chunk.add(bytes);
        return fixed;
      }
      joint = last.joint = join(last, series, fixed);
    }
    if (joint.second !== time.second) {
      joint.second = time.second;
      joint.bytes.set(time.bytes, joint.timeAt);
    }
    const at = chunk.length + joint.timeAt;
    chunk.add(joint.bytes);
    time.putFraction(chunk.bytes, at);
    return joint.fixed;
  }

  return lineFile("json", path, {
    start({ options }: RunInfo) {
      thresholds = options.noThresholds ? {} : options.thresholds;
      return "";
    },
    line(chunk, series, ms, value) {
      time.set(ms);
      last = addHead(chunk, series);
      if (last.isTime) addMilliseconds(chunk, value);
      else addNumber(chunk, value);
    },
    end,
  });
}

function join({ tail }: Fixed, to: Series, fixed: Fixed): Joint {
  const timeAt = tail.length + fixed.head.length;
  const bytes = new Uint8Array(timeAt + TIME_BYTES + VALUE.length);
  bytes.set(tail);
  bytes.set(fixed.head, tail.length);
  bytes.set(VALUE, timeAt + TIME_BYTES);
  return { to, fixed, bytes, timeAt, second: NaN };
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
