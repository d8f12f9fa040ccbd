import { OptionError } from "../internal/mod.ts";
import type { Load } from "./functions.ts";
import type { LoadRules } from "./judge.ts";
import { type LoadSettings, optionsOf } from "./settings.ts";

/** How `loadTest` runs a load: the settings of `load`, what it is allowed, and how it is told. */
export interface LoadTestSettings extends LoadSettings, LoadRules {
  /** When the summary is printed. Default: `failed`, when the test fails. */
  readonly summary?: "always" | "failed" | "never";
  /** What `Deno.test` takes beside a name and a function: `ignore`, `permissions`, … */
  readonly test?: Omit<Deno.TestDefinition, "name" | "fn">;
}

/** `loadTest`, and what makes marked tests. */
export interface LoadTest {
  /**
   * Registers a load as a test of `deno test`. It runs in the test's own process, so breakpoints in
   * its functions work, and passes as `assertLoad` says. Each threshold is a step of the test.
   *
   * @param name the test's name
   * @param settings how much load, and what must hold
   * @param what runs: a function, functions, or a script's path or URL
   * @throws {OptionError} for a setting that doesn't exist, when the test is registered
   */
  <Data, User>(
    name: string,
    settings: LoadTestSettings,
    what: Load<Data, User> | string | URL,
  ): void;
  /** Registers one, so that only such tests run: `Deno.test.only`. */
  only<Data, User>(
    name: string,
    settings: LoadTestSettings,
    what: Load<Data, User> | string | URL,
  ): void;
  /** Registers one that is skipped: `Deno.test.ignore`. */
  ignore<Data, User>(
    name: string,
    settings: LoadTestSettings,
    what: Load<Data, User> | string | URL,
  ): void;
  /**
   * The function of such a test alone, for `Deno.test` and for the `it` of other frameworks:
   * reporters then name the line that it is called on. Thresholds are steps where there are steps.
   *
   * @throws {OptionError} for a setting that doesn't exist
   */
  fn<Data, User>(
    settings: Omit<LoadTestSettings, "test">,
    what: Load<Data, User> | string | URL,
  ): (t?: unknown) => Promise<void>;
}

const RULES = ["maxThrown", "summary"];
const SUMMARIES = ["always", "failed", "never"];

/** See {@linkcode LoadTest}. */
export const loadTest: LoadTest = Object.assign(registering({}), {
  only: registering({ only: true }),
  ignore: registering({ ignore: true }),
  fn: <Data, User>(settings: LoadTestSettings, what: Load<Data, User> | string | URL) =>
    testFunction("load", settings, what, loadTest.fn),
});

function registering(mark: Partial<Deno.TestDefinition>): LoadTest["only"] {
  return function register(name, { test, ...settings }, what): void {
    Deno.test({ ...test, ...mark, name, fn: testFunction(name, settings, what, register) });
  };
}

/** @param below the function that was called: stacks of failures begin with its caller */
function testFunction<Data, User>(
  name: string,
  settings: LoadTestSettings,
  what: Load<Data, User> | string | URL,
  // deno-lint-ignore ban-types
  below: Function,
): (t?: unknown) => Promise<void> {
  optionsOf("loadTest", settings, RULES);
  const { maxThrown, summary = "failed", test: _, ...load } = settings;
  if (!SUMMARIES.includes(summary)) {
    throw new OptionError("summary", `summary is none of ${SUMMARIES.join(", ")}: ${summary}`);
  }
  const rules = maxThrown === undefined ? {} : { maxThrown };
  const site = { stack: "" };
  Error.captureStackTrace(site, below);
  return async (t) => {
    // A file may register many tests and run none.
    const { judgedLoad } = await import("./judged_load.ts");
    await judgedLoad(t, { name, load, rules, summary, site: site.stack }, what);
  };
}
