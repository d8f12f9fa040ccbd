import type { RateResults } from "../cases/full_rate.ts";
import { type Goal, ratio } from "../goals.ts";
import type { Sample } from "../sample.ts";
import { spread } from "../stats.ts";
import { formatSpread, formatTable } from "../table.ts";
import { CASES, isTooSmallFor } from "./cases.ts";
import type { CaseResults } from "./run_cases.ts";

/** The rates that matter, within rounds. */
export function caseGoals(results: CaseResults): Goal[] {
  return CASES.flatMap(({ part, comparisons }) => {
    const rates = (name: string): (number | null)[] =>
      (results.get(part)?.get(name) ?? []).map((sample) => sample?.requestsPerSecond ?? null);
    return comparisons.map(({ figure, above, below, goal, aim }) =>
      ratio(figure, ">=", goal, aim, rates(above), rates(below))
    );
  });
}

/** A table for each case that was measured, with a note where this machine is too small for it. */
export function formatCases(results: CaseResults): string[] {
  return CASES.flatMap((each) => {
    const rates = results.get(each.part);
    if (rates === undefined) return [];
    const table = rateTable(each.title, rates, each.bodyBytes);
    return [isTooSmallFor(each) ? `${table}\nnote: ${each.wants?.reason}` : table];
  });
}

/** A table of generators; with the bytes of a body, of MB instead of requests a second. */
export function rateTable(title: string, rates: RateResults, bodyBytes?: number): string {
  const scale = bodyBytes === undefined ? 1 : bodyBytes / 1e6;
  return formatTable(
    [
      title,
      bodyBytes === undefined ? "requests/s" : "MB/s",
      "CPU µs/request",
      "p50 ms",
      "p99 ms",
      "failed",
    ],
    [...rates].map(([name, samples]) => {
      const of = (field: keyof Sample, by: number = 1): string =>
        formatSpread(spread(samples.map((sample) => {
          const value = sample?.[field];
          return value == null ? null : value * by;
        })));
      const failed = samples.reduce((sum, sample) => sum + (sample?.failed ?? 0), 0);
      return [
        name,
        of("requestsPerSecond", scale),
        of("cpuUsPerRequest"),
        of("p50Ms"),
        of("p99Ms"),
        String(failed),
      ];
    }),
  );
}
