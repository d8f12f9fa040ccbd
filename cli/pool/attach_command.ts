import { systemClock } from "../../runner/remote/mod.ts";
import { SHARD_ENTRY } from "../early.ts";
import { type Host, writeQuietly } from "../host.ts";
import type { Output, Starter } from "../load.ts";
import { NAMES_ALONE, runOutputs } from "../run_parts.ts";
import { readSecretSources } from "../secret_sources.ts";
import { connectPool, THIS_MACHINE } from "./connect.ts";
import type { AttachFlags } from "./options.ts";
import { poolServers, withoutPassword } from "./read_flags.ts";
import { conductHere, holderName } from "./run_on_agents.ts";

/** `downpour attach`: takes over a run on agents and carries it through. */
export async function attachCommand(
  id: string,
  flags: AttachFlags,
  output: Output,
  start: Starter,
  host: Host,
): Promise<number> {
  const servers = poolServers("--nats", flags.nats || THIS_MACHINE, false)!;
  const secrets = await readSecretSources(flags.secretSource);
  const say = (text: string) => writeQuietly(host, `downpour: ${text}\n`);
  const bus = await connectPool(servers, flags);
  try {
    const { attachPoolRun } = await import("../../distributed/mod.ts");
    const outputs = await runOutputs(flags, host);
    const run = await attachPoolRun({
      ...{ bus, time: systemClock, run: id, force: flags.force === true },
      where: servers.map(withoutPassword).join(","),
      holder: holderName(),
      own: {
        shardEntry: SHARD_ENTRY,
        setup: NAMES_ALONE,
        outputs,
        ...(secrets === undefined ? {} : { secrets }),
      },
    });
    say(`goes on with run ${run.id} on ${run.agents.join(", ")}`);
    return await conductHere(run, output, start, host, say);
  } finally {
    await bus.close();
  }
}
