import { DownpourError } from "../../internal/mod.ts";
import {
  closeContext,
  type Metric,
  newContext,
  type Recorder,
  runInContext,
} from "../../metrics/mod.ts";
import type { ScriptScope } from "../api/mod.ts";
import { compileScript } from "../script/mod.ts";
import type { CompiledScript, ScriptExports } from "../script/types.ts";
import { EngineMetrics } from "../engine_metrics.ts";
import type { Loaded, ShardSource } from "./protocol.ts";
import type { ShardSetup } from "./setup.ts";

/** Makes what a shard runs ready to be instantiated. */
export async function compile(
  source: ShardSource,
  setup: ShardSetup,
  scope: ScriptScope,
): Promise<CompiledScript> {
  if (source.kind === "script") {
    const script = await compileScript(source.bundle, setup.modules);
    return { ...script, instantiate: () => scope.init(script.instantiate) };
  }
  const make = Object.hasOwn(setup.builtins, source.name) ? setup.builtins[source.name] : undefined;
  if (make === undefined) {
    throw new DownpourError("builtin_unknown", `can't run an unknown builtin: ${source.name}`);
  }
  return {
    folder: null,
    // What it throws is a rejection, as it is with a script.
    instantiate: () => new Promise((resolve) => resolve(make(source.args))),
    exportNames: [],
    describeStack: (error) => error instanceof Error ? error.stack ?? error.message : String(error),
  };
}

/** What scripts find without an import, and a builtin load has no need to wait for. */
export async function scriptGlobals(source: ShardSource): Promise<Record<string, unknown>> {
  return source.kind === "script" ? { open: (await import("../api/open.ts")).open } : {};
}

/** Instantiates a script outside any scenario to see what it exports and which metrics it declares. */
export async function inspect(
  script: CompiledScript,
  setup: ShardSetup,
  recorder: Recorder,
  scope: ScriptScope,
): Promise<Loaded> {
  const declared = new Map<string, Metric>();
  for (const metric of [...Object.values(EngineMetrics), ...setup.metrics ?? []]) {
    declared.set(metric.name, metric);
  }
  const watching: Recorder = {
    tags: recorder.tags,
    sink: (metric, tags) => {
      const sink = recorder.sink(metric, tags);
      declared.set(metric.name, metric);
      return sink;
    },
  };
  const context = newContext(watching, watching.tags, script.folder);
  const exports = await runInContext(context, () => script.instantiate());
  closeContext(context);
  const names = Object.keys(exports);
  return {
    options: jsonCopy(exports["options"]),
    exports: names,
    functions: names.filter((name) => typeof exports[name] === "function"),
    metrics: [...declared.values()],
    shared: scope.shared,
  };
}

function jsonCopy(options: unknown): unknown {
  if (options === undefined) return {};
  // What JSON would silently leave out or change is told apart by the check of the options.
  const text = JSON.stringify(
    options,
    (_, value: unknown) =>
      typeof value === "function" || typeof value === "bigint" ||
        (typeof value === "number" && !Number.isFinite(value))
        ? `${typeof value} ${String(value).slice(0, 40)}`
        : value,
  );
  return text === undefined ? {} : JSON.parse(text);
}

/** An export that is to be called, or undefined. */
export function exportedFunction(
  exports: ScriptExports,
  name: string,
): ((...args: unknown[]) => unknown) | undefined {
  const value = exports[name];
  return typeof value === "function" ? value as (...args: unknown[]) => unknown : undefined;
}
