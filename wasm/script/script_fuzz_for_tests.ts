import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { randomPlan } from "./_random_plan_for_tests.ts";
import { compileScript } from "./compile.ts";
import { describePlan } from "./describe.ts";
import { formatProblems } from "./format.ts";
import { printScript } from "./print.ts";
import { ScriptError } from "./problems.ts";
import { ACTIONS, BLOCKS, OPTIONS, SETTINGS } from "./words.ts";

const PIECES = [
  ...[...BLOCKS, ...SETTINGS, ...ACTIONS, ...OPTIONS, "a", "hello", "SESION", "CONECT"],
  ...["{", "}", "=", ",", ":", '"', '"TCP"', '"little"', '"seconds"', '"a.wasm"', "\\", "//", "/*"],
  ...["0", "-1", "5", "0:5", "99999999999999999999", "500ms", "20s", "127.0.0.1", '"[::1]:80"'],
  ...["x/y", "\u001b[2J", "\u202e", "日本", "😀", "\u0000", "\ufeff", "\t"],
].map((piece) => `${piece} `).concat("\n", "\r\n", "\r");

/**
 * Scripts made of pieces, and good ones with something changed: they compile to a plan that prints as
 * a script of the same plan, or they have problems, all of which are in the script.
 */
export const target: FuzzTarget = fuzzTarget({ name: "stress-script", run: oneCase });

/** One case. */
export function oneCase(random: Random): void {
  const good = printScript(randomPlan(random));
  const text = random.pick([
    () => random.text(80, PIECES),
    () => new TextDecoder().decode(random.mutate(new TextEncoder().encode(good))),
    () => spliced(random, good),
  ])();
  let plan;
  try {
    plan = compileScript(text);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    checkProblems(error, text);
    return;
  }
  assert.deepEqual(compileScript(printScript(plan)), plan);
  assert(describePlan(plan).startsWith(plan.name));
}

/** A script with a piece put in or instead of a part. */
function spliced(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(PIECES) + text.slice(at + random.below(12));
}

function checkProblems(error: ScriptError, text: string): void {
  const lines = text.split(/\r\n|\n|\r/);
  assert(error.problems.length > 0);
  for (const { line, column, length, message } of error.problems) {
    assert(message !== "" && length >= 1);
    assert(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
    assert(
      column >= 1 && column <= lines[line - 1]!.length + 1,
      `column ${column} of line ${line}`,
    );
  }
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(formatProblems(error)));
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(error.message));
}
