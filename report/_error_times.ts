import type { RunProgress } from "../runner/mod.ts";
import { errorKinds } from "./_endpoints.ts";

/** When which errors were seen first. */
export interface ErrorTimes {
  /** Looks for errors that are new. */
  see(progress: Pick<RunProgress, "metrics" | "elapsedMs">): void;
  /**
   * By the label of an error's kind the last moment at which there was none of it yet,
   * milliseconds since the start of the load.
   */
  readonly none: ReadonlyMap<string, number>;
}

/** Begins before the load. */
export function errorTimes(): ErrorTimes {
  const none = new Map<string, number>();
  let before = 0;
  return {
    none,
    see({ metrics, elapsedMs }) {
      for (const { label } of errorKinds(metrics)) if (!none.has(label)) none.set(label, before);
      before = elapsedMs;
    },
  };
}
