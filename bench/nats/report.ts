import { formatGoals, type Goal, ratio } from "../goals.ts";
import type { NatsFigure } from "../peers/nats.ts";
import { spread } from "../stats.ts";
import { formatNumber, formatSpread, formatTable } from "../table.ts";
import { NATS_CASES, type NatsCase } from "./cases.ts";
import type { ConnectionsResult } from "./ours.ts";

/** Everything that one run of `bench nats` measured. */
export interface NatsResults {
  /** By title, one a round. */
  rates: Map<string, NatsRates>;
  connections: ConnectionsResult | null;
}

/** Ours, and the peer's where there is one. */
export interface NatsRates {
  readonly ours: NatsFigure[];
  readonly peer: NatsFigure[];
}

/** The figures that matter. */
export function natsGoals({ rates, connections }: NatsResults): Goal[] {
  const goals: Goal[] = [];
  for (const { title, units, goal, peer } of NATS_CASES) {
    const found = rates.get(title);
    if (found === undefined) continue;
    if (goal !== null) {
      const value = spread(perSecond(found.ours));
      goals.push({ figure: title, value, unit: `${units}/s`, direction: ">=", goal, aim: null });
    }
    if (peer !== undefined) {
      const figure = `${title}, of ${nameOf(peer.kind)}'s`;
      goals.push(
        ratio(figure, ">=", peer.goal, null, perSecond(found.ours), perSecond(found.peer)),
      );
    }
  }
  goals.push({
    figure: `memory of a connection, of ${connections?.connections ?? 0}`,
    value: spread([connections === null ? null : connections.bytesEach / 1000]),
    unit: "KB",
    direction: "<=",
    goal: 100,
    aim: null,
  });
  return goals;
}

/** The tables that a run prints. */
export function formatNatsResults(results: NatsResults): string {
  const rows = NATS_CASES.filter(({ title }) => results.rates.has(title)).flatMap((each) =>
    rowsOf(each, results.rates.get(each.title)!)
  );
  const tables = rows.length === 0
    ? []
    : [formatTable(["128 B messages", "each second", "CPU s"], rows)];
  const goals = formatGoals(natsGoals(results));
  if (goals !== null) tables.push(goals);
  return tables.length === 0 ? "nothing was measured" : tables.join("\n\n");
}

function rowsOf({ title, peer }: NatsCase, { ours, peer: theirs }: NatsRates): string[][] {
  const row = (name: string, figures: readonly NatsFigure[]): string[] => [
    name,
    formatSpread(spread(perSecond(figures))),
    formatNumber(spread(figures.map(({ cpuSeconds }) => cpuSeconds))?.median),
  ];
  const rows = [row(title, ours)];
  if (peer !== undefined && theirs.length > 0) {
    rows.push(row(`${title}: ${nameOf(peer.kind)}`, theirs));
  }
  return rows;
}

function nameOf(kind: NonNullable<NatsCase["peer"]>["kind"]): string {
  return kind === "JetStream" || kind === "pull" ? "nats.go" : "nats-bench";
}

function perSecond(figures: readonly NatsFigure[]): number[] {
  return figures.map((figure) => figure.perSecond);
}
