import {
  type Aggregate,
  ChangeTracker,
  type SampleBatch,
  type Series,
  type SeriesChange,
} from "../../metrics/mod.ts";
import { type Outbox, type RunOutput, SendError } from "../../runner/mod.ts";
import { Chunk } from "../_chunk.ts";
import { addMilliseconds, addNumber } from "../_digits.ts";
import { hostOf, requireNet } from "../_permission.ts";
import { type Post, post } from "../_post.ts";
import { readTrendStats } from "../_trend_stats.ts";
import type { OutputEnv } from "../_env.ts";
import { changeFields, type FieldType, lineHead, tagFields } from "./lines.ts";
import { type InfluxSettings, readSettings1, readSettings2 } from "./settings.ts";

/** Bytes of one request; InfluxDB advises about 5000 lines. */
const REQUEST_BYTES = 512 * 1024;
const STATS = readTrendStats(
  ["count", "sum", "min", "max", "avg", "med", "p(90)", "p(95)", "p(99)"],
  "trend statistics",
);

const ZERO = 48;
const NEWLINE = 10;
const encoder = new TextEncoder();

/**
 * Line protocol to InfluxDB 1.x, with k6's `K6_INFLUXDB_*` variables: once a second what came to
 * each series, or with `?samples=true` every sample as k6 writes it. The database is made when it
 * is not there.
 *
 * @param arg for example `http://localhost:8086/k6`
 * @throws {OptionError} for a URL or a variable that can't be used
 */
export function influxOutput(arg: string, env: OutputEnv): RunOutput {
  return influx(readSettings1(arg, env));
}

/**
 * The same to InfluxDB 2.x, whose token is in `K6_INFLUXDB_TOKEN`.
 *
 * @param arg for example `http://localhost:8086?org=shop&bucket=load`
 * @throws {OptionError} for a URL or a variable that can't be used, or without a bucket
 */
export function influx2Output(arg: string, env: OutputEnv): RunOutput {
  return influx(readSettings2(arg, env));
}

function influx(settings: InfluxSettings): RunOutput {
  const { name, intervalMs, samples, fields } = settings;
  const common = {
    name,
    intervalMs,
    start: () => requireNet(hostOf(settings.write)),
    send: sender(settings),
  };
  return samples ? { ...common, ...everySample(fields) } : { ...common, ...everyInterval() };
}

/** What came to each series since the last time, at the time of the flush. */
function everyInterval(): Pick<RunOutput, "flush"> {
  const tracker = new ChangeTracker();
  const known = new Map<Aggregate, { head: Uint8Array; order: number }>();
  const heads = new Map<string, number>();

  // Tags that differ can read the same, as `{a: ""}` and `{}` do: such points get times of their own.
  function introduce({ metric, tags, total }: SeriesChange): { head: Uint8Array; order: number } {
    const head = `${lineHead(metric, tags)} `;
    const order = heads.get(head) ?? 0;
    heads.set(head, order + 1);
    const made = { head: encoder.encode(head), order: order % 1000 };
    known.set(total, made);
    return made;
  }

  return {
    flush({ metrics, time }, outbox) {
      const lines = lineWriter();
      for (const one of tracker.take(metrics)) {
        const { head, order } = known.get(one.total) ?? introduce(one);
        lines.chunk.add(head);
        lines.chunk.text(`${changeFields(one.change, STATS)} `);
        addTime(lines.chunk, time, order);
        lines.end(outbox);
      }
      lines.put(outbox);
    },
  };
}

/** What lines of a series begin with, how they end, and their number so far. */
interface Fixed {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly order: { count: number };
  readonly isTime: boolean;
}

/** Each sample at its time, as k6 writes it. */
function everySample(
  fields: ReadonlyMap<string, FieldType>,
): Pick<RunOutput, "samples" | "addSamples" | "flush"> {
  const known = new Map<Series, Fixed>();
  const orders = new Map<string, { count: number }>();
  const lines = lineWriter();

  function introduce(series: Series): Fixed {
    const head = lineHead(series.metric, series.tags, fields);
    let order = orders.get(head);
    if (order === undefined) orders.set(head, order = { count: 0 });
    const made = {
      head: encoder.encode(`${head} value=`),
      tail: encoder.encode(`${tagFields(series.tags, fields)} `),
      order,
      isTime: series.metric.contains === "time",
    };
    known.set(series, made);
    return made;
  }

  return {
    samples: true,
    addSamples({ length, series, times, values }: SampleBatch, outbox) {
      const { chunk } = lines;
      for (let i = 0; i < length; i++) {
        const { head, tail, order, isTime } = known.get(series[i]!) ?? introduce(series[i]!);
        chunk.add(head);
        if (isTime) addMilliseconds(chunk, values[i]!);
        else addNumber(chunk, values[i]!);
        chunk.add(tail);
        // Points of one series and time replace each other, and times have no nanoseconds.
        addTime(chunk, times[i]!, order.count++ % 1000);
        lines.end(outbox);
      }
    },
    flush: (_moment, outbox) => lines.put(outbox),
  };
}

/** Gathers lines and puts them when there are many. */
function lineWriter() {
  const chunk = new Chunk();
  let count = 0;
  function put(outbox: Outbox): void {
    if (count > 0) outbox.put(chunk.take(), count);
    count = 0;
  }
  function end(outbox: Outbox): void {
    chunk.reserve(1);
    chunk.bytes[chunk.length++] = NEWLINE;
    count++;
    if (chunk.length >= REQUEST_BYTES) put(outbox);
  }
  return { chunk, end, put };
}

/** Appends a time in nanoseconds. @param ms to the microsecond @param rest nanoseconds below it */
function addTime(chunk: Chunk, ms: number, rest: number): void {
  addNumber(chunk, Math.round(ms * 1000));
  chunk.reserve(3);
  chunk.bytes[chunk.length++] = ZERO + Math.floor(rest / 100);
  chunk.bytes[chunk.length++] = ZERO + Math.floor(rest / 10) % 10;
  chunk.bytes[chunk.length++] = ZERO + rest % 10;
}

/** Writes lines; makes the database on the first answer that says there is none. */
function sender({ write, create, headers }: InfluxSettings): NonNullable<RunOutput["send"]> {
  const retries = (status: number) => status >= 500;
  const to: Post = {
    url: write,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
    retries,
  };
  let creatable = create;
  return async (payload, signal) => {
    try {
      await post(to, payload, signal);
    } catch (error) {
      if (creatable === null || !isMissing(error)) throw error;
      await post({ url: creatable, headers, retries }, new Uint8Array(), signal);
      creatable = null;
      await post(to, payload, signal);
    }
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof SendError && error.message.includes("database not found");
}
