import { resolve } from "node:path";
import { nearest, OptionError } from "../../internal/mod.ts";
import type { AgentsWanted } from "../../distributed/mod.ts";
import type { RunRequest, ShardPermissions } from "../../runner/mod.ts";
import type { ScriptFlags } from "../options.ts";
import { shardCount } from "../request.ts";
import { LOSS_CHOICES, STORAGE_CHOICES, WEIGHT_CHOICES } from "./run_options.ts";
import { durationMs, keyValues, oneOf, wholeNumber } from "../values.ts";

/** Agents that `--on local` starts unless told. */
const LOCAL_AGENTS = 2;
/** Most agents of a run, and of one on this machine. */
const MAX_AGENTS = 10_000;
const MAX_LOCAL = 64;
const LOSS_AFTER_MS = 15_000;
/** Most copies that JetStream keeps. */
const MAX_REPLICAS = 5;

/** What the flags of a run say of its agents. */
export interface AgentsAsked {
  /** The servers of the pool; null for one that is started here. */
  readonly servers: readonly string[] | null;
  readonly agents: AgentsWanted;
  readonly onLoss: "mark" | "redistribute" | "abort";
  readonly lossAfterMs: number;
  readonly weight: "equal" | "cores";
  /** Processes of each agent; null for one a core. */
  readonly shards: number | null;
  readonly stores: PoolStores;
}

/** How the servers keep what a pool gives them, where they don't keep it yet. */
export interface PoolStores {
  /** Servers that keep a copy. Default: 3 where there are as many, else 1 */
  readonly replicas?: number;
  /** Default: `file` */
  readonly storage?: "file" | "memory";
}

/** Reads the flags of a run on agents. @throws {OptionError} */
export function readAgentsFlags(flags: ScriptFlags): AgentsAsked {
  const servers = poolServers("--on", flags.on!, true);
  if (flags.inline) {
    throw new OptionError(
      "--inline",
      "--inline makes the load in this process, and --on on agents: give one",
    );
  }
  if (servers !== null && flags.withTarget) {
    throw new OptionError(
      "--with-target",
      "--with-target starts a server on the loopback of this machine, where agents of " +
        `${flags.on} don't reach it: give a target that they reach`,
    );
  }
  const most = servers === null ? MAX_LOCAL : MAX_AGENTS;
  const count = flags.agents === undefined ? null : wholeNumber("--agents", flags.agents, 1);
  if (count !== null && count > most) {
    throw new OptionError("--agents", `--agents is more than ${most}: "${flags.agents}"`);
  }
  const labels = keyValues("--where", flags.where);
  if (servers === null && flags.where.length > 0) {
    throw new OptionError("--where", "--where chooses among the agents of a pool, not with local");
  }
  const { onLoss = "mark", lossAfter, weight = "equal" } = flags;
  return {
    servers,
    agents: { count: count ?? (servers === null ? LOCAL_AGENTS : null), labels },
    onLoss: oneOf("--on-loss", onLoss, LOSS_CHOICES),
    lossAfterMs: lossAfter === undefined ? LOSS_AFTER_MS : lossMs(lossAfter),
    weight: oneOf("--weight", weight, WEIGHT_CHOICES),
    shards: shardCount(flags) ?? null,
    stores: storesOf(flags, servers === null),
  };
}

function storesOf({ replicas, storage }: ScriptFlags, isLocal: boolean): PoolStores {
  const copies = replicas === undefined ? null : wholeNumber("--replicas", replicas, 1);
  if (copies !== null && copies > MAX_REPLICAS) {
    throw new OptionError("--replicas", `--replicas is more than ${MAX_REPLICAS}: "${replicas}"`);
  }
  if (isLocal && copies !== null && copies > 1) {
    const text = `--replicas ${copies} needs as many servers, and --on local starts one`;
    throw new OptionError("--replicas", text);
  }
  return {
    ...(copies === null ? {} : { replicas: copies }),
    ...(storage === undefined ? {} : { storage: oneOf("--storage", storage, STORAGE_CHOICES) }),
  };
}

/**
 * The servers that a flag names: addresses with commas between them; null for `local`, where that
 * is allowed.
 *
 * @throws {OptionError}
 */
export function poolServers(flag: string, text: string, orLocal: boolean): string[] | null {
  if (orLocal && text === "local") return null;
  const servers = text.split(",").map((one) => one.trim());
  const wrong = servers.find((one) => !isServer(one));
  if (wrong === undefined) {
    return servers.map((one) => one.includes("://") ? one : `nats://${one}`);
  }
  const meant = orLocal && nearest(wrong, ["local"]) !== null;
  throw new OptionError(
    flag,
    `${flag} is not the address of a NATS server, as in nats://127.0.0.1:4222: ` +
      `"${withoutPassword(wrong)}"` +
      (meant ? " (did you mean local?)" : orLocal ? " (or local, to try it here)" : ""),
  );
}

/** An address without its user and password. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?[^@/]*@/i, "$1");
}

/**
 * What scripts may do on agents: relative paths are of this machine, so they are made absolute; the
 * folder of the script is there on this machine alone.
 */
export function agentPermissions(
  request: RunRequest,
  flags: ScriptFlags,
  isLocal: boolean,
): Pick<ShardPermissions, "allowRead" | "allowWrite" | "allowUnix" | "allowFfi"> {
  const absolute = (paths: readonly string[]) => paths.map((path) => resolve(path));
  const { allowRead, allowWrite, allowUnix, allowFfi } = request;
  return {
    allowRead: isLocal || flags.allowRead !== undefined ? absolute(allowRead) : [],
    ...(allowWrite === undefined ? {} : { allowWrite: absolute(allowWrite) }),
    ...(allowUnix === undefined ? {} : { allowUnix: absolute(allowUnix) }),
    ...(allowFfi === undefined ? {} : { allowFfi: absolute(allowFfi) }),
  };
}

function lossMs(text: string): number {
  const ms = durationMs("--loss-after", text);
  if (ms >= 1000 && ms <= 3_600_000) return ms;
  throw new OptionError("--loss-after", `--loss-after must be from 1s to 1h: "${text}"`);
}

function isServer(text: string): boolean {
  const match = /^(?:(nats|tls):\/\/)?(?:[^@/\s]*@)?(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/i
    .exec(text);
  if (match === null) return false;
  const [, scheme, host, port] = match;
  // A word alone is more likely a mistake than a host.
  if (scheme === undefined && port === undefined && !/\./.test(host!)) return false;
  return port === undefined || Number(port) >= 1 && Number(port) <= 65_535;
}
