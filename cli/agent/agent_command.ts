import { resolve } from "node:path";
import { type AgentOptions, type ScriptPool, startAgent } from "../../agent/mod.ts";
import { plain } from "../../report/mod.ts";
import { type Host, writeQuietly } from "../host.ts";
import { NOTHING } from "../permissions.ts";
import { commaList, hostAndPort, wholeNumber } from "../values.ts";
import { type Need, requirePermissions } from "./needs.ts";
import type { AgentFlags } from "./options.ts";
import { refusePoolFlags } from "./pool_flags.ts";
import { agentToken, COLLECTOR_TOKEN, tokenOf } from "./tokens.ts";
import { mebibytes, numbers, restMs, serverSecurity } from "./values.ts";

const LISTEN = "127.0.0.1:8081";
const LOGS = "/var/log/loadtest-agent";
const DATA = "/var/lib/downpour-agent";

/**
 * `downpour agent`: serves until a signal comes, or joins a pool. Its address is all that goes to standard output;
 * standard error has who asked for what, and what people should know.
 */
export async function agentCommand(flags: AgentFlags, host: Host): Promise<number> {
  if (flags.nats !== undefined) {
    const { poolAgentCommand } = await import("./pool_agent_command.ts");
    return await poolAgentCommand(flags.nats, flags, host);
  }
  refusePoolFlags(flags);
  const { promise: signalled, resolve: end } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(end); // Before it starts: it must not outlive a signal.
  const say = (text: string) => writeQuietly(host, `downpour: ${plain(text)}\n`);
  try {
    const options = await agentSettings(flags, host, say);
    await using agent = await startAgent(options);
    host.write("stdout", `${agent.url}\n`);
    say("whoever has the token runs programs here; Ctrl-C ends the agent");
    await signalled;
    say("the agent ends: the job that runs is interrupted, those that wait stay");
  } finally {
    removeSignals();
  }
  return 0;
}

async function agentSettings(
  flags: AgentFlags,
  host: Host,
  say: (text: string) => void,
): Promise<AgentOptions> {
  const folder = resolve(flags.data ?? DATA);
  const logs = resolve(flags.logs ?? LOGS);
  const address = hostAndPort("--listen", flags.listen ?? LISTEN);
  const security = await serverSecurity(flags);
  const options = { ...collectorSettings(flags), ...limitSettings(flags) };
  await requirePermissions("agent", "agent", [
    run("bash", "to run jobs"),
    run("deno", "to run scripts"),
    { permission: { name: "net" }, flag: "--allow-net", why: "to serve, and for the collector" },
    { permission: { name: "read" }, flag: "--allow-read", why: "to read uploads and run scripts" },
    write(folder, "for uploads and jobs"),
    write(logs, "for logs"),
  ]);
  let token: string | null = null;
  if (flags.goloCompat !== true) {
    const found = await agentToken(host, flags.tokenFile, folder);
    token = found.token;
    say(`the token is in ${found.from}`);
  }
  const collectorToken = await tokenOf(
    host,
    "--collector-token-file",
    flags.collectorTokenFile,
    COLLECTOR_TOKEN,
  );
  return {
    ...options,
    ...{ folder, logs, address },
    security: { ...security, token, goloCompat: flags.goloCompat === true },
    collector: { ...options.collector, token: collectorToken },
    onNote: say,
    onAudit({ at, remote, method, path, status }) {
      if (flags.quiet === true) return;
      // A path may hold anything, once its escapes are gone.
      writeQuietly(host, `${plain(`${at} ${remote} ${method} ${path} ${status}`)}\n`);
    },
  };
}

function run(command: string, why: string): Need {
  return { permission: { name: "run", command }, flag: `--allow-run=${command}`, why };
}

function write(path: string, why: string): Need {
  return { permission: { name: "write", path }, flag: `--allow-write=${path}`, why };
}

function collectorSettings({ collector, insecure, flush, maxSpool }: AgentFlags) {
  return {
    collector: {
      ...(collector === undefined ? {} : { url: collector }),
      insecure: insecure === true,
      ...(flush === undefined ? {} : { flushMs: restMs("--flush", flush) }),
      ...numbers({ maxSpoolBytes: mebibytes("--max-spool", maxSpool) }),
    },
  };
}

function poolSettings(servers: string, { creds, tlsCa }: AgentFlags): ScriptPool {
  return {
    servers,
    ...(creds === undefined ? {} : { creds: resolve(creds) }),
    ...(tlsCa === undefined ? {} : { tlsCa: resolve(tlsCa) }),
  };
}

function limitSettings(flags: AgentFlags) {
  const { cooldown, rpcAddress, uid, allowNet, maxDuration } = flags;
  return {
    ...(cooldown === undefined ? {} : { cooldownMs: restMs("--cooldown", cooldown) }),
    ...(rpcAddress === undefined ? {} : { rpcAddress }),
    ...(uid === undefined ? {} : { uid: wholeNumber("--uid", uid, 0) }),
    scripts: {
      ...(allowNet === undefined
        ? {}
        : { allowNet: allowNet === NOTHING ? [] : commaList("--allow-net", allowNet) }),
      ...(flags.pool === undefined ? {} : { pool: poolSettings(flags.pool, flags) }),
    },
    limits: {
      ...numbers({ maxUsers: ["--max-users", flags.maxUsers] }),
      ...(maxDuration === undefined
        ? {}
        : { maxDuration: Math.ceil(restMs("--max-duration", maxDuration) / 1000) }),
    },
    storage: numbers({
      maxQueued: ["--max-queued", flags.maxQueued],
      maxUploadBytes: mebibytes("--max-upload", flags.maxUpload),
      maxStoredBytes: mebibytes("--max-stored", flags.maxStored),
    }),
    program: numbers({
      logBytes: mebibytes("--max-log", flags.maxLog),
      memoryBytes: mebibytes("--max-memory", flags.maxMemory),
    }),
  };
}
