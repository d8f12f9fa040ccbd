import { fileURLToPath } from "node:url";
import { denoCommand, DownpourError } from "../../internal/mod.ts";
import type { Bus } from "../../distributed/mod.ts";
import type { ShardPermissions } from "../../runner/mod.ts";
import { requirePermissions } from "../agent/needs.ts";
import { NOTHING, PERMISSION_FLAGS } from "../permissions.ts";
import { connectPool } from "./connect.ts";
import type { PoolStores } from "./read_flags.ts";

/** Longest time until all agents have joined, and until they have ended; milliseconds. */
const JOIN_MS = 30_000;
const END_MS = 5000;
const LOOK_MS = 50;
/** What is kept of an agent's standard error, for when it ends too early; characters. */
const MAX_SAID = 4000;

/** A pool of this machine. */
export interface LocalPool extends AsyncDisposable {
  readonly url: string;
  readonly bus: Bus;
}

/** What a pool of this machine is to be. */
export interface LocalPoolOptions {
  /** How many agents. */
  readonly agents: number;
  /** Processes of each; null for an equal part of the cores. */
  readonly shards: number | null;
  /** What they give scripts. */
  readonly permissions: ShardPermissions;
  /** How its server keeps what it is given. */
  readonly stores: PoolStores;
  say(text: string): void;
}

/**
 * Starts a nats-server and agents on this machine, as processes of their own. They are not in this
 * one's group: Ctrl-C is for the run, which ends them when it has ended.
 *
 * @throws {DownpourError} `nats_server_missing`; `agent_failed` when an agent ends at once
 * @throws {PermissionMissing}
 */
export async function startLocalPool(options: LocalPoolOptions): Promise<LocalPool> {
  const { agents, shards, permissions, stores, say } = options;
  await requirePermissions("run --on local", "downpour", [
    {
      permission: { name: "run", command: "bash" },
      flag: "--allow-run=bash",
      why: "to find and start nats-server",
    },
    {
      permission: { name: "run", command: "deno" },
      flag: "--allow-run=deno",
      why: "to start agents",
    },
    { permission: { name: "net" }, flag: "--allow-net", why: "to reach them" },
  ]);
  const { startNatsServer } = await import("../../nats/server/mod.ts");
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServer(startNatsServer));
  const each = shards ?? Math.max(1, Math.floor(navigator.hardwareConcurrency / agents));
  say(
    `started nats-server ${server.version} at ${server.url}, and ${agents} ` +
      `${agents === 1 ? "agent" : "agents"} of ${each} ${each === 1 ? "process" : "processes"}`,
  );
  // First of all, as whoever is first makes what the server keeps.
  const bus = await connectPool([server.url], {}, "coordinator", stores);
  stack.defer(() => bus.close());
  const started = Array.from({ length: agents }, (_, k) => {
    const agent = startAgent(server.url, `local-${k + 1}`, each, permissions);
    stack.defer(() => agent.end());
    return agent;
  });
  await Promise.race([joined(bus, agents), ...started.map(({ failed }) => failed)]);
  const all = stack.move();
  return { url: server.url, bus, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function startServer(
  start: typeof import("../../nats/server/mod.ts").startNatsServer,
): ReturnType<typeof start> {
  try {
    return await start({ ownGroup: true });
  } catch (error) {
    if (!(error instanceof DownpourError) || error.code !== "nats_server_missing") throw error;
    throw new DownpourError(
      error.code,
      `--on local needs a nats-server: ${error.message}`,
      { cause: error },
    );
  }
}

/** Resolves when so many agents have joined. */
async function joined(bus: Bus, count: number): Promise<void> {
  const { AGENTS } = await import("../../distributed/mod.ts");
  for (let waited = 0; waited < JOIN_MS; waited += LOOK_MS) {
    if ((await bus.keys.list(AGENTS)).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new DownpourError("agent_failed", `not all agents have joined within ${JOIN_MS / 1000} s`);
}

interface LocalAgent {
  /** Rejects when it ends by itself. */
  readonly failed: Promise<never>;
  end(): Promise<void>;
}

function startAgent(
  url: string,
  id: string,
  shards: number,
  permissions: ShardPermissions,
): LocalAgent {
  const child = new Deno.Command(denoCommand(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--unstable-lazy-dynamic-imports"],
      ...["--allow-net", "--allow-read", "--allow-write", "--allow-run=deno,bash"],
      ...["--allow-env=FORCE_COLOR,CI,DOWNPOUR_*", "--allow-sys=hostname"],
      ...[commandPath(), "agent", "--nats", url, "--id", id, "--shards", String(shards)],
      ...policyFlags(permissions),
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    detached: true,
  }).spawn();
  let ending = false;
  let said = "";
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said = (said + text).slice(-MAX_SAID);
    }
  })();
  const failed = child.status.then(async ({ code }): Promise<never> => {
    await reading;
    if (ending) return await new Promise<never>(() => {});
    const text = `agent ${id} ended with code ${code}: ${said.trim()}`;
    throw new DownpourError("agent_failed", text);
  });
  failed.catch(() => {});
  return {
    failed,
    async end() {
      ending = true;
      kill(child, "SIGTERM");
      const force = setTimeout(() => kill(child, "SIGKILL"), END_MS);
      await child.status;
      clearTimeout(force);
      await reading;
    },
  };
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It is gone already.
  }
}

/** The flags of an agent that give scripts what a run asks for. */
function policyFlags(permissions: ShardPermissions): string[] {
  const kinds = Object.keys(PERMISSION_FLAGS) as (keyof typeof PERMISSION_FLAGS)[];
  return kinds.flatMap((kind) => {
    const values = permissions[kind];
    if (values === undefined || values === true) return [];
    return [`${PERMISSION_FLAGS[kind][0]}=${values.length === 0 ? NOTHING : values.join(",")}`];
  });
}

/** The command, as a module that can be run. */
function commandPath(): string {
  const url = new URL("../../cli.ts", import.meta.url);
  return url.protocol === "file:" ? fileURLToPath(url) : url.href;
}
