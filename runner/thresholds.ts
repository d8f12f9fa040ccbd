import { nearest, OptionError } from "../internal/mod.ts";
import {
  evaluateThreshold,
  type Metric,
  parseSelector,
  parseThreshold,
  type Registry,
  type Selector,
  type Threshold,
} from "../metrics/mod.ts";
import type { RunOptions } from "./options/types.ts";
import type { ThresholdOutcome } from "./result.ts";

/** One rule, ready to be judged. */
export interface CompiledRule {
  /** As the options name it: a metric, with a filter of tags or without. */
  readonly key: string;
  /** What it is about. */
  readonly selector: Selector;
  /** What must hold. */
  readonly threshold: Threshold;
  /** Whether its failure ends the run. */
  readonly abortOnFail: boolean;
  /** Milliseconds from the start of the load before which it ends nothing. */
  readonly delayAbortEvalMs: number;
}

/**
 * Makes the thresholds of a run ready.
 *
 * @param known every metric that a threshold may name
 * @throws {OptionError} for a metric that nothing records, or a rule that its kind doesn't have
 */
export function compileThresholds(
  options: Pick<RunOptions, "thresholds" | "noThresholds">,
  known: readonly Metric[],
): CompiledRule[] {
  if (options.noThresholds) return [];
  const byName = new Map(known.map((metric) => [metric.name, metric]));
  return Object.entries(options.thresholds).flatMap(([key, rules]) => {
    const selector = parseSelector(key);
    const metric = byName.get(selector.metric);
    if (metric === undefined) {
      const near = nearest(selector.metric, byName.keys());
      throw new OptionError(
        `thresholds.${key}`,
        `thresholds names a metric that nothing records: ${selector.metric}` +
          (near === null ? "" : ` (did you mean ${near}?)`),
      );
    }
    return rules.map((rule) => ({
      key,
      selector,
      threshold: parseThreshold(rule.expression, metric.type),
      abortOnFail: rule.abortOnFail,
      delayAbortEvalMs: rule.delayAbortEvalMs,
    }));
  });
}

/** Judges every rule on what was recorded in the first `elapsedMs` of the load. */
export function judgeThresholds(
  rules: readonly CompiledRule[],
  metrics: Registry,
  elapsedMs: number,
): ThresholdOutcome[] {
  return rules.map(({ key, selector, threshold }) => {
    const aggregate = metrics.select(selector.metric, selector.where);
    const { ok, value } = evaluateThreshold(threshold, aggregate, elapsedMs);
    return { metric: key, expression: threshold.expression, ok, value };
  });
}

/**
 * The rule that ends the run now, or null: one with `abortOnFail` that fails after its delay. A
 * metric without samples ends nothing.
 */
export function abortingRule(
  rules: readonly CompiledRule[],
  metrics: Registry,
  elapsedMs: number,
): ThresholdOutcome | null {
  const candidates = rules.filter((rule) => rule.abortOnFail && elapsedMs > rule.delayAbortEvalMs);
  return judgeThresholds(candidates, metrics, elapsedMs)
    .find(({ ok, value }) => !ok && value !== null) ?? null;
}
