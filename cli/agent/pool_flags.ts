import { resolve } from "node:path";
import { OptionError } from "../../internal/mod.ts";
import type { ShardPermissions } from "../../runner/mod.ts";
import { PERMISSION_FLAGS, permissions, type PermissionTexts } from "../permissions.ts";
import { commaList, keyValues, wholeNumber } from "../values.ts";
import type { AgentFlags } from "./options.ts";

/** Flags that an agent takes only where it joins a pool. */
const POOL_FLAGS = {
  id: "--id",
  labels: "--labels",
  slots: "--slots",
  shards: "--shards",
  creds: "--creds",
  tlsCa: "--tls-ca",
  ...Object.fromEntries(
    Object.entries(PERMISSION_FLAGS).map(([name, [flag]]) => [name, flag]),
  ),
  // The agent's own API has that one too.
  allowNet: null,
};

/** Flags of the agent's own API, which one of a pool has none of. */
const API_FLAGS = {
  collector: "--collector",
  insecure: "--insecure",
  collectorTokenFile: "--collector-token-file",
  listen: "--listen",
  tokenFile: "--token-file",
  behindProxy: "--behind-proxy",
  names: "--names",
  goloCompat: "--golo-compat",
  data: "--data",
  logs: "--logs",
  rpcAddress: "--rpc-address",
  uid: "--uid",
  pool: "--pool",
  cooldown: "--cooldown",
  flush: "--flush",
  maxUsers: "--max-users",
  maxDuration: "--max-duration",
  maxQueued: "--max-queued",
  maxUpload: "--max-upload",
  maxStored: "--max-stored",
  maxLog: "--max-log",
  maxMemory: "--max-memory",
};

/** What the flags say of an agent of a pool. */
export interface PoolFlags {
  readonly id: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly slots: number;
  readonly cores: number;
  readonly policy: ShardPermissions;
  /** Public keys, or files of them. */
  readonly signers: readonly string[];
  readonly spoolBytes: number | undefined;
}

/** Refuses what is for agents of a pool alone. @throws {OptionError} */
export function refusePoolFlags(flags: AgentFlags): void {
  const reached = flags.pool === undefined ? {} : { creds: null, tlsCa: null };
  const given = firstGiven(flags, { ...POOL_FLAGS, ...reached }) ??
    ((flags.signer ?? []).length > 0 ? "--signer" : null);
  if (given === null) return;
  throw new OptionError(given, `${given} is for agents of a pool: add --nats nats://HOST:PORT`);
}

/** Reads the flags of an agent of a pool. @throws {OptionError} */
export function readPoolFlags(flags: AgentFlags): PoolFlags {
  const other = firstGiven(flags, API_FLAGS);
  if (other !== null) {
    throw new OptionError(
      other,
      `${other} is for an agent with an API of its own, and this one joins a pool: leave out ` +
        `${other} or --nats (one of each may run on a machine)`,
    );
  }
  const { id = null, labels, slots, shards, signer = [], maxSpool } = flags;
  return {
    id,
    labels: labels === undefined ? {} : keyValues("--labels", commaList("--labels", labels)),
    slots: slots === undefined ? 1 : wholeNumber("--slots", slots, 1),
    cores: shards === undefined
      ? navigator.hardwareConcurrency
      : wholeNumber("--shards", shards, 1),
    policy: policyOf(flags),
    signers: signer,
    spoolBytes: maxSpool === undefined
      ? undefined
      : wholeNumber("--max-spool", maxSpool, 1) * 1024 ** 2,
  };
}

/** What scripts may do at most: without flags all of the network and nothing else. */
function policyOf(flags: PermissionTexts): ShardPermissions {
  const given = permissions("", flags);
  const absolute = (paths: readonly string[] = []) => paths.map((path) => resolve(path));
  return {
    ...given,
    allowRead: flags.allowRead === undefined ? [] : absolute(given.allowRead),
    allowWrite: absolute(given.allowWrite),
    allowUnix: absolute(given.allowUnix),
    allowFfi: absolute(given.allowFfi),
  };
}

/** The first of some flags that was given, or null. */
function firstGiven(
  flags: AgentFlags,
  names: Readonly<Record<string, string | null>>,
): string | null {
  const values = flags as Readonly<Record<string, unknown>>;
  const found = Object.entries(names).find(([name, flag]) =>
    flag !== null && values[name] !== undefined
  );
  return found?.[1] ?? null;
}
