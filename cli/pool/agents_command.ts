import type { AgentCard } from "../../distributed/mod.ts";
import { plain } from "../../report/mod.ts";
import { systemClock } from "../../runner/remote/mod.ts";
import type { Host } from "../host.ts";
import { connectPool, THIS_MACHINE } from "./connect.ts";
import type { AgentsFlags } from "./options.ts";
import { poolServers, withoutPassword } from "./read_flags.ts";

/** `downpour agents`: prints the agents of a pool. */
export async function agentsCommand(flags: AgentsFlags, host: Host): Promise<number> {
  const servers = poolServers("--nats", flags.nats ?? THIS_MACHINE, false)!;
  const bus = await connectPool(servers, flags);
  try {
    const { liveAgents } = await import("../../distributed/mod.ts");
    const cards = await liveAgents(bus, systemClock);
    const where = servers.map(withoutPassword).join(",");
    host.write(
      "stdout",
      flags.json === true ? `${JSON.stringify(cards, null, 2)}\n` : agentsTable(cards, where),
    );
    return 0;
  } finally {
    await bus.close();
  }
}

/** The agents as a table for people. What agents say of themselves loses its control characters. */
export function agentsTable(cards: readonly AgentCard[], where: string): string {
  if (cards.length === 0) {
    return `no agent is in the pool at ${where}: start one by downpour agent --nats ${where}\n`;
  }
  const rows = [
    ["agent", "version", "cores", "runs", "labels", "gives scripts"],
    ...cards.map(({ id, version, cores, running, slots, labels, policy }) => [
      id,
      version,
      String(cores),
      `${running.length} of ${slots}${running.length > 0 ? `: ${running.join(", ")}` : ""}`,
      Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(", "),
      policy.allowNet === true ? "all of the network" : policy.allowNet.join(",") || "no network",
    ]),
  ].map((row) => row.map(plain));
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    `${row.map((text, at) => text.padEnd(widths[at]!)).join("  ").trimEnd()}\n`
  ).join("");
}
