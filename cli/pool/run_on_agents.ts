import process from "node:process";
import { describeError } from "../../internal/mod.ts";
import type { Bus, PoolRun, Signer } from "../../distributed/mod.ts";
import { bundleScript, type RunRequest, type RunResult } from "../../runner/mod.ts";
import { systemClock } from "../../runner/remote/mod.ts";
import { closing } from "../closing.ts";
import { type Host, writeQuietly } from "../host.ts";
import { load, type Output, type Starter } from "../load.ts";
import type { ScriptFlags } from "../options.ts";
import type { ScriptSource } from "../script_source.ts";
import { withServers } from "../with_servers.ts";
import { connectPool, readGiven } from "./connect.ts";
import { startLocalPool } from "./local_pool.ts";
import {
  agentPermissions,
  type AgentsAsked,
  readAgentsFlags,
  withoutPassword,
} from "./read_flags.ts";

/** `downpour run --on`: as any run, on the agents of a pool. */
export async function runOnAgents(
  script: ScriptSource,
  request: RunRequest,
  flags: ScriptFlags,
  output: Output,
  start: Starter,
  host: Host,
): Promise<number> {
  const asked = readAgentsFlags(flags);
  const signer = await signerOf(flags);
  const source = {
    kind: "bundle" as const,
    bundle: await bundleScript(script.path, Object.keys(request.setup.modules)),
    title: script.title ?? script.path,
  };
  const permissions = agentPermissions(request, flags, asked.servers === null);
  const wanted = { ...request, ...permissions, source };
  const say = (text: string) => writeQuietly(host, `downpour: ${text}\n`);
  const run = (wanted: BundleRequest, bus: Bus, url: string, isLocal: boolean) =>
    runIn({ bus, url, isLocal, asked, signer, wanted, output, start, host, say });

  if (asked.servers !== null) {
    const bus = await connectPool(asked.servers, flags, "coordinator", asked.stores);
    try {
      return await run(wanted, bus, asked.servers.map(withoutPassword).join(","), false);
    } finally {
      await bus.close();
    }
  }
  // The server that a script reads the address of is looked for in its text, not in the bundle.
  return await withServers(flags, request, host, async ({ env }) => {
    const { agents, shards, stores } = asked;
    const allowed = { ...wanted, env };
    await using pool = await startLocalPool({
      ...{ agents: agents.count!, shards, permissions: allowed, stores, say },
    });
    return await run(allowed, pool.bus, pool.url, true);
  });
}

type BundleRequest = RunRequest & {
  readonly source: Extract<RunRequest["source"], { kind: "bundle" }>;
};

interface InPool {
  readonly bus: Bus;
  readonly url: string;
  readonly isLocal: boolean;
  readonly asked: AgentsAsked;
  readonly signer: Signer | null;
  readonly wanted: BundleRequest;
  readonly output: Output;
  readonly start: Starter;
  readonly host: Host;
  say(text: string): void;
}

async function runIn(
  { bus, url, isLocal, asked, signer, wanted, output, start, host, say }: InPool,
): Promise<number> {
  const { openPoolRun } = await import("../../distributed/mod.ts");
  const { agents, onLoss, lossAfterMs, weight, shards } = asked;
  const run = await openPoolRun({
    ...{ bus, agents, onLoss, lossAfterMs, weight, shards, signer, request: wanted },
    time: systemClock,
    where: url,
    holder: holderName(),
  });
  const names = run.agents.length > 8 ? "" : `: ${run.agents.join(", ")}`;
  say(
    `run ${run.id} on ${run.agents.length} ${run.agents.length === 1 ? "agent" : "agents"}${names}`,
  );
  if (!isLocal) say(`should this end too early: downpour attach ${run.id} --nats ${url}`);
  return await conductHere(run, output, start, host, say);
}

/** This coordinator, for people. */
export function holderName(): string {
  return `the downpour of process ${process.pid}`;
}

/** Runs what a pool is ready for, shows it, and ends it there. */
export async function conductHere(
  run: PoolRun,
  output: Output,
  start: Starter,
  host: Host,
  say: (text: string) => void,
): Promise<number> {
  let result: RunResult | null = null;
  try {
    const loaded = await load(fencedStarter(run, start), run.request, output, host);
    result = loaded.result;
    return closing(host, result, loaded.exitCode, null);
  } finally {
    await run.end(result).catch((error: unknown) => {
      say(`the pool was not told that run ${run.id} has ended: ${describeError(error)}`);
    });
  }
}

/** Starts runs that end at once, with an error, when another coordinator has taken over. */
function fencedStarter({ fenced }: PoolRun, start: Starter): Starter {
  return (request, events) => {
    const handle = start(request, events);
    const taken = new Promise<never>((_, reject) => {
      const end = () => {
        handle.kill();
        reject(fenced.reason);
      };
      if (fenced.aborted) end();
      else fenced.addEventListener("abort", end, { once: true });
    });
    taken.catch(() => {});
    handle.result.catch(() => {});
    return { ...handle, result: Promise.race([handle.result, taken]) };
  };
}

async function signerOf({ sign }: ScriptFlags): Promise<Signer | null> {
  if (sign === undefined) return null;
  const { readSigner } = await import("../../distributed/mod.ts");
  return await readSigner(await readGiven("--sign", sign), sign);
}
