import { formatCount, plain, style as styleOf, table } from "../../report/mod.ts";
import { renderJobSummary, type TableLook } from "../collector/mod.ts";
import type { HostProgress } from "./host_run.ts";
import type { SubmitResult } from "./submit.ts";

/** A line for each host: state, how far it is, and what it has done. */
export function renderProgress(hosts: readonly HostProgress[], width: number = 100): string {
  const rows = hosts.map(({ host, users, state, progress, counts, failure }) => [
    plain(host),
    `${formatCount(users)} users`,
    state ?? "lost",
    `${Math.round(progress * 100)}%`,
    `${formatCount(counts.calls)} calls`,
    `${formatCount(counts.collected)} results`,
    failure === null ? "" : plain(failure),
  ]);
  return `${table(rows, { align: "lrlrrrl", width }).join("\n")}\n`;
}

/** What became of a job, for people: hosts, summary, thresholds, and what went wrong. */
export function renderSubmit(result: SubmitResult, look: TableLook = {}): string {
  const { hosts, summary, thresholds, failures, warnings } = result;
  const style = styleOf(look.color ?? false);
  const parts = [renderProgress(hosts, look.width)];
  if (summary !== null) parts.push(renderJobSummary(summary, look));
  if (thresholds.length > 0) {
    const lines = thresholds.map(({ metric, expression, ok, value }) => {
      const mark = ok ? style.green("✓") : style.red("✗");
      const shown = value === null ? "no samples" : String(Number(value.toPrecision(4)));
      return `  ${mark} ${plain(metric)} ${plain(expression)}: ${shown}\n`;
    });
    parts.push(`${style.bold("thresholds")}\n${lines.join("")}`);
  }
  const said = [
    ...failures.map((text) => `${style.red("failed")}  ${plain(text)}\n`),
    ...warnings.map((text) => `${style.yellow("note")}  ${plain(text)}\n`),
  ];
  if (said.length > 0) parts.push(said.join(""));
  return parts.join("\n");
}
