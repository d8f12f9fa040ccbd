import { renderSummary } from "../report/mod.ts";
import { say } from "./_say.ts";
import { assertionOf } from "./assert.ts";
import type { Load } from "./functions.ts";
import { type Fault, faultsOf, type LoadRules, thresholdText, thresholdVerdicts } from "./judge.ts";
import { runLoad } from "./load.ts";
import type { LoadSettings } from "./settings.ts";

/** A load test on its way through `deno test`. */
export interface JudgedLoad {
  readonly name: string;
  readonly load: LoadSettings;
  readonly rules: LoadRules;
  readonly summary: "always" | "failed" | "never";
  /** Stack of where the test was registered. */
  readonly site: string;
}

/**
 * Runs a load, has each of its thresholds as a step, and throws what is wrong beside them; all of it
 * where there are no steps.
 */
export async function judgedLoad<Data, User>(
  t: unknown,
  { name, load, rules, summary, site }: JudgedLoad,
  what: Load<Data, User> | string | URL,
): Promise<void> {
  const result = await runLoad(load, what, name);
  const thresholds = thresholdVerdicts(result);
  const faults = faultsOf(result, rules);
  const failed = faults.length > 0 || thresholds.some(({ ok }) => !ok);
  if (summary === "always" || (failed && summary === "failed")) say("info", renderSummary(result));
  for (const verdict of thresholds) {
    const fault = { message: thresholdText(verdict) };
    if (hasSteps(t)) {
      await t.step(verdict.name, () => {
        if (!verdict.ok) throw registered([fault], site);
      });
    } else if (!verdict.ok) faults.push(fault);
  }
  if (faults.length > 0) throw registered(faults, site);
}

function hasSteps(t: unknown): t is Pick<Deno.TestContext, "step"> {
  return typeof t === "object" && t !== null && "step" in t && typeof t.step === "function";
}

/** An error that also tells where the test was registered: reporters may name our own module. */
function registered(faults: readonly Fault[], site: string): Error {
  const error = assertionOf(faults, registered);
  const caller = site.split("\n").find((line) => /^ +at /.test(line));
  if (caller !== undefined) error.message += `\n${caller}`;
  return error;
}
