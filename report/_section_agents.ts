import type { RunResult, ShardReport } from "../runner/mod.ts";
import { formatCount, formatTime } from "./_format.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Parts of the run on other machines, one line each; none where all ran on this one. */
export function agentLines(
  { shards }: Pick<RunResult, "shards">,
  style: Style,
  width: number,
): string[] {
  const parts = shards.filter(({ link }) => link !== null);
  if (parts.length === 0) return [];
  const head = [
    "agent",
    "part",
    "load",
    "iterations",
    "clock",
    "CPU",
    "lag p99",
    "missing",
    "state",
  ];
  const rows: Cell[][] = [
    head.map((text) => ({ text, paint: style.dim })),
    ...parts.map((part) => agentRow(part, style)),
  ];
  return [
    [style.bold("agents"), spreadText(parts)].filter((text) => text !== "").join("  "),
    ...table(rows, { align: "lrrrrrrrl", width, gap: 2 }),
  ];
}

/** How far apart those began that were there from the start, and how sure that is. */
function spreadText(parts: readonly ShardReport[]): string {
  const began = parts.flatMap(({ instead, link }) =>
    instead !== null || link === null || link.startedAt === null
      ? []
      : [{ at: link.startedAt, errorMs: link.clockErrorMs ?? NaN }]
  ).sort((a, b) => a.at - b.at);
  const [first, last] = [began[0], began.at(-1)];
  if (first === undefined || last === undefined || first === last) return "";
  // Each was told by a clock of its own: what these may be off adds up.
  return `started within ${formatTime(last.at - first.at)} ` +
    `(±${formatTime(first.errorMs + last.errorMs)})`;
}

function agentRow(part: ShardReport, { red, yellow }: Style): Cell[] {
  const { link, iterations, reason, instead } = part;
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  const missing = (link?.missing ?? 0) + (link?.lost ?? 0);
  const state = [
    part.state === "lost" ? `lost: ${plain(reason ?? "no reason known")}` : part.state,
    ...(instead === null ? [] : [`took over from part ${instead + 1}`]),
  ].join(", ");
  return [
    nameOf(part),
    String(part.index + 1),
    percent(part.share),
    formatCount(iterations.started),
    clockText(part),
    percent(part.cpuShare),
    formatTime(part.lagP99Ms),
    missing === 0 ? "0" : { text: formatCount(missing), paint: yellow },
    part.state === "lost" ? { text: state, paint: red } : state,
  ];
}

function nameOf({ link }: ShardReport): string {
  const labels = Object.entries(link?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return plain([link?.agent ?? "", ...labels].join(" "));
}

/** How far its clock was off, and how sure that is. */
function clockText({ link }: ShardReport): string {
  const { clockOffsetMs: offset = null, clockErrorMs: error = null } = link ?? {};
  if (offset === null) return "-";
  const sign = offset < 0 ? "-" : "+";
  const about = error === null ? "" : ` ±${formatTime(error)}`;
  return `${sign}${formatTime(Math.abs(offset))}${about}`;
}
