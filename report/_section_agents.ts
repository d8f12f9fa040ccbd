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
  return [style.bold("agents"), ...table(rows, { align: "lrrrrrrrl", width, gap: 2 })];
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
