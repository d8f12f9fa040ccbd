import { OptionError } from "../../internal/mod.ts";
import { unknownName } from "./names.ts";
import type { Plain } from "./_snapshot.ts";
import type { ThresholdRule } from "./types.ts";
import { badValue, duration, flag, isList, isSet, object, text } from "./_values.ts";

const RULE_FIELDS = ["threshold", "abortOnFail", "delayAbortEval"];

/**
 * Checks the shape of `options.thresholds`: metric to a rule, or to an array of rules; a rule is
 * text or `{ threshold, abortOnFail, delayAbortEval }`. What a rule says is not read here.
 */
export function parseThresholds(value: Plain): Readonly<Record<string, readonly ThresholdRule[]>> {
  if (!isSet(value)) return {};
  const entries: [string, readonly ThresholdRule[]][] = [];
  for (const [metric, rules] of Object.entries(object(value, "thresholds"))) {
    if (metric === "" || metric.length > 1000) {
      throw new OptionError("thresholds", "thresholds needs metric names of 1 to 1000 characters");
    }
    const path = `thresholds.${metric}`;
    entries.push([
      metric,
      isList(rules)
        ? rules.map((rule, i) => parseRule(rule, `${path}[${i}]`))
        : [parseRule(rules, path)],
    ]);
  }
  return Object.fromEntries(entries);
}

function parseRule(value: Plain, path: string): ThresholdRule {
  if (typeof value === "string") {
    return { expression: text(value, path), abortOnFail: false, delayAbortEvalMs: 0 };
  }
  if (!isSet(value) || typeof value !== "object" || isList(value)) {
    throw badValue(path, `a rule like "p(95)<500" or { threshold, abortOnFail }`, value);
  }
  const fields = object(value, path);
  for (const key of Object.keys(fields)) {
    if (!RULE_FIELDS.includes(key)) {
      throw unknownName(`${path}.${key}`, key, "option of a threshold", RULE_FIELDS);
    }
  }
  const { threshold, abortOnFail, delayAbortEval } = fields;
  return {
    expression: text(threshold, `${path}.threshold`),
    abortOnFail: isSet(abortOnFail) ? flag(abortOnFail, `${path}.abortOnFail`) : false,
    delayAbortEvalMs: isSet(delayAbortEval)
      ? duration(delayAbortEval, `${path}.delayAbortEval`)
      : 0,
  };
}
