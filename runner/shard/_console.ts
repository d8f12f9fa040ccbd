import { format, inspect } from "node:util";
import type { LogEntry } from "../result.ts";

/** Takes one text that a script printed. */
export type Say = (level: LogEntry["level"], text: string) => void;

type Method = (...values: never[]) => void;

/** They print nothing themselves, and what they return is used. */
const LEFT_ALONE = new Set(["createTask", "context", "Console"]);

/**
 * Has all functions of this process's `console` print by `say`: those of Deno write to standard
 * output each on their own, whichever of them were replaced. What only changes how a terminal looks
 * does nothing. Returns a function that ends this.
 */
export function takeConsole(say: Say): () => void {
  const target = globalThis.console as unknown as Record<string, unknown>;
  const before = { ...target };
  const methods = methodsOf(say);
  for (const [name, value] of Object.entries(before)) {
    if (typeof value !== "function" || LEFT_ALONE.has(name)) continue;
    target[name] = methods.get(name) ?? (() => {});
  }
  return () => void Object.assign(target, before);
}

/** What prints (WHATWG Console). */
function methodsOf(say: Say): Map<string, Method> {
  const print = (level: LogEntry["level"]) => (...values: unknown[]) =>
    say(level, format(...values));
  const [info, warn, error] = [print("info"), print("warn"), print("error")];
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  const tell = (label: string, ...values: unknown[]) => {
    const startedAt = timers.get(label);
    if (startedAt === undefined) return warn("%s", `Timer '${label}' does not exist`);
    const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
    info("%s", `${label}: ${ms}ms`, ...values);
  };
  return new Map<string, Method>(Object.entries({
    debug: print("debug"),
    ...{ log: info, info, table: info, dirxml: info, group: info, groupCollapsed: info },
    dir: (value: unknown) => info("%s", inspect(value)),
    ...{ warn, error, trace: error },
    assert(holds?: unknown, ...values: unknown[]) {
      if (holds) return;
      const [first, ...others] = values;
      if (typeof first === "string") error(`Assertion failed: ${first}`, ...others);
      else error(`Assertion failed${values.length === 0 ? "" : ":"}`, ...values);
    },
    count(label = "default") {
      const count = (counts.get(`${label}`) ?? 0) + 1;
      counts.set(`${label}`, count);
      info("%s", `${label}: ${count}`);
    },
    countReset: (label = "default") => void counts.delete(`${label}`),
    time(label = "default") {
      if (timers.has(`${label}`)) warn("%s", `Timer '${label}' already exists`);
      else timers.set(`${label}`, performance.now());
    },
    timeLog: (label = "default", ...values: unknown[]) => tell(`${label}`, ...values),
    timeEnd(label = "default") {
      tell(`${label}`);
      timers.delete(`${label}`);
    },
  }));
}
