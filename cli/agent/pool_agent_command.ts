import { OptionError } from "../../internal/mod.ts";
import { plain } from "../../report/mod.ts";
import { processShards, systemClock } from "../../runner/remote/mod.ts";
import { SHARD_ENTRY } from "../early.ts";
import { type Host, writeQuietly } from "../host.ts";
import { connectPool, readGiven } from "../pool/connect.ts";
import { poolServers, withoutPassword } from "../pool/read_flags.ts";
import { requirePermissions } from "./needs.ts";
import type { AgentFlags } from "./options.ts";
import { readPoolFlags } from "./pool_flags.ts";

/** A key of 32 bytes in base64: what else is given is a file. */
const KEY = /^[A-Za-z0-9+/]{43}=$/;

/**
 * `downpour agent --nats`: does its part of the runs of a pool. A signal has it take no more, and end
 * when what runs has ended; a second one ends it at once. Its name is all that goes to standard output.
 */
export async function poolAgentCommand(
  nats: string,
  flags: AgentFlags,
  host: Host,
): Promise<number> {
  const { promise: first, resolve: drain } = Promise.withResolvers<void>();
  const { promise: second, resolve: end } = Promise.withResolvers<void>();
  let signals = 0;
  const removeSignals = host.onSignal(() => signals++ === 0 ? drain() : end());
  const say = (text: string) => {
    if (flags.quiet !== true) writeQuietly(host, `downpour: ${plain(text)}\n`);
  };
  try {
    const servers = poolServers("--nats", nats, false)!;
    const { id, signers, ...settings } = readPoolFlags(flags);
    await requirePermissions("agent", "agent", [
      { permission: { name: "net" }, flag: "--allow-net", why: "to reach NATS" },
      { permission: { name: "read" }, flag: "--allow-read", why: "to start processes" },
      {
        permission: { name: "run", command: "deno" },
        flag: "--allow-run=deno",
        why: "to run scripts",
      },
    ]);
    const { joinPool } = await import("../../distributed/mod.ts");
    const keys = await readSigners(signers);
    const bus = await connectPool(servers, flags, "agent");
    try {
      const name = id ?? defaultName();
      const member = await joinPool({
        ...{ ...settings, bus, clock: systemClock, id: name, signers: keys, say },
        start: (permissions) => processShards({ entry: SHARD_ENTRY, ...permissions }),
      });
      host.write("stdout", `${name}\n`);
      say(`joined the pool at ${servers.map(withoutPassword).join(",")}; Ctrl-C leaves it`);
      await first;
      if (member.running.length > 0) say("takes no more runs; Ctrl-C again ends those that go on");
      await Promise.race([member.drain(), second.then(() => member.close())]);
    } finally {
      await bus.close();
    }
  } finally {
    removeSignals();
  }
  return 0;
}

async function readSigners(given: readonly string[]): Promise<string[]> {
  const { publicKey } = await import("../../distributed/mod.ts");
  return await Promise.all(given.map(async (one) => {
    try {
      return publicKey(KEY.test(one) ? one : await readGiven("--signer", one));
    } catch (error) {
      if (!(error instanceof OptionError) || error.option === "--signer") throw error;
      throw new OptionError("--signer", `--signer ${one}: ${error.message}`, error);
    }
  }));
}

/** The machine's name where it may be known, and the process: more than one may run there. */
function defaultName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  const machine = state === "granted" ? Deno.hostname() : "agent";
  return `${machine.replaceAll(/[^-\w]/g, "-").slice(0, 50)}-${Deno.pid}`;
}
