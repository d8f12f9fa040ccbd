import { formatGoals, type Goal, ratio } from "../goals.ts";
import type { WasmtimeFigure } from "../peers/wasmtime.ts";
import { spread } from "../stats.ts";
import { formatNumber, formatSpread, formatTable } from "../table.ts";
import { MANY_SESSIONS, PACKET_CASES, type PacketCase } from "./cases.ts";
import type { PacketFigure } from "./figure.ts";
import type { ParserLoopFigure } from "./parser_loop.ts";

/** Everything that one run of `bench packets` measured. */
export interface PacketResults {
  /** By title, one a round. */
  readonly rates: Map<string, { readonly ours: PacketFigure[]; readonly bare: PacketFigure[] }>;
  /** With many sessions, one a round. */
  readonly sessions: PacketFigure[];
  /** The guest loop, here and in the Rust program, one a round. */
  readonly loop: { readonly ours: ParserLoopFigure[]; readonly wasmtime: WasmtimeFigure[] };
}

/** The figures that matter. */
export function packetGoals({ rates, sessions, loop }: PacketResults): Goal[] {
  const goals: Goal[] = [];
  const loopRates = loop.ours.map((figure) => figure.packetsPerSecond);
  goals.push({
    figure: "parser loop, 64 B heartbeat",
    value: spread(loopRates.map((rate) => rate / 1e6)),
    ...{ unit: "million packets/s", direction: ">=", goal: 8, aim: 12 },
  });
  const rust = loop.wasmtime.map((figure) => figure.packetsPerSecond);
  goals.push(ratio("parser loop, of wasmtime's", ">=", 0.8, null, loopRates, rust));
  for (const { title, goal } of PACKET_CASES) {
    const found = rates.get(title);
    if (found === undefined) continue;
    goals.push(
      ratio(
        `${title}, of a bare loop's`,
        ">=",
        goal,
        null,
        perSecond(found.ours),
        perSecond(found.bare),
      ),
    );
  }
  goals.push({
    figure: `memory of a session, of ${MANY_SESSIONS}`,
    value: spread(sessions.map(({ bytesEach }) => bytesEach / 1000)),
    ...{ unit: "KB", direction: "<=", goal: 40, aim: null },
  });
  return goals;
}

/** The tables that a run prints. */
export function formatPacketResults(results: PacketResults): string {
  const rows = PACKET_CASES.flatMap((each) => {
    const found = results.rates.get(each.title);
    return found === undefined ? [] : [
      rowOf(each, each.title, found.ours),
      rowOf(each, `${each.title}: bare`, found.bare),
    ];
  });
  const tables = rows.length === 0
    ? []
    : [formatTable(["one shard", "each second", "of", "client's CPU µs each"], rows)];
  const goals = formatGoals(packetGoals(results));
  if (goals !== null) tables.push(goals);
  return tables.length === 0 ? "nothing was measured" : tables.join("\n\n");
}

function rowOf(
  { units, unitCount }: PacketCase,
  name: string,
  figures: readonly PacketFigure[],
): string[] {
  return [
    name,
    formatSpread(spread(figures.map((figure) => figure.perSecond / unitCount))),
    units,
    formatNumber(spread(figures.map(({ cpuUs }) => cpuUs * unitCount))?.median),
  ];
}

function perSecond(figures: readonly PacketFigure[]): number[] {
  return figures.map((figure) => figure.perSecond);
}
