import type { Registry } from "../../metrics/mod.ts";
import { type RunRecord, TimelineRecorder } from "../../results/mod.ts";
import type {
  LogEntry,
  RunHandle,
  RunOptions,
  RunProgress,
  RunResult,
  RunStatus,
} from "../../runner/mod.ts";
import { pageData, pageNow, pageRun, stateOf } from "../data/page_data.ts";
import { type Counted, familiesOf, type Part, partsOf } from "../data/rows.ts";
import { shapeOf } from "../data/shape.ts";
import { pageTimeline } from "../data/timeline.ts";
import {
  PAGE_SCHEMA,
  PAGE_VERSION,
  type PageData,
  type PageLine,
  type PageNow,
  type PageRun,
  type PageSample,
  type Shape,
  type TimelineDelta,
} from "../data/types.ts";
import type { LiveMessages } from "./messages.ts";

/** Most lines of the log that a page is shown. */
const MAX_LINES = 500;
/** Least time between two ticks. */
const TICK_MS = 900;
/** What a tick may cost, as a share of the time between two: working one out is put off for it. */
const COST = 0.02;

/** What the page needs of a run that goes on. */
export interface LiveRun {
  readonly name: string;
  readonly handle: Pick<RunHandle, "status">;
}

/** Makes what live pages are told of one run. */
export class LiveFeed {
  readonly #run: LiveRun;
  readonly #now: () => number;
  readonly #timeline = new TimelineRecorder({ steps: 1800, series: 400 });
  readonly #lines: PageLine[] = [];
  #options: RunOptions | null = null;
  #metrics: Registry | null = null;
  #startedAt = "";
  #elapsedMs = 0;
  #nextTickAt = -Infinity;
  #stepMs = 0;
  #toldStep = 0;
  #newLines = 0;
  #lineCount = 0;
  #toldSamples = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(run: LiveRun, now: () => number = () => performance.now()) {
    this.#run = run;
    this.#now = now;
  }

  /** Takes the options, once they are known. */
  planned(options: RunOptions): void {
    this.#options = options;
  }

  /** Takes how the run stands. */
  progress({ metrics, elapsedMs, iterations }: RunProgress): void {
    this.#metrics = metrics;
    this.#elapsedMs = elapsedMs;
    if (this.#startedAt === "" && elapsedMs > 0) {
      this.#startedAt = new Date(Date.now() - elapsedMs).toISOString();
    }
    this.#timeline.take(metrics, elapsedMs, false, iterations.late);
  }

  /** Takes a line of the log. */
  log({ level, text, source }: LogEntry): void {
    this.#lines.push({ level, text, source, elapsedMs: Math.round(this.#elapsedMs) });
    this.#newLines = Math.min(MAX_LINES, this.#newLines + 1);
    this.#lineCount++;
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  /** What is new since the last tick; null where it is too early for another. */
  tick(): LiveMessages["tick"] | null {
    const begun = this.#now();
    if (begun < this.#nextTickAt) return null;
    const { now, delta } = this.#numbers(this.#toldStep);
    const lines = this.#newLines === 0 ? [] : this.#lines.slice(-this.#newLines);
    this.#newLines = 0;
    // The step that goes on is told again until it is over.
    this.#toldStep = Math.max(0, delta.steps - 1);
    this.#stepMs = delta.stepMs;
    const samples = this.#samples();
    const isNew = samples.length !== this.#toldSamples;
    this.#toldSamples = samples.length;
    const cost = this.#now() - begun;
    this.#nextTickAt = begun + Math.max(TICK_MS, cost / COST);
    return {
      ...{ run: this.#about(), now, timeline: delta, lines, count: this.#lineCount },
      samples: isNew ? [...samples] : null,
    };
  }

  /** How the run stands, without its numbers. */
  state(): LiveMessages["state"] {
    return stateOf(this.#run.handle.status());
  }

  /** Everything so far. */
  hello(): LiveMessages["hello"] {
    const { now, delta } = this.#numbers(0);
    const data: PageData = {
      ...{ schema: PAGE_SCHEMA, version: PAGE_VERSION },
      run: this.#about(),
      now,
      timeline: delta,
      shapes: {},
      log: [...this.#lines],
      samples: [...this.#samples()],
    };
    return { data, lines: this.#lineCount };
  }

  /** Everything about a run that has ended. */
  end(record: RunRecord): PageData {
    return pageData(record);
  }

  /** The histogram of one row; null for one that is not there. */
  shape(key: string): Shape | null {
    const part = this.#parts().find(({ row }) => row.key === key);
    return part === undefined ? null : shapeOf(part.histogram);
  }

  #samples(): readonly PageSample[] {
    return this.#metrics?.failures.all ?? [];
  }

  #about(): PageRun {
    const { steered } = this.#run.handle.status();
    return pageRun(this.#run.name, this.#startedAt, this.#options, [], steered);
  }

  #parts(): Part[] {
    const status = this.#run.handle.status();
    const result = this.#result(status);
    return result === null ? [] : partsOf(countedOf(result, status));
  }

  #numbers(from: number): { now: PageNow; delta: TimelineDelta } {
    const status = this.#run.handle.status();
    const result = this.#result(status);
    if (result === null) {
      const delta = { stepMs: 1000, steps: 0, from: 0, series: [] };
      return { now: emptyNow(status), delta };
    }
    const now = pageNow(result, stateOf(status), partsOf(countedOf(result, status)));
    const drawn = { families: familiesOf(result.metrics), rows: now.rows };
    const delta = pageTimeline(this.#timeline.timeline(from), drawn, from);
    // Steps that have grown are others: all are told.
    const isSame = from === 0 || delta.stepMs === this.#stepMs;
    return { now, delta: isSame ? delta : pageTimeline(this.#timeline.timeline(), drawn) };
  }

  /** The run so far as if it had ended now; null before it has options. */
  #result(status: RunStatus): RunResult | null {
    if (this.#options === null || this.#metrics === null) return null;
    return {
      name: this.#run.name,
      options: this.#options,
      startedAt: Date.parse(this.#startedAt) || 0,
      durationMs: status.elapsedMs,
      pausedMs: 0,
      metrics: this.#metrics,
      thresholds: [...status.thresholds],
      iterations: status.iterations,
      generator: {
        ...{ cpuSeconds: 0, cpuShare: 0, loopLagP99Ms: 0, open: null },
        ...{ verdict: "kept-up", reasons: [] },
      },
      ...{ shards: [], complete: true, outputs: [], failures: [], handleSummary: null },
      vusMax: status.vusMax,
      exitCode: status.exitCode,
    };
  }
}

/** A run with its shards as they stand: a result has only those that have ended. */
function countedOf({ metrics, durationMs }: RunResult, { shards = [] }: RunStatus): Counted {
  return { metrics, durationMs, shards };
}

function emptyNow(status: RunStatus): PageNow {
  return {
    state: stateOf(status),
    iterations: { ...status.iterations },
    ...{ metrics: [], thresholds: [], checks: [], rows: [], errors: [], failures: [] },
    generator: null,
  };
}
