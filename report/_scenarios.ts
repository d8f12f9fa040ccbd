import { type Aggregate, Histogram, type Series } from "../metrics/mod.ts";
import type { RunResult } from "../runner/mod.ts";

/** What one scenario did. */
export interface ScenarioNumbers {
  /** Its key in `options.scenarios`. */
  readonly name: string;
  /** Completed iterations. */
  iterations: number;
  /** Iterations that never started. */
  dropped: number;
  /** Outcomes of checks, failed ones too. */
  checks: number;
  failedChecks: number;
  /** `iteration_duration`, milliseconds. */
  readonly durations: Histogram;
  /** `iteration_response_time`, milliseconds. */
  readonly responseTimes: Histogram;
}

/** One entry a scenario, in the order of the options. */
export function scenarioNumbers({ options, metrics }: RunResult): ScenarioNumbers[] {
  const found = new Map(options.scenarios.map(({ name }) => [name, noNumbers(name)]));
  const each = (metric: string, add: (to: ScenarioNumbers, aggregate: Aggregate) => void) => {
    for (const { tags, aggregate } of metrics.series(metric) as Iterable<Series>) {
      const scenario = found.get(tags.get("scenario") ?? "");
      if (scenario !== undefined) add(scenario, aggregate);
    }
  };
  each("iterations", (to, a) => to.iterations += a.type === "counter" ? a.total : 0);
  each("dropped_iterations", (to, a) => to.dropped += a.type === "counter" ? a.total : 0);
  each("checks", (to, a) => {
    if (a.type !== "rate") return;
    to.checks += a.total;
    to.failedChecks += a.total - a.passes;
  });
  each("iteration_duration", (to, a) => {
    if (a.type === "trend") to.durations.merge(a.histogram);
  });
  each("iteration_response_time", (to, a) => {
    if (a.type === "trend") to.responseTimes.merge(a.histogram);
  });
  return [...found.values()];
}

function noNumbers(name: string): ScenarioNumbers {
  return {
    name,
    iterations: 0,
    dropped: 0,
    checks: 0,
    failedChecks: 0,
    durations: new Histogram(),
    responseTimes: new Histogram(),
  };
}
