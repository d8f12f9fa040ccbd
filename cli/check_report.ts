import { ExitCode } from "../internal/mod.ts";
import { type SummaryCheck, type SummaryGroup, summaryGroups } from "../report/mod.ts";
import type { RunResult } from "../runner/mod.ts";

/** What became of a run of one iteration: each check, and what was not as it should be. */
export function judgeOnce(
  result: RunResult,
  color: boolean,
): { readonly text: string; readonly exitCode: number } {
  const checks = checksOf(summaryGroups(result.metrics));
  const failed = checks.filter(({ fails }) => fails > 0).length;
  const unanswered = countUnanswered(result);
  const { thrown, interrupted, dropped } = result.iterations;
  const bad = [
    count(thrown, "iteration", "threw"),
    count(interrupted + dropped, "iteration", "did not end"),
    count(failed, "check", "failed"),
    count(unanswered, "request", "got no answer"),
    ...result.failures.map((text) => text.split("\n", 1)[0]!),
  ].filter((text) => text !== "");
  const lines = checks.map((check) => checkLine(check, color));
  const verdict = bad.length === 0 ? "ok" : `not ok: ${bad.join("; ")}`;
  const shown = lines.length === 0 ? "" : `\nchecks\n${lines.join("\n")}\n`;
  const wrong = failed + unanswered + interrupted + dropped > 0 ? ExitCode.failed : 0;
  const exitCode = result.exitCode || (thrown > 0 ? ExitCode.script : wrong);
  return { text: `${shown}\n${verdict}\n`, exitCode };
}

function checkLine({ path, passes, fails }: SummaryCheck, color: boolean): string {
  const name = path.split("::").filter((part) => part !== "").join(" › ");
  const mark = fails === 0 ? "✓" : "✗";
  const painted = color ? `\x1b[${fails === 0 ? 32 : 31}m${mark}\x1b[0m` : mark;
  const times = passes + fails === 1 ? "" : `  ${passes} of ${passes + fails}`;
  // deno-lint-ignore no-control-regex
  return `  ${painted} ${name.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, "�")}${times}`;
}

function checksOf(group: SummaryGroup): SummaryCheck[] {
  return [...group.checks, ...group.groups.flatMap(checksOf)];
}

/** Requests that ended without a status. */
function countUnanswered({ metrics }: RunResult): number {
  let sum = 0;
  for (const { tags, aggregate } of metrics.series("http_reqs")) {
    if (aggregate.type === "counter" && tags.get("status") === "0") sum += aggregate.total;
  }
  return sum;
}

function count(n: number, what: string, did: string): string {
  return n === 0 ? "" : `${n} ${what}${n === 1 ? "" : "s"} ${did}`;
}
