import assert from "node:assert/strict";
import type { RunResult } from "@downpour/downpour";
import { startTarget } from "@downpour/downpour/targets";

/** What an example is run with, and what must come of it. */
export interface Setting {
  readonly env: Record<string, string>;
  readonly allowUnix?: readonly string[];
  readonly allowRead?: readonly string[];
  readonly expect: (result: RunResult, logs: readonly string[]) => void;
}

/** Starts what the example needs; `stack` ends it. */
export type Prepare = (stack: AsyncDisposableStack) => Setting | Promise<Setting>;

/** An example that needs the embedded target alone. */
export function onTarget(
  expect: (result: RunResult, logs: readonly string[], target: string) => void,
) {
  return (stack: AsyncDisposableStack): Setting => {
    const target = stack.use(startTarget()).url;
    return { env: { TARGET: target }, expect: (result, logs) => expect(result, logs, target) };
  };
}

/** One request was sent, and went well. */
export function oneSuccess({ metrics }: RunResult): void {
  assert.equal(totalOf(metrics, "http_reqs"), 1);
  assert.deepEqual(metrics.select("http_req_failed"), { type: "rate", passes: 0, total: 1 });
}

/** Of a counter; undefined without a sample. */
export function totalOf(metrics: RunResult["metrics"], name: string): number | undefined {
  const found = metrics.select(name);
  return found?.type === "counter" ? found.total : undefined;
}

/** Where a Unix socket may be. */
export async function freshPath(): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".sock" });
  await Deno.remove(path);
  return path;
}
