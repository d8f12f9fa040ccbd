import { OptionError } from "../../internal/mod.ts";
import type { PlainObject } from "./_snapshot.ts";
import type { Scenario, ScenarioCommon } from "./types.ts";
import {
  GRACEFUL_MS,
  MAX_DURATION_DEFAULT_MS,
  parseScenarios,
  parseStages,
  SECOND_MS,
} from "./scenarios.ts";
import { duration, isSet, MAX_VUS, totalDuration, wholeNumber } from "./_values.ts";

/** Options that say what runs; setting one in a higher tier drops all of the lower tier's. */
export const EXECUTION_OPTIONS = ["iterations", "duration", "stages", "scenarios"] as const;

const defaults = (): ScenarioCommon => ({
  name: "default",
  startTimeMs: 0,
  gracefulStopMs: GRACEFUL_MS,
  exec: "default",
  env: {},
  tags: {},
});

/**
 * The scenarios of a run, from `scenarios` or from the shortcuts (k6's rules): `iterations` are
 * shared by `vus` within `duration`; `duration` alone keeps `vus` looping; `stages` ramp from
 * `vus`; `vus` alone run one iteration each; nothing is one iteration.
 */
export function deriveScenarios(options: PlainObject): Scenario[] {
  const has = (name: string) => isSet(options[name]);
  if (has("scenarios")) {
    for (const name of ["vus", "iterations", "duration", "stages"]) {
      if (has(name)) throw conflict("scenarios", name);
    }
    return parseScenarios(options["scenarios"]);
  }
  if (has("stages")) {
    for (const name of ["iterations", "duration"]) if (has(name)) throw conflict("stages", name);
  }

  const least = has("stages") ? 0 : 1;
  const vus = has("vus") ? wholeNumber(options["vus"], "vus", least, MAX_VUS) : 1;
  if (has("stages")) return [rampingVus(options, vus)];

  const durationMs = has("duration")
    ? duration(options["duration"], "duration", SECOND_MS)
    : undefined;
  if (durationMs !== undefined) totalDuration([durationMs, GRACEFUL_MS], "duration");
  if (durationMs !== undefined && !has("iterations")) {
    return [{ ...defaults(), executor: "constant-vus", vus, durationMs }];
  }
  const iterations = has("iterations")
    ? wholeNumber(options["iterations"], "iterations", 1, Number.MAX_SAFE_INTEGER)
    : vus;
  if (iterations < vus) {
    throw new OptionError(
      "iterations",
      `iterations can't be fewer than vus: ${iterations} < ${vus}`,
    );
  }
  const maxDurationMs = durationMs ?? MAX_DURATION_DEFAULT_MS;
  return [{ ...defaults(), executor: "shared-iterations", vus, iterations, maxDurationMs }];
}

function rampingVus(options: PlainObject, startVUs: number): Scenario {
  const stages = parseStages(options["stages"], "stages");
  if (startVUs === 0 && stages.every((stage) => stage.target === 0)) {
    throw new OptionError("stages", "stages never have a virtual user: vus and all targets are 0");
  }
  totalDuration([...stages.map((stage) => stage.durationMs), GRACEFUL_MS], "stages");
  return {
    ...defaults(),
    executor: "ramping-vus",
    startVUs,
    stages,
    gracefulRampDownMs: GRACEFUL_MS,
  };
}

function conflict(first: string, second: string): OptionError {
  return new OptionError(
    second,
    `Options ${first} and ${second} can't be combined: each says what runs`,
  );
}
