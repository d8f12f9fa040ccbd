import {
  type Cell,
  formatBytes,
  formatCount,
  formatRate,
  formatShare,
  formatTime,
  plain,
  style as styleOf,
  table,
} from "../../report/mod.ts";
import { formatDuration } from "../../internal/mod.ts";
import type { JobSummary, ResultSummary } from "./summary.ts";

/** How a summary is printed. */
export interface TableLook {
  /** Default: false. */
  readonly color?: boolean;
  /** Columns of the terminal. Default: 100. */
  readonly width?: number;
  /** Rows of methods and URLs; the busiest come first. Default: 30. */
  readonly rows?: number;
}

const HEADS = [
  "endpoint",
  "count",
  "rate",
  "p50",
  "p90",
  "p95",
  "p99",
  "max",
  "errors",
  "statuses",
];

/** A job's summary for people, a table with a row for each method and URL. It ends in a line end. */
export function renderJobSummary(summary: JobSummary, look: TableLook = {}): string {
  const { color = false, width = 100, rows = 30 } = look;
  const style = styleOf(color);
  const { job, count, durationMs, rate, bytes, endpoints } = summary;
  const facts = [
    `${formatCount(count)} results`,
    `in ${formatDuration(durationMs)}`,
    formatRate(rate),
    formatBytes(bytes),
  ];
  const row = (label: string, one: ResultSummary): Cell[] => {
    const { p50, p90, p95, p99, max } = one.latency;
    const share = one.count === 0 ? 0 : one.errors / one.count;
    return [
      plain(label),
      formatCount(one.count),
      formatRate(one.rate),
      ...[p50, p90, p95, p99, max].map((ms) => formatTime(ms)),
      { text: formatShare(share), paint: one.errors > 0 ? style.red : style.green },
      {
        text: Object.entries(one.statuses).map(([name, n]) => `${name} ${formatCount(n)}`).join(
          ", ",
        ),
        paint: one.failed > 0 ? style.red : style.green,
      },
    ];
  };
  const head: Cell[] = HEADS.map((text) => ({ text, paint: style.dim }));
  const shown = endpoints.slice(0, rows);
  const body = shown.map((one) => row(`${one.method} ${one.url}`, one));
  const lines = table([head, ...body, row("all", summary)], { align: "lrrrrrrrrl", width });
  const more = endpoints.length - shown.length;
  if (more > 0) lines.splice(-1, 0, `  ${style.dim(`and ${formatCount(more)} more`)}`);
  return [`${style.bold(plain(job))}  ${facts.join(", ")}`, ...lines, ""].join("\n");
}
