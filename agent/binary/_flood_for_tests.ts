/** Runs a program that prints 1 GiB which are no results, and prints what became of it. */
import { runTest } from "./_run_for_tests.ts";

/** What became of it. */
export interface Flood {
  /** Of the job's error. */
  readonly code: string | null;
  /** Lines that were no results. */
  readonly rejected: number;
  /** Results of calls that were not handed on. */
  readonly lost: number;
  readonly logLost: number;
  readonly logBytes: number;
  /** What the process had more of while it ran, at most: bytes. */
  readonly grown: number;
}

if (import.meta.main) {
  const before = Deno.memoryUsage().rss;
  let most = before;
  const { error, counts, logLost, out } = await runTest({
    flags: `-flood ${2 ** 30}`,
    options: {
      limits: { startSeconds: 60, logBytes: 2 ** 20 },
      onProgress: () => most = Math.max(most, Deno.memoryUsage().rss),
    },
  });
  const flood: Flood = {
    code: error?.code ?? null,
    rejected: counts.rejected,
    lost: counts.calls - counts.handedOn,
    logLost,
    logBytes: out.length,
    grown: most - before,
  };
  console.log(JSON.stringify(flood));
}
