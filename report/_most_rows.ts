import type { RunResult } from "../runner/mod.ts";

/** How many rows a section may have: `compact` ones of a screen, every one in a full summary. */
export function mostRows({ options }: Pick<RunResult, "options">, compact: number): number {
  return isFull({ options }) ? Infinity : compact;
}

/** Whether every row there is was asked for. */
export function isFull({ options }: Pick<RunResult, "options">): boolean {
  return options.summaryMode === "full";
}
