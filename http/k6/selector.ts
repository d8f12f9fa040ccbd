import { OptionError } from "../../internal/mod.ts";

/** Most steps of a selector. */
const MAX_STEPS = 256;

/** What the rest of gjson's language begins with: refused rather than misread. */
const UNSUPPORTED = /[*?|@!{}[\]()]/;

/**
 * What a selector of `response.json` chooses; undefined where there is nothing.
 *
 * Of gjson's language this is the part that scripts use: names with dots between them (`\.` for one
 * in a name), numbers for places in an array, `#` for an array's length, `#.name` for that name of
 * each of its elements.
 *
 * ```ts
 * import { select } from "./selector.ts";
 * import assert from "node:assert/strict";
 *
 * const document = { users: [{ name: "Ada" }, { name: "Alan" }] };
 * assert.equal(select(document, "users.1.name"), "Alan");
 * assert.equal(select(document, "users.#"), 2);
 * assert.deepEqual(select(document, "users.#.name"), ["Ada", "Alan"]);
 * ```
 *
 * @throws {OptionError} for the rest of that language: wildcards, queries, modifiers
 */
export function select(document: unknown, selector: string): unknown {
  return walk(document, parse(selector), 0);
}

/** One step; a name that was escaped is never a `#`. */
interface Step {
  readonly name: string;
  readonly isEach: boolean;
}

function parse(selector: string): Step[] {
  if (typeof selector !== "string" || selector === "") throw invalid(selector, "is not a path");
  const steps: Step[] = [];
  let name = "";
  let plain = true;
  const end = (): void => {
    steps.push({ name, isEach: plain && name === "#" });
    name = "";
    plain = true;
  };
  for (let at = 0; at < selector.length; at++) {
    const char = selector[at]!;
    if (char === "\\" && at + 1 < selector.length) {
      name += selector[++at];
      plain = false;
    } else if (char === ".") end();
    else if (UNSUPPORTED.test(char)) throw invalid(selector, `has ${char}`);
    else name += char;
  }
  end();
  if (steps.length > MAX_STEPS) throw invalid(selector, `has more than ${MAX_STEPS} steps`);
  return steps;
}

function walk(value: unknown, steps: readonly Step[], at: number): unknown {
  const step = steps[at];
  if (step === undefined || value === undefined) return value;
  if (!Array.isArray(value)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step.name)) {
      return undefined;
    }
    return walk((value as Record<string, unknown>)[step.name], steps, at + 1);
  }
  if (step.isEach) {
    if (at === steps.length - 1) return value.length;
    return value.map((item) => walk(item, steps, at + 1)).filter((found) => found !== undefined);
  }
  return /^(0|[1-9][0-9]*)$/.test(step.name)
    ? walk(value[Number(step.name)], steps, at + 1)
    : undefined;
}

function invalid(selector: unknown, why: string): OptionError {
  const shown = JSON.stringify(selector)?.slice(0, 80) ?? typeof selector;
  return new OptionError(
    "selector",
    `selector ${shown} ${why}: names, numbers and # with dots between them are known, a backslash escapes`,
  );
}
