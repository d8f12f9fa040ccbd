import { currentContext, type Metric, runInContext } from "../../metrics/mod.ts";
import { OptionError } from "../../internal/mod.ts";

const GROUP_DURATION: Metric = { name: "group_duration", type: "trend", contains: "time" };

/**
 * Runs `fn` as a named group: all it records is tagged `group` with the full name (`::login`, and
 * `::login::form` for a group within), and the time it took goes to the trend `group_duration`
 * (ms), thrown groups too. An async `fn` is timed to its end.
 *
 * @param name not empty, without `::`
 * @returns what `fn` returns
 * @throws {OptionError} when the name is unusable
 */
export function group<T>(name: string, fn: () => T): T {
  if (typeof name !== "string" || name === "" || name.includes("::")) {
    throw new OptionError("group", `group name can't be empty or hold "::": "${String(name)}"`);
  }
  if (typeof fn !== "function") {
    throw new OptionError("group", `group "${name}" needs a function: ${String(fn)}`);
  }
  const outer = currentContext();
  const full = `${outer.group}::${name}`;
  const tags = outer.systemTags.has("group") ? outer.tags.with("group", full) : outer.tags;
  const context = { ...outer, group: full, tags };
  const sink = outer.recorder.sink(GROUP_DURATION, context.tags);
  const startedAt = performance.now();
  const done = () => sink.add(performance.now() - startedAt);
  let result: T;
  try {
    result = runInContext(context, fn);
  } catch (error) {
    done();
    throw error;
  }
  if (result instanceof Promise) return result.finally(done) as T;
  done();
  return result;
}
