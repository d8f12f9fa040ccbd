import { checkNames, OptionError } from "../../internal/mod.ts";

/** What a user may do: subjects with wildcards, as the server writes them. */
export interface NatsPermissions {
  /** Subjects that may be published to. Default: all. */
  readonly publish?: NatsSubjects;
  /** Subjects that may be subscribed to. Default: all. */
  readonly subscribe?: NatsSubjects;
}

/** Allowed subjects, denied ones, or both. */
export type NatsSubjects = readonly string[] | {
  /** What may be used; default: all. */
  readonly allow?: readonly string[];
  /** What may not, though allowed. */
  readonly deny?: readonly string[];
};

/** A user of the server's own list: by password, or by the public part of an NKey. */
export type NatsUser =
  & {
    /** Default: everything. */
    readonly permissions?: NatsPermissions;
  }
  & ({
    /** Name that the client gives. */
    readonly user: string;
    /** In plain text. */
    readonly password: string;
  } | {
    /** Public NKey, `U…`; the client signs with its seed. */
    readonly nkey: string;
  });

/** JWT operator mode: who signs accounts, and the accounts. */
export interface NatsOperator {
  /** The operator's JWT. */
  readonly jwt: string;
  /** Public key of the system account, `A…`; JetStream needs one. */
  readonly systemAccount?: string;
  /** Account JWTs by public key. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Certificates as PEM texts. */
export interface NatsServerTls {
  /** The server's certificate. */
  readonly cert: string;
  /** Its key. */
  readonly key: string;
  /** Authority that clients' certificates are checked against. Default: none is asked for. */
  readonly ca?: string;
  /** TLS begins before the server says anything. Default: false */
  readonly handshakeFirst?: boolean;
}

/** How a local server is set up; all is optional. */
export interface NatsServerConfig {
  /** Its name. Default: `downpour` */
  readonly name?: string;
  /** Address to listen on. Default: `127.0.0.1` */
  readonly host?: string;
  /** Port for clients. Default: a free one */
  readonly port?: number;
  /** Streams, in the server's folder. Default: true */
  readonly jetStream?: boolean | {
    /** Bytes of memory streams in all. Default: the server's, 3/4 of the memory */
    readonly maxMemoryBytes?: number;
    /** Bytes of file streams in all. Default: the server's */
    readonly maxFileBytes?: number;
    /** JetStream domain, for leaf nodes. */
    readonly domain?: string;
  };
  /** Who may connect; anyone by default. */
  readonly users?: readonly NatsUser[];
  /** The one token that lets clients in. */
  readonly token?: string;
  /** JWT operator mode. */
  readonly operator?: NatsOperator;
  /** TLS for clients. Default: none */
  readonly tls?: NatsServerTls;
  /** Longest message in bytes. Default: 1 MiB */
  readonly maxPayloadBytes?: number;
  /** Bytes that may wait for a slow consumer before it is cut off. Default: 64 MiB */
  readonly maxPendingBytes?: number;
  /** Longest write to a slow consumer, in ms. Default: 10 000 */
  readonly writeDeadlineMs?: number;
  /** Between PINGs to an idle client, in ms. Default: 120 000 */
  readonly pingIntervalMs?: number;
  /** PINGs without a PONG that end a connection. Default: 2 */
  readonly maxPingsOut?: number;
  /** Time for a client to authenticate, in ms. Default: 2000 */
  readonly authTimeoutMs?: number;
  /** Connections at once. Default: 65 536 */
  readonly maxConnections?: number;
  /** Take leaf nodes. Default: false */
  readonly leafNodes?: boolean;
  /** URL of a server's leaf-node port: this one is its leaf. */
  readonly leafOf?: string;
  /** Anything else of nats-server's configuration, by its own names; wins over the rest. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Where a server listens beside the port for clients. */
export interface NatsPorts {
  readonly client: number;
  readonly monitor: number;
  readonly leaf: number;
  readonly cluster: number;
}

/** Its place in a cluster. */
export interface NatsRoutes {
  /** Name of the cluster. */
  readonly name: string;
  /** Cluster ports of all servers. */
  readonly ports: readonly number[];
}

const NAMES: readonly (keyof NatsServerConfig)[] = [
  ...["name", "host", "port", "jetStream", "users", "token", "operator", "tls"] as const,
  ...["maxPayloadBytes", "maxPendingBytes", "writeDeadlineMs", "pingIntervalMs"] as const,
  ...["maxPingsOut", "authTimeoutMs", "maxConnections", "leafNodes", "leafOf"] as const,
  "settings",
];

/** Options that are no configuration of the server. */
const START_NAMES = ["program", "startTimeoutMs", "ownGroup"];

/** The address that everything listens on unless it is told. */
export const LOOPBACK = "127.0.0.1";

/**
 * Refuses settings that don't go together.
 *
 * @throws {OptionError}
 */
export function checkConfig(config: NatsServerConfig): void {
  checkNames("startNatsServer", config, [...NAMES, ...START_NAMES]);
  const ways = (["users", "token", "operator"] as const).filter((way) => config[way] !== undefined);
  if (ways.length > 1) {
    throw new OptionError(ways[1]!, `a nats-server takes ${ways.join(" or ")}: choose one`);
  }
}

/**
 * The server's configuration, as JSON, which nats-server reads as it reads its own syntax.
 *
 * @param folder for streams, log and certificates
 */
export function configText(
  config: NatsServerConfig,
  folder: string,
  ports: NatsPorts,
  routes?: NatsRoutes,
): string {
  const host = config.host ?? LOOPBACK;
  return `${
    JSON.stringify(
      {
        server_name: config.name ?? "downpour",
        host,
        port: ports.client,
        http: `${LOOPBACK}:${ports.monitor}`,
        log_file: `${folder}/log`,
        pid_file: `${folder}/pid`,
        ...jetStreamPart(config, folder),
        ...accessPart(config),
        ...tlsPart(config, folder),
        max_payload: config.maxPayloadBytes,
        max_pending: config.maxPendingBytes,
        write_deadline: inMs(config.writeDeadlineMs),
        ping_interval: inMs(config.pingIntervalMs),
        ping_max: config.maxPingsOut,
        max_connections: config.maxConnections,
        ...linksPart(config, ports, routes),
        ...config.settings,
      },
      null,
      2,
    )
  }\n`;
}

function jetStreamPart({ jetStream = true }: NatsServerConfig, folder: string): object {
  if (jetStream === false) return {};
  const { maxMemoryBytes, maxFileBytes, domain } = jetStream === true ? {} : jetStream;
  return {
    jetstream: {
      store_dir: folder,
      max_memory_store: maxMemoryBytes,
      max_file_store: maxFileBytes,
      domain,
    },
  };
}

function accessPart({ users, token, operator, authTimeoutMs }: NatsServerConfig): object {
  const timeout = authTimeoutMs === undefined ? undefined : authTimeoutMs / 1000;
  if (operator !== undefined) {
    return {
      operator: operator.jwt,
      resolver: "MEMORY",
      resolver_preload: operator.accounts,
      system_account: operator.systemAccount,
    };
  }
  if (users === undefined && token === undefined) return {};
  return { authorization: { users, token, timeout } };
}

function tlsPart({ tls }: NatsServerConfig, folder: string): object {
  if (tls === undefined) return {};
  return {
    tls: {
      cert_file: `${folder}/cert.pem`,
      key_file: `${folder}/key.pem`,
      ...(tls.ca === undefined ? {} : { ca_file: `${folder}/ca.pem`, verify: true }),
      handshake_first: tls.handshakeFirst,
      timeout: 10,
    },
  };
}

function linksPart(
  { leafNodes = false, leafOf }: NatsServerConfig,
  ports: NatsPorts,
  routes: NatsRoutes | undefined,
): object {
  const leaf = {
    ...(leafNodes ? { host: LOOPBACK, port: ports.leaf } : {}),
    ...(leafOf === undefined ? {} : { remotes: [{ url: leafOf }], reconnect: "1s" }),
  };
  return {
    ...(Object.keys(leaf).length === 0 ? {} : { leafnodes: leaf }),
    ...(routes === undefined ? {} : {
      cluster: {
        name: routes.name,
        host: LOOPBACK,
        port: ports.cluster,
        routes: routes.ports.map((port) => `nats://${LOOPBACK}:${port}`),
      },
    }),
  };
}

function inMs(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}ms`;
}
