import { isThenable, OptionError } from "../internal/mod.ts";
import { currentVu, InterruptedError, type ScriptExports } from "../runner/mod.ts";

/**
 * One iteration of a virtual user.
 *
 * @param data what `setup` returned, as JSON brings it
 * @param user what `user` returned for the virtual user that runs
 */
export type Iteration<Data = unknown, User = unknown> = (data: Data, user: User) => unknown;

/** The functions of a load: those of a script, by their names there. */
export interface LoadFunctions<Data = unknown, User = unknown> {
  /** Called once before the load; what it returns goes to the others as JSON. */
  setup?(): Data | Promise<Data>;
  /**
   * Called once for each virtual user, before the load. What it opens (a `Client`, a socket) belongs
   * to that user, and is closed with it.
   */
  user?(): User;
  /** What virtual users do again and again. */
  default?: Iteration<Data, User>;
  /** Called once after the load. */
  teardown?(data: Data): unknown;
  /** What scenarios run that name it in `exec`. */
  [exec: string]: Iteration<Data, User> | undefined;
}

/** What runs: one function, or several. */
export type Load<Data = unknown, User = unknown> =
  | Iteration<Data, User>
  | LoadFunctions<Data, User>;

/** Functions as a builtin load of the runner, and the first error that each place threw. */
export interface Builtin {
  /** Called by the runner for each virtual user, for `setup` and `teardown`, and to look. */
  make(): ScriptExports;
  /** What was thrown first; undefined while nothing was. */
  readonly thrown: { readonly error: unknown } | undefined;
}

/**
 * Makes functions ready for the runner.
 *
 * @throws {OptionError} when there is no function to run
 */
export function builtinOf<Data, User>(what: Load<Data, User>): Builtin {
  const { user, ...functions } = functionsOf(what);
  let thrown: { error: unknown } | undefined;
  const note = (error: unknown): never => {
    // What ends with the load, because that ends, has not failed.
    if (!(error instanceof InterruptedError)) thrown ??= { error };
    throw error;
  };
  const watched = (fn: Iteration, mine: unknown) => (data: unknown) => {
    try {
      const done: unknown = fn.call(undefined, data, mine);
      return isThenable(done) ? done.then(undefined, note) : done;
    } catch (error) {
      return note(error);
    }
  };
  return {
    get thrown() {
      return thrown;
    },
    make() {
      // Also made to look at the functions, and for setup and teardown: those are no users.
      const mine = (currentVu()?.idInTest ?? 0) > 0 ? user?.(undefined, undefined) : undefined;
      return Object.fromEntries(
        Object.entries(functions).map(([name, fn]) => [name, watched(fn, mine)]),
      );
    },
  };
}

function functionsOf<Data, User>(what: Load<Data, User>): Record<string, Iteration> {
  if (typeof what === "function") return { default: what as Iteration };
  const wrong = typeof what !== "object" || what === null
    ? String(what)
    : Object.entries(what).find(([, fn]) => typeof fn !== "function")?.[0];
  if (wrong !== undefined) {
    throw new OptionError("load", `load needs a function, or an object of functions: ${wrong}`);
  }
  return { ...what } as Record<string, Iteration>;
}
