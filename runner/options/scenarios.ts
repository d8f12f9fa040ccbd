import { OptionError } from "../../internal/mod.ts";
import { unknownName } from "./names.ts";
import type { Plain, PlainObject } from "./_snapshot.ts";
import type { Scenario, ScenarioCommon, Stage, WhenBusy } from "./types.ts";
import {
  badValue,
  duration,
  isSet,
  list,
  MAX_VUS,
  object,
  oneOf,
  text,
  textRecord,
  totalDuration,
  wholeNumber,
} from "./_values.ts";

/** Most iterations a second that a scenario may ask for. */
export const MAX_RATE = 10_000_000;
/** Shortest duration of a scenario. */
export const SECOND_MS = 1000;
/** Default of gracefulStop and gracefulRampDown. */
export const GRACEFUL_MS = 30_000;
/** Default of maxDuration. */
export const MAX_DURATION_DEFAULT_MS = 600_000;

const COMMON = ["executor", "startTime", "gracefulStop", "exec", "env", "tags", "options"];

type Executor = Scenario["executor"];
type Reader = (fields: PlainObject, path: string, common: ScenarioCommon) => Scenario;

/** Each executor with the fields of its own and how they are read. */
const EXECUTORS: Readonly<Record<Executor, { fields: readonly string[]; read: Reader }>> = {
  "shared-iterations": {
    fields: ["vus", "iterations", "maxDuration"],
    read: (fields, path, common) => readIterations("shared-iterations", fields, path, common),
  },
  "per-vu-iterations": {
    fields: ["vus", "iterations", "maxDuration"],
    read: (fields, path, common) => readIterations("per-vu-iterations", fields, path, common),
  },
  "constant-vus": { fields: ["vus", "duration"], read: readConstantVus },
  "ramping-vus": { fields: ["startVUs", "stages", "gracefulRampDown"], read: readRampingVus },
  "constant-arrival-rate": {
    fields: ["rate", "timeUnit", "duration", "preAllocatedVUs", "maxVUs", "whenBusy"],
    read: readConstantRate,
  },
  "ramping-arrival-rate": {
    fields: ["startRate", "timeUnit", "stages", "preAllocatedVUs", "maxVUs", "whenBusy"],
    read: readRampingRate,
  },
  "externally-controlled": {
    fields: ["vus", "maxVUs", "duration"],
    read: readExternallyControlled,
  },
};
const EXECUTOR_NAMES = Object.keys(EXECUTORS) as Executor[];

/** Checks `options.scenarios` and fills in defaults. */
export function parseScenarios(value: Plain): Scenario[] {
  const scenarios = Object.entries(object(value, "scenarios"));
  if (scenarios.length === 0) {
    throw new OptionError("scenarios", "scenarios needs at least one scenario");
  }
  return scenarios.map(([name, fields]) => parseScenario(name, fields));
}

/** Checks one scenario. */
export function parseScenario(name: string, value: Plain): Scenario {
  if (!/^[0-9A-Za-z_-]{1,128}$/.test(name)) {
    throw new OptionError(
      "scenarios",
      `Scenario name must be 1 to 128 of the characters 0-9 A-Z a-z _ -: ` +
        JSON.stringify(name.slice(0, 140)),
    );
  }
  const path = `scenarios.${name}`;
  const fields = object(value, path);
  const { fields: own, read } = EXECUTORS[executorOf(fields, path)];
  for (const key of Object.keys(fields)) {
    if (own.includes(key) || COMMON.includes(key)) continue;
    throw unknownName(`${path}.${key}`, key, `option of ${fields["executor"]}`, [
      ...own,
      ...COMMON,
    ]);
  }
  if (isSet(fields["options"])) {
    throw new OptionError(
      `${path}.options`,
      `${path}.options sets up k6's browser, which is not here: remove it`,
    );
  }
  return read(fields, path, {
    name,
    startTimeMs: durationOr(fields, path, "startTime", 0),
    gracefulStopMs: durationOr(fields, path, "gracefulStop", GRACEFUL_MS),
    exec: isSet(fields["exec"]) ? text(fields["exec"], `${path}.exec`) : "default",
    env: textRecord(fields["env"], `${path}.env`),
    tags: textRecord(fields["tags"], `${path}.tags`),
  });
}

function executorOf(fields: PlainObject, scenarioPath: string): Executor {
  const value = fields["executor"];
  const path = `${scenarioPath}.executor`;
  const found = EXECUTOR_NAMES.find((name) => name === value);
  if (found !== undefined) return found;
  if (typeof value !== "string") {
    throw badValue(path, `one of ${EXECUTOR_NAMES.join(", ")}`, value);
  }
  throw unknownName(path, value, "executor", EXECUTOR_NAMES);
}

function readIterations(
  executor: "shared-iterations" | "per-vu-iterations",
  fields: PlainObject,
  path: string,
  common: ScenarioCommon,
): Scenario {
  const vus = numberOr(fields, path, "vus", 1, 1, MAX_VUS);
  const shared = executor === "shared-iterations";
  const most = shared ? Number.MAX_SAFE_INTEGER : Math.floor(Number.MAX_SAFE_INTEGER / vus);
  const iterations = numberOr(fields, path, "iterations", 1, 1, most);
  if (shared && iterations < vus) {
    throw new OptionError(
      `${path}.iterations`,
      `${path}.iterations can't be fewer than its vus: ${iterations} < ${vus}`,
    );
  }
  const maxDurationMs = durationOr(
    fields,
    path,
    "maxDuration",
    MAX_DURATION_DEFAULT_MS,
    SECOND_MS,
  );
  totalDuration([common.startTimeMs, maxDurationMs, common.gracefulStopMs], path);
  return { ...common, executor, vus, iterations, maxDurationMs };
}

function readConstantVus(fields: PlainObject, path: string, common: ScenarioCommon): Scenario {
  const vus = numberOr(fields, path, "vus", 1, 1, MAX_VUS);
  const durationMs = duration(needed(fields, path, "duration"), `${path}.duration`, SECOND_MS);
  totalDuration([common.startTimeMs, durationMs, common.gracefulStopMs], path);
  return { ...common, executor: "constant-vus", vus, durationMs };
}

function readRampingVus(fields: PlainObject, path: string, common: ScenarioCommon): Scenario {
  const startVUs = numberOr(fields, path, "startVUs", 1, 0, MAX_VUS);
  const stages = parseStages(needed(fields, path, "stages"), `${path}.stages`);
  if (startVUs === 0 && stages.every((stage) => stage.target === 0)) {
    throw new OptionError(path, `${path} never has a virtual user: startVUs and all targets are 0`);
  }
  const gracefulRampDownMs = durationOr(fields, path, "gracefulRampDown", GRACEFUL_MS);
  const steps = stages.map((stage) => stage.durationMs);
  totalDuration(
    [common.startTimeMs, ...steps, Math.max(gracefulRampDownMs, common.gracefulStopMs)],
    path,
  );
  return { ...common, executor: "ramping-vus", startVUs, stages, gracefulRampDownMs };
}

/** Checks the steps of a ramp. @param most highest target */
export function parseStages(value: Plain, path: string, most = MAX_VUS): Stage[] {
  const stages = list(value, path);
  if (stages.length === 0) throw new OptionError(path, `${path} needs at least one stage`);
  return stages.map((stage, i) => {
    const at = `${path}[${i}]`;
    const fields = object(stage, at);
    for (const key of Object.keys(fields)) {
      if (key === "duration" || key === "target") continue;
      throw unknownName(`${at}.${key}`, key, "option of a stage", ["duration", "target"]);
    }
    return {
      durationMs: duration(needed(fields, at, "duration"), `${at}.duration`),
      target: wholeNumber(needed(fields, at, "target"), `${at}.target`, 0, most),
    };
  });
}

function readConstantRate(fields: PlainObject, path: string, common: ScenarioCommon): Scenario {
  const rate = wholeNumber(
    needed(fields, path, "rate"),
    `${path}.rate`,
    1,
    Number.MAX_SAFE_INTEGER,
  );
  const timeUnitMs = readTimeUnit(fields, path);
  checkRate(rate, timeUnitMs, `${path}.rate`);
  const durationMs = duration(needed(fields, path, "duration"), `${path}.duration`, SECOND_MS);
  totalDuration([common.startTimeMs, durationMs, common.gracefulStopMs], path);
  const executor = "constant-arrival-rate";
  return { ...common, executor, rate, timeUnitMs, durationMs, ...readPool(fields, path) };
}

function readRampingRate(fields: PlainObject, path: string, common: ScenarioCommon): Scenario {
  const most = Number.MAX_SAFE_INTEGER;
  const startRate = numberOr(fields, path, "startRate", 0, 0, most);
  const timeUnitMs = readTimeUnit(fields, path);
  checkRate(startRate, timeUnitMs, `${path}.startRate`);
  const stages = parseStages(needed(fields, path, "stages"), `${path}.stages`, most);
  for (const [i, { target }] of stages.entries()) {
    checkRate(target, timeUnitMs, `${path}.stages[${i}].target`);
  }
  if (startRate === 0 && stages.every((stage) => stage.target === 0)) {
    throw new OptionError(path, `${path} never has an arrival: startRate and all targets are 0`);
  }
  const steps = stages.map((stage) => stage.durationMs);
  totalDuration([common.startTimeMs, ...steps, common.gracefulStopMs], path);
  const executor = "ramping-arrival-rate";
  return { ...common, executor, startRate, timeUnitMs, stages, ...readPool(fields, path) };
}

function readExternallyControlled(
  fields: PlainObject,
  path: string,
  common: ScenarioCommon,
): Scenario {
  const vus = numberOr(fields, path, "vus", 0, 0, MAX_VUS);
  const maxVUs = readMaxVUs(fields, path, "vus", vus);
  const durationMs = durationOr(fields, path, "duration", 0);
  totalDuration([common.startTimeMs, durationMs, common.gracefulStopMs], path);
  return { ...common, executor: "externally-controlled", vus, maxVUs, durationMs };
}

function readTimeUnit(fields: PlainObject, path: string): number {
  const timeUnitMs = durationOr(fields, path, "timeUnit", SECOND_MS);
  if (timeUnitMs > 0) return timeUnitMs;
  throw new OptionError(`${path}.timeUnit`, `${path}.timeUnit must be more than 0`);
}

function checkRate(rate: number, timeUnitMs: number, path: string): void {
  const perSecond = rate / timeUnitMs * SECOND_MS;
  if (perSecond <= MAX_RATE) return;
  throw new OptionError(
    path,
    `${path} must come to at most ${MAX_RATE} iterations a second: ${perSecond}`,
  );
}

function readPool(
  fields: PlainObject,
  path: string,
): { preAllocatedVUs: number; maxVUs: number; whenBusy: WhenBusy } {
  const preAllocatedVUs = wholeNumber(
    needed(fields, path, "preAllocatedVUs"),
    `${path}.preAllocatedVUs`,
    0,
    MAX_VUS,
  );
  const maxVUs = readMaxVUs(fields, path, "preAllocatedVUs", preAllocatedVUs);
  const whenBusy = isSet(fields["whenBusy"])
    ? oneOf(fields["whenBusy"], `${path}.whenBusy`, ["drop", "wait"])
    : "drop";
  return { preAllocatedVUs, maxVUs, whenBusy };
}

/** Most VUs: as many as there are at the start, unless it says more. */
function readMaxVUs(fields: PlainObject, path: string, first: string, vus: number): number {
  const maxVUs = isSet(fields["maxVUs"])
    ? wholeNumber(fields["maxVUs"], `${path}.maxVUs`, 1, MAX_VUS)
    : vus;
  if (maxVUs >= vus && maxVUs > 0) return maxVUs;
  throw new OptionError(
    `${path}.maxVUs`,
    maxVUs === 0
      ? `${path}.maxVUs is needed when ${first} is 0`
      : `${path}.maxVUs can't be fewer than ${first}: ${maxVUs} < ${vus}`,
  );
}

function needed(fields: PlainObject, path: string, key: string): Plain {
  if (isSet(fields[key])) return fields[key];
  throw new OptionError(`${path}.${key}`, `${path} needs ${key}`);
}

function numberOr(
  fields: PlainObject,
  path: string,
  key: string,
  fallback: number,
  min: number,
  max: number,
): number {
  return isSet(fields[key]) ? wholeNumber(fields[key], `${path}.${key}`, min, max) : fallback;
}

function durationOr(
  fields: PlainObject,
  path: string,
  key: string,
  fallbackMs: number,
  minMs = 0,
): number {
  return isSet(fields[key]) ? duration(fields[key], `${path}.${key}`, minMs) : fallbackMs;
}
