import { ScriptMetric } from "./_script_metric.ts";

/** How often something is so: `new Rate("logged_in").add(response.ok)`. */
export class Rate {
  readonly #metric: ScriptMetric;

  /**
   * Makes the metric, or another handle on it.
   *
   * @param name a letter or `_`, then letters, digits and `_`; at most 128 characters
   * @throws {MetricError} `name_invalid`, or `metric_conflict` when the name is taken by another kind
   */
  constructor(name: string) {
    this.#metric = new ScriptMetric(name, "rate", "default");
  }

  /** The metric's name. */
  get name(): string {
    return this.#metric.metric.name;
  }

  /**
   * Counts one outcome, with the tags of where the script is and those given.
   *
   * @param value whether it is so; of a number, whether it is not 0
   * @throws {MetricError} `value_invalid` when it is neither a boolean nor a finite number
   */
  add(value: boolean | number, tags?: Readonly<Record<string, string>>): void {
    if (typeof value !== "boolean" && !Number.isFinite(value)) {
      throw this.#metric.reject(value, "a boolean or a finite number");
    }
    this.#metric.sink(tags).add(value ? 1 : 0);
  }
}
