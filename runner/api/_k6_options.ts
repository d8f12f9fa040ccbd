import { formatDuration } from "../../internal/mod.ts";
import type { RunOptions, Scenario } from "../options/types.ts";

/** What a run goes by, under k6's names, with texts for durations: k6's `exec.test.options`. Frozen. */
export function k6Options(options: RunOptions): Readonly<Record<string, unknown>> {
  const { scenarios, thresholds, segment: _, client, ...others } = options;
  return frozen({
    ...named(others),
    scenarios: Object.fromEntries(scenarios.map((one) => [one.name, scenarioOf(one)])),
    thresholds: Object.fromEntries(
      Object.entries(thresholds).map(([metric, rules]) => [
        metric,
        rules.map(({ expression, abortOnFail, delayAbortEvalMs }) => ({
          threshold: expression,
          abortOnFail,
          delayAbortEval: text(delayAbortEvalMs),
        })),
      ]),
    ),
    ...client,
  });
}

function scenarioOf({ name: _, ...fields }: Scenario): Record<string, unknown> {
  const scenario = named(fields);
  if ("stages" in fields) scenario["stages"] = fields.stages.map(named);
  return scenario;
}

/** Fields without their unit in the name: `gracefulStopMs: 30_000` is `gracefulStop: "30s"`. */
function named(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) =>
      name.endsWith("Ms") && typeof value === "number"
        ? [name.slice(0, -2), text(value)]
        : [name, value]
    ),
  );
}

function text(ms: number): string {
  return ms === 0 ? "0s" : formatDuration(ms);
}

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === "object" && part !== null && !Object.isFrozen(part)) frozen(part as object);
  }
  return Object.freeze(value);
}
