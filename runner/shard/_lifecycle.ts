import {
  closeContext,
  closeOwned,
  newContext,
  runInContext,
  takeOwned,
} from "../../metrics/mod.ts";
import { attachVu, type VuState } from "../api/mod.ts";
import { movedTo } from "../moved.ts";
import type { ScriptExports } from "../script/types.ts";
import { SCRIPT_ENV } from "./_globals.ts";
import type { PartShared } from "./_part.ts";

/** The instance of the script that setup, teardown and handleSummary run in. */
export interface Lifecycle {
  readonly exports: ScriptExports;
  /** Calls a function of it in a group; what that leaves open is closed when it has ended. */
  call<T>(group: string, fn: () => T): T;
  /** Closes what its module level opened. */
  close(): void;
}

/** Makes it. Rejects with what the script throws. */
export async function makeLifecycle(
  { registry, options, script, setup, env, ...hooks }: Pick<
    PartShared,
    "registry" | "options" | "script" | "setup" | "env" | "abort" | "fail" | "instance"
  >,
): Promise<Lifecycle> {
  const systemTags = new Set(options.systemTags);
  const runTags = registry.tags.withAll({ ...options.tags });
  const root = newContext(registry, runTags, script.folder, systemTags);
  root.locals.set(SCRIPT_ENV, env);
  const state: VuState = {
    idInTest: 0,
    idInInstance: 0,
    iterationInInstance: 0,
    iterationInScenario: 0,
    iterationOfScenarioInInstance: 0,
    scenario: "",
    executor: "",
    scenarioStartedAt: 0,
    progress: () => 0,
    options,
    ...hooks,
  };
  attachVu(root, state);
  setup.prepareVu?.(root, options, 0);
  const exports = await runInContext(root, () => script.instantiate());
  const own = takeOwned(root);
  return {
    exports,
    call(group, fn) {
      const isTagged = group !== "" && systemTags.has("group");
      const tags = isTagged ? root.tags.with("group", group) : root.tags;
      const flush = () => {
        root.io.take(movedTo(registry, tags));
        closeOwned(root);
      };
      const result = runInContext({ ...root, group, tags }, fn);
      if (result instanceof Promise) return result.finally(flush) as typeof result;
      flush();
      return result;
    },
    close() {
      void closeContext(root);
      for (const one of own) void one.close();
    },
  };
}
