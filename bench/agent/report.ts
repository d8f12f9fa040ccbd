import { formatGoals, type Goal, ratio } from "../goals.ts";
import { spread } from "../stats.ts";
import { formatSpread, formatTable } from "../table.ts";
import type { LinesFigure, RpcFigures } from "./measure.ts";
import type { QueueFigure } from "./queue.ts";
import type { UploadFigure } from "./upload.ts";

/** Everything that one run of `bench agent` measured, one a round. */
export interface AgentResults {
  readonly lines: LinesFigure[];
  readonly rpc: RpcFigures[];
  readonly upload: UploadFigure[];
  readonly queue: QueueFigure[];
}

/** The figures that matter. */
export function agentGoals({ lines, rpc, upload, queue }: AgentResults): Goal[] {
  const most = { direction: ">=", aim: null } as const;
  const least = { direction: "<=", aim: null } as const;
  const of = <T>(figures: readonly T[], value: (figure: T) => number) => spread(figures.map(value));
  return [
    {
      ...{ ...most, figure: "result lines of one process", unit: "lines/s", goal: 50_000 },
      value: of(lines, (figure) => figure.linesPerSecond),
    },
    {
      ...{ ...least, figure: "result lines lost", unit: "lines", goal: 0 },
      value: of(lines, (figure) => figure.lost),
    },
    {
      ...{ ...least, figure: "memory while lines come", unit: "MB", goal: 150 },
      value: of(lines, (figure) => figure.mostRssBytes / 1e6),
    },
    {
      ...{ ...most, figure: "Server.Run", unit: "calls/s", goal: 20_000 },
      value: of(rpc, (figure) => figure.ours),
    },
    ratio(
      ...["Server.Run, of a Go client's", ">=", 0.5, null] as const,
      ...[rpc.map((figure) => figure.ours), rpc.map((figure) => figure.go)] as const,
    ),
    ratio(
      ...["upload, of the disk's plain speed", ">=", 0.7, null] as const,
      upload.map((figure) => figure.bytesPerSecond),
      upload.map((figure) => figure.diskBytesPerSecond),
    ),
    {
      ...{ ...least, figure: "memory that an upload adds", unit: "MB", goal: 50 },
      value: of(upload, (figure) => (figure.mostRssBytes - figure.idleRssBytes) / 1e6),
    },
    {
      ...{ ...most, figure: "jobs queued, each durable", unit: "posts/s", goal: 1000 },
      value: of(queue, (figure) => figure.postsPerSecond),
    },
    {
      ...{ ...least, figure: "queued jobs lost by a kill", unit: "jobs", goal: 0 },
      value: of(queue, (figure) => figure.lost + figure.failed),
    },
  ];
}

/** The tables that a run prints. */
export function formatAgentResults(results: AgentResults): string {
  const { lines, rpc, upload, queue } = results;
  const row = (name: string, unit: string, values: readonly (number | null)[]) => [
    ...[name, formatSpread(spread(values)), unit],
  ];
  const rows = [
    row("result lines", "lines/s", lines.map((figure) => figure.linesPerSecond)),
    row("Server.Run", "calls/s", rpc.map((figure) => figure.ours)),
    row("Server.Run: Go", "calls/s", rpc.map((figure) => figure.go)),
    row("upload", "MB/s", upload.map((figure) => figure.bytesPerSecond / 1e6)),
    row("upload: dd", "MB/s", upload.map((figure) => figure.diskBytesPerSecond / 1e6)),
    row("agent during an upload", "MB", upload.map((figure) => figure.mostRssBytes / 1e6)),
    row("POST /queue", "posts/s", queue.map((figure) => figure.postsPerSecond)),
    row("POST /queue, median", "ms", queue.map((figure) => figure.p50Ms)),
    row("POST /queue, p99", "ms", queue.map((figure) => figure.p99Ms)),
  ].filter(([, value]) => value !== "" && value !== formatSpread(null));
  const goals = formatGoals(agentGoals(results));
  if (rows.length === 0 || goals === null) return "nothing was measured";
  return `${formatTable(["figure", "median (min–max)", "unit"], rows)}\n\n${goals}`;
}
