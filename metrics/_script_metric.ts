import { currentContext } from "./context.ts";
import { MetricError } from "./errors.ts";
import type { Metric, MetricContents, MetricType } from "./metric.ts";
import type { Recorder, Sink } from "./recorder.ts";
import { checkMetricName } from "./registry.ts";
import type { Tags } from "./tags.ts";

/** What the four script classes share: finds the sink of a sample in the current context. */
export class ScriptMetric {
  readonly metric: Metric;
  // The sink of the last sample: a script's metric mostly gets its samples in one place.
  #recorder: Recorder | undefined;
  #tags: Tags | undefined;
  #sink: Sink | undefined;

  constructor(name: string, type: MetricType, contains: MetricContents) {
    checkMetricName(name);
    this.metric = { name, type, contains };
    // Makes it known (thresholds name metrics) and finds a conflict where the script makes it.
    const { recorder } = currentContext();
    recorder.sink(this.metric, recorder.tags);
  }

  sink(tags: Readonly<Record<string, string>> | undefined): Sink {
    const context = currentContext();
    const { recorder } = context;
    if (tags !== undefined && tags !== null) {
      return recorder.sink(this.metric, context.tags.withAll(tags));
    }
    if (context.tags !== this.#tags || recorder !== this.#recorder) {
      this.#sink = recorder.sink(this.metric, context.tags);
      this.#tags = context.tags;
      this.#recorder = recorder;
    }
    return this.#sink!;
  }

  /** An error for a value that a sample can't have. */
  reject(value: unknown, wanted: string): MetricError {
    const { name, type } = this.metric;
    const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
    return new MetricError(
      "value_invalid",
      `Can't add to the ${type} ${name}: ${shown} (it takes ${wanted})`,
    );
  }
}
