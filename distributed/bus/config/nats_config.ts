import { checkNames, OptionError } from "../../../internal/mod.ts";
import {
  accountClaims,
  credentialsText,
  keysOf,
  type NatsKeys,
  newKeys,
  operatorClaims,
  seedOf,
  signToken,
  userClaims,
} from "../../../nats/server/mod.ts";
import { checkPrefix } from "../nats/options.ts";
import { agentPermissions, coordinatorPermissions, type RolePermissions } from "./roles.ts";
import { type NatsConfigTls, serverText } from "./server_text.ts";

export type { NatsConfigTls } from "./server_text.ts";

/** What a pool's NATS servers are like. */
export interface NatsConfigOptions {
  /** As of `natsBus`. Default: `downpour` */
  readonly prefix?: string;
  /** Names of the servers, where the others of a cluster reach them. Default: one, `nats` */
  readonly servers?: readonly string[];
  /** Ids of agents that get credentials of their own. Default: one user for all of them */
  readonly agents?: readonly string[];
  /** Files at the servers. Default: none, and so no TLS */
  readonly tls?: NatsConfigTls;
  /** Where the servers keep streams. Default: `/var/lib/nats` */
  readonly storeDir?: string;
  /** Milliseconds for which credentials are good. Default: for ever */
  readonly expiresMs?: number;
  /**
   * The seed of the account of servers that are set up already (`account.seed`): only credentials are
   * made, for further agents.
   */
  readonly account?: string;
}

const NAMES: readonly (keyof NatsConfigOptions)[] = [
  ...["prefix", "servers", "agents", "tls", "storeDir", "expiresMs", "account"] as const,
];
const NAME = /^[-\w]{1,64}$/;
const HOST = /^[\w]([-.\w]{0,252}[\w])?$/;

/**
 * Configuration of NATS servers for a pool, and credentials of its members, by file name: an account of
 * its own with JetStream, a coordinator that may do what runs take, agents that may do less. All keys
 * are new, and nowhere but in these texts.
 *
 * | file | is for |
 * | --- | --- |
 * | `nats.conf`, or `NAME.conf` for each of several | the servers |
 * | `coordinator.creds` | who runs tests: `downpour run --on … --creds` |
 * | `agent.creds`, or `agent-ID.creds` for each that is named | `downpour agent --nats … --creds` |
 * | `account.seed` | making credentials for further agents: keep it offline |
 *
 * @throws {OptionError}
 */
export function natsConfig(options: NatsConfigOptions = {}): Record<string, string> {
  checkNames("natsConfig", options, NAMES);
  const prefix = checkPrefix(options.prefix);
  const agents = checked("agents", options.agents ?? [], NAME);
  const servers = checked("servers", options.servers ?? ["nats"], HOST);
  const { expiresMs } = options;
  if (expiresMs !== undefined && !(expiresMs > 0)) {
    throw new OptionError("expiresMs", `expiresMs must be over 0: ${expiresMs}`);
  }
  const user = (account: NatsKeys, name: string, permissions: RolePermissions): string => {
    const keys = newKeys("user");
    const claims = userClaims({ permissions, mayAnswer: true });
    const seconds = expiresMs === undefined ? undefined : Math.ceil(expiresMs / 1000);
    return credentialsText(signToken(account, keys, name, claims, seconds), keys);
  };
  const agentFiles = (account: NatsKeys): Record<string, string> =>
    agents.length === 0
      ? { "agent.creds": user(account, "agent", agentPermissions(prefix, null)) }
      : Object.fromEntries(agents.map((id) => [
        `agent-${id}.creds`,
        user(account, `agent ${id}`, agentPermissions(prefix, id)),
      ]));

  if (options.account !== undefined) {
    const account = accountOf(options.account);
    return agentFiles(account);
  }
  if (servers.length === 0) throw new OptionError("servers", "servers must name at least one");
  const operator = newKeys("operator");
  const [system, account] = [newKeys("account"), newKeys("account")];
  const routesPassword = crypto.getRandomValues(new Uint8Array(24)).toHex();
  const access = {
    operator: signToken(operator, operator, prefix, operatorClaims(system.getPublicKey())),
    system_account: system.getPublicKey(),
    resolver: "MEMORY",
    resolver_preload: {
      [system.getPublicKey()]: signToken(operator, system, "SYS", accountClaims(false)),
      [account.getPublicKey()]: signToken(operator, account, prefix, accountClaims(true)),
    },
  };
  const texts = servers.map((name) => {
    const file = servers.length === 1 ? "nats.conf" : `${name}.conf`;
    const { storeDir = "/var/lib/nats", tls } = options;
    const given = { name, servers, prefix, access, storeDir, tls, routesPassword };
    return [file, serverText(given)] as const;
  });
  return {
    ...Object.fromEntries(texts),
    "coordinator.creds": user(account, "coordinator", coordinatorPermissions(prefix)),
    ...agentFiles(account),
    "account.seed": `${seedOf(account)}\n`,
  };
}

function checked(option: string, names: readonly string[], pattern: RegExp): readonly string[] {
  for (const name of names) {
    if (typeof name === "string" && pattern.test(name)) continue;
    throw new OptionError(option, `${option}: no name: ${JSON.stringify(name)}`);
  }
  if (new Set(names).size < names.length) {
    throw new OptionError(option, `${option} must differ: ${names.join(", ")}`);
  }
  return names;
}

function accountOf(seed: string): NatsKeys {
  try {
    const keys = keysOf(seed);
    if (keys.getPublicKey().startsWith("A")) return keys;
  } catch {
    // Told below, without a part of the secret.
  }
  throw new OptionError("account", "account must be the seed of an account (SA…)");
}
