import { ScriptMetric } from "./_script_metric.ts";

/** A sum that only grows: `new Counter("orders").add(1)`. */
export class Counter {
  readonly #metric: ScriptMetric;

  /**
   * Makes the metric, or another handle on it.
   *
   * @param name a letter or `_`, then letters, digits and `_`; at most 128 characters
   * @throws {MetricError} `name_invalid`, or `metric_conflict` when the name is taken by another kind
   */
  constructor(name: string) {
    this.#metric = new ScriptMetric(name, "counter", "default");
  }

  /** The metric's name. */
  get name(): string {
    return this.#metric.metric.name;
  }

  /**
   * Adds to the sum, with the tags of where the script is and those given.
   *
   * @throws {MetricError} `value_invalid` when the value is negative or not finite
   */
  add(value: number, tags?: Readonly<Record<string, string>>): void {
    if (!Number.isFinite(value) || value < 0) {
      throw this.#metric.reject(value, "a number from 0 up");
    }
    this.#metric.sink(tags).add(value);
  }
}
