import { formatDuration } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { endpointLabel, endpoints, errorKinds, sharedOrigin } from "./_endpoints.ts";
import { formatCount, formatRate, formatShare, formatTime } from "./_format.ts";
import { mostRows } from "./_most_rows.ts";
import { HTTP_PHASES } from "./_section_metrics.ts";
import { perSecond, trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { fit, plain } from "./_text.ts";

/** Endpoints with a row of their own; busier ones first. */
const MOST_ENDPOINTS = 16;
/** Kinds of errors that are named. */
const MOST_ERRORS = 6;
const PERCENTILES = ["p(50)", "p(90)", "p(99)", "p(99.9)", "max"] as const;

/** One line an endpoint (method and `name` tag), under a heading. */
export function endpointLines(result: RunResult, style: Style, width: number): string[] {
  const all = endpoints(result.metrics);
  if (all.length === 0) return [];
  const unit = result.options.summaryTimeUnit;
  const origin = sharedOrigin(all.map(({ name }) => name));
  const heads = ["endpoint", "count", "rate", "p50", "p90", "p99", "p99.9", "max", "errors"];
  const most = mostRows(result, MOST_ENDPOINTS);
  const rows = all.slice(0, most).map((endpoint): Cell[] => {
    const { requests, failed, durations } = endpoint;
    const share = requests === 0 ? 0 : failed / requests;
    return [
      plain(endpointLabel(endpoint, origin)),
      formatCount(requests),
      formatRate(perSecond(requests, result.durationMs)),
      ...PERCENTILES.map((stat) => formatTime(trendStat(durations, stat), unit)),
      { text: formatShare(share), paint: failed > 0 ? style.red : style.green },
    ];
  });
  const head: Cell[] = heads.map((text) => ({ text, paint: style.dim }));
  const more = all.length - most;
  return [
    origin === "" ? style.bold("endpoints") : `${style.bold("endpoints")}  ${plain(origin)}`,
    ...table([head, ...rows], { align: "lrrrrrrrr", width }),
    ...(more > 0 ? [`  ${style.dim(`and ${formatCount(more)} more`)}`] : []),
  ];
}

/**
 * `122×  status 503  first after 3s`; nothing without errors.
 *
 * @param none the last moment without an error of each label; where it isn't known none is told
 */
export function errorLines(
  result: RunResult,
  style: Style,
  width: number,
  none: ReadonlyMap<string, number> = new Map(),
): string[] {
  const kinds = errorKinds(result.metrics);
  if (kinds.length === 0) return [];
  const room = Math.max(20, width - 24);
  const rows = kinds.slice(0, mostRows(result, MOST_ERRORS)).map(({ label, count }): Cell[] => [
    { text: `${formatCount(count)}×`, paint: style.red },
    fit(plain(label), room),
    { text: firstText(none.get(label)), paint: style.dim },
  ]);
  const more = kinds.length - rows.length;
  return [
    style.bold("errors"),
    ...table(rows, { align: "rll", width }),
    ...(more > 0 ? [`  ${style.dim(`and ${more} more kinds`)}`] : []),
  ];
}

/** When an error came first, as far as it is known. */
function firstText(noneMs: number | undefined): string {
  if (noneMs === undefined) return "";
  return noneMs === 0 ? "from the start" : `first after ${formatDuration(noneMs)}`;
}

/** Medians of a request's phases; nothing without requests. */
export function timingLine(result: RunResult): string {
  const unit = result.options.summaryTimeUnit;
  const parts: string[] = [];
  for (const [label, name] of HTTP_PHASES) {
    const aggregate = result.metrics.select(name);
    if (aggregate?.type !== "trend" || aggregate.histogram.count === 0) continue;
    if (label === "tls" && aggregate.histogram.max === 0) continue;
    parts.push(`${label} ${formatTime(aggregate.histogram.percentile(50), unit)}`);
  }
  return parts.length === 0 ? "" : `${parts.join(", ")} (medians)`;
}
