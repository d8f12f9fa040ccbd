import { ScriptMetric } from "./_script_metric.ts";

/** A value that is set anew, with its smallest and largest: `new Gauge("queue_length").add(12)`. */
export class Gauge {
  readonly #metric: ScriptMetric;

  /**
   * Makes the metric, or another handle on it.
   *
   * @param name a letter or `_`, then letters, digits and `_`; at most 128 characters
   * @param isTime whether its values are milliseconds, shown as times
   * @throws {MetricError} `name_invalid`, or `metric_conflict` when the name is taken by another kind
   */
  constructor(name: string, isTime = false) {
    this.#metric = new ScriptMetric(name, "gauge", isTime ? "time" : "default");
  }

  /** The metric's name. */
  get name(): string {
    return this.#metric.metric.name;
  }

  /**
   * Sets the value, with the tags of where the script is and those given.
   *
   * @throws {MetricError} `value_invalid` when the value is not a finite number
   */
  add(value: number, tags?: Readonly<Record<string, string>>): void {
    if (!Number.isFinite(value)) throw this.#metric.reject(value, "a finite number");
    this.#metric.sink(tags).add(value);
  }
}
