import { VERSION } from "../internal/mod.ts";
import { RecordError } from "./errors.ts";
import { RECORD_SCHEMA, RECORD_VERSION, type RunRecord, type TimelineSeries } from "./record.ts";
import {
  all,
  count,
  fields,
  flag,
  list,
  map,
  maybe,
  number,
  oneOf,
  orNull,
  type Shape,
  text,
} from "./_shape.ts";

const KINDS = { contains: oneOf("default", "time", "data"), tags: map(text(10_000), 300) };
const TYPE = oneOf("counter", "gauge", "rate", "trend");
const NAME = text(10_000);
const NAMES = list(text(), 100_000);
const TIMES = map(number());

/** Columns of each kind of metric. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  counter: ["sum"],
  gauge: ["value", "min", "max"],
  rate: ["passes", "total"],
  trend: ["count", "sum", "min", "max", "p50", "p90", "p99", "p99.9"],
};
/** Values of each kind of metric at the end. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  counter: ["total"],
  gauge: ["value", "min", "max"],
  rate: ["passes", "total"],
};

const ITERATIONS = fields(Object.fromEntries(
  ["planned", "started", "completed", "interrupted", "dropped", "thrown", "late"]
    .map((name) => [name, number(0)]),
));

const SHARD = fields({
  ...{ index: count, state: NAME, reason: orNull(text()), iterations: ITERATIONS },
});

const LINK = fields({
  ...{ agent: NAME, labels: map(text(1000), 300), clockOffsetMs: orNull(number()) },
  ...{ clockErrorMs: orNull(number(0)), startedAt: orNull(number()), lost: count, missing: count },
  silent: flag,
});

/** What older records don't have. */
const NEW_OF_SHARD = maybe({
  ...{ name: NAME, instead: orNull(count), share: number(0), vus: count, cpuShare: number(0) },
  ...{ lagP99Ms: number(0), link: orNull(LINK) },
});

const SUMMARY = fields({
  schemaVersion: oneOf(1),
  metrics: map(fields({ type: TYPE, contains: KINDS.contains, values: map(number()) })),
  root_group: group,
  options: fields({ summaryTrendStats: NAMES }),
  state: fields({ testRunDurationMs: number(0) }),
  run: all(
    maybe({ complete: flag }),
    fields({
      pausedMs: number(0),
      options: fields({
        scenarios: list(fields({ name: NAME, executor: NAME }), 10_000),
        thresholds: map(list(fields({ expression: text() }))),
        summaryTrendStats: NAMES,
        summaryTimeUnit: orNull(oneOf("s", "ms", "us")),
      }),
      shards: list(all(SHARD, NEW_OF_SHARD), 20_000),
      vusMax: number(0),
      iterations: ITERATIONS,
      scenarios: list(fields({ name: NAME, iterations: number(0), duration: TIMES }), 10_000),
      endpoints: list(fields({ method: NAME, name: NAME, requests: number(0), duration: TIMES })),
      generator: fields({
        cpuShare: number(0),
        loopLagP99Ms: number(0),
        open: orNull(fields({
          started: number(0),
          dropped: number(0),
          late: number(0),
          waited: number(0),
          startLatenessP99Ms: number(0),
        })),
        verdict: oneOf("kept-up", "limited"),
        reasons: NAMES,
      }),
      outputs: list(
        fields({
          name: NAME,
          written: number(0),
          dropped: number(0),
          errors: number(0),
          firstError: orNull(text()),
        }),
        10_000,
      ),
      failures: NAMES,
      exitCode: count,
    }),
  ),
});

const ERROR_SAMPLES = list(
  fields({
    ...{ kind: text(), method: text(), url: text(), status: number(0), message: text() },
    ...{ body: orNull(text()), note: text() },
  }),
  10_000,
);

const HISTOGRAMS = list(all(
  fields({
    metric: NAME,
    ...KINDS,
    count,
    sum: number(),
    min: number(),
    max: number(),
    buckets: list(number(), 70_000),
  }),
  buckets,
));

/** What older records don't have. */
const NEW_OF_RECORD = maybe({ errorSamples: ERROR_SAMPLES, shardHistograms: HISTOGRAMS });

const RECORD = fields({
  id: NAME,
  name: text(),
  startedAt: (value, at) =>
    typeof value === "string" && !Number.isNaN(Date.parse(value)) ? null : `${at} is no date`,
  durationMs: number(0),
  machine: fields({ downpour: NAME, deno: NAME, os: NAME, arch: NAME, cores: number(0) }),
  script: orNull(fields({ path: text(), sha256: NAME })),
  summary: SUMMARY,
  exitCode: count,
  thresholds: list(
    fields({ metric: text(), expression: text(), ok: flag, value: orNull(number()) }),
  ),
  timeline: all(
    fields({ stepMs: number(1), steps: count }),
    (value, at) => timelineSeries((value as { steps: number }).steps)(value, at),
  ),
  series: list(
    all(
      fields({ metric: NAME, type: oneOf("counter", "gauge", "rate"), ...KINDS }),
      (value, at) =>
        fields({
          values: fields(Object.fromEntries(
            VALUES[(value as { type: string }).type]!.map((name) => [name, number()]),
          )),
        })(value, at),
    ),
  ),
  histograms: HISTOGRAMS,
  log: list(
    fields({
      level: oneOf("debug", "info", "warn", "error"),
      source: oneOf("script", "run"),
      text: text(),
      elapsedMs: number(0),
    }),
    10_000,
  ),
});

/**
 * Checks that a value, as JSON gave it, is a run's record that can be worked with.
 *
 * @param from its file, for messages
 * @throws {RecordError} `record_corrupt`, `record_future`
 */
export function checkRecord(value: unknown, from: string): RunRecord {
  const { schema, version } = Object(value) as { schema?: unknown; version?: unknown };
  if (schema !== RECORD_SCHEMA) {
    throw new RecordError("record_corrupt", `${from} is no run of Downpour: its schema is missing`);
  }
  if (typeof version === "number" && version > RECORD_VERSION) {
    throw new RecordError(
      "record_future",
      `${from} has version ${version}, and Downpour ${VERSION} reads ${RECORD_VERSION}: ` +
        "it was written by a newer one",
    );
  }
  const wrong = version === RECORD_VERSION ? wrongIn(value) : "its version is unknown";
  if (wrong !== null) throw new RecordError("record_corrupt", `${from} is damaged: ${wrong}`);
  return value as RunRecord;
}

function wrongIn(value: unknown): string | null {
  return RECORD(value, "") ?? NEW_OF_RECORD(value, "");
}

function timelineSeries(steps: number): Shape {
  const perStep = (shape: Shape): Shape =>
    all(
      list(shape, 100_000),
      (value, at) =>
        (value as unknown[]).length === steps ? null : `${at} has not ${steps} entries`,
    );
  const column = perStep(orNull(number()));
  const heat = perStep(list(count, 10_000));
  return fields({
    series: list(
      all(fields({ metric: NAME, type: TYPE, ...KINDS }), (value, at) => {
        const names = COLUMNS[(value as TimelineSeries).type]!;
        return fields({
          columns: fields(Object.fromEntries(names.map((name) => [name, column]))),
          ...(Object.hasOwn(value as object, "heat") ? { heat } : {}),
        })(value, at);
      }),
      10_000,
    ),
  });
}

/** Values go up, and their counts add up. */
function buckets(value: unknown, at: string): string | null {
  const { count: total, buckets: pairs } = value as { count: number; buckets: number[] };
  let sum = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (i > 0 && !(pairs[i]! > pairs[i - 2]!)) return `${at}.buckets[${i}] is not above the last`;
    const found = count(pairs[i + 1], `${at}.buckets[${i + 1}]`);
    if (found !== null) return found;
    sum += pairs[i + 1]!;
  }
  return sum === total ? null : `${at}.buckets count ${sum}, not ${total}`;
}

/** A group of checks and those inside it, which nest no deeper than anybody writes. */
function group(value: unknown, at: string, depth = 0): string | null {
  if (depth > 100) return `${at} is nested too deep`;
  const inside: Shape = (inner, place) => group(inner, place, depth + 1);
  return fields({
    name: text(),
    path: text(),
    groups: list(inside, 100_000),
    checks: list(fields({ name: text(), path: text(), passes: number(0), fails: number(0) })),
  })(value, at);
}
