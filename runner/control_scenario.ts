import { ControlError } from "./control_error.ts";
import type { Scenario } from "./options/mod.ts";

type Controllable = Extract<Scenario, { executor: "externally-controlled" }>;
type Rated = Extract<Scenario, { executor: "constant-arrival-rate" | "ramping-arrival-rate" }>;

/** Whether its VUs can be set. */
export function isControllable(scenario: Scenario): scenario is Controllable {
  return scenario.executor === "externally-controlled";
}

/** Whether its rate can be set. */
export function hasRate(scenario: Scenario): scenario is Rated {
  return scenario.executor === "constant-arrival-rate" ||
    scenario.executor === "ramping-arrival-rate";
}

/** Executors that have what is to be set, for people. */
const USE = {
  VUs: "use the executor externally-controlled",
  rate: "use the executor constant-arrival-rate or ramping-arrival-rate",
} as const;

/** The scenario of a name, or the only one that has what is to be set. @throws {ControlError} */
export function chooseScenario<S extends Scenario>(
  scenarios: readonly Scenario[],
  what: keyof typeof USE,
  test: (scenario: Scenario) => scenario is S,
  name: string | undefined,
): S {
  const can = scenarios.filter(test);
  const names = can.map((one) => one.name).join(", ");
  if (can.length === 0) {
    const all = scenarios.map((one) => `${one.name} is ${one.executor}`).join(", ");
    throw new ControlError(
      "control_scenario",
      `No scenario's ${what} can be set: ${all} (${USE[what]})`,
    );
  }
  if (name === undefined) {
    if (can.length === 1) return can[0]!;
    throw new ControlError(
      "control_scenario",
      `Say which scenario to set the ${what} of: ${names}`,
    );
  }
  const found = can.find((one) => one.name === name);
  if (found !== undefined) return found;
  const other = scenarios.find((one) => one.name === name);
  throw new ControlError(
    "control_scenario",
    other === undefined
      ? `There is no scenario ${name}: ${what} can be set of ${names}`
      : `The ${what} of ${name} can't be set, as it is ${other.executor}: ` +
        `${what === "VUs" ? "they can" : "it can"} of ${names}`,
  );
}
