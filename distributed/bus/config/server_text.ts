/** Paths of PEM files, as the servers see them. */
export interface NatsConfigTls {
  /** A certificate with the servers' names. */
  readonly cert: string;
  /** Its key. */
  readonly key: string;
  /** Authority that clients' certificates must be of. Default: they need none */
  readonly ca?: string;
}

/** What one server is told. */
export interface ServerText {
  readonly name: string;
  /** All of the cluster, this one too. */
  readonly servers: readonly string[];
  readonly prefix: string;
  /** Operator, accounts. */
  readonly access: object;
  readonly storeDir: string;
  readonly tls: NatsConfigTls | undefined;
  /** What servers of a cluster say to each other. */
  readonly routesPassword: string;
}

/** The longest time that a certificate's handshake may take, seconds. */
const TLS_S = 5;

/** A server's configuration: JSON, which nats-server reads, with comments, which it reads too. */
export function serverText(options: ServerText): string {
  const { name, servers, prefix, access, storeDir, tls } = options;
  const config = {
    server_name: name,
    port: 4222,
    jetstream: { store_dir: storeDir },
    ...(tls === undefined ? {} : { tls: tlsPart(tls) }),
    ...(servers.length === 1 ? {} : { cluster: clusterPart(options) }),
    ...access,
  };
  return [
    `# NATS server ${name} for the load-testing pool ${prefix}. Start: nats-server -c FILE`,
    "# The pool has an account of its own; members come with their .creds files.",
    ...(tls === undefined
      ? ["# No TLS: what passes can be read on the way. Give --tls-cert and --tls-key for it."]
      : []),
    `${JSON.stringify(config, null, 2)}\n`,
  ].join("\n");
}

function tlsPart({ cert, key, ca }: NatsConfigTls): object {
  return {
    cert_file: cert,
    key_file: key,
    ...(ca === undefined ? {} : { ca_file: ca, verify: true }),
    timeout: TLS_S,
  };
}

function clusterPart({ name, servers, prefix, tls, routesPassword }: ServerText): object {
  const user = "route";
  return {
    name: prefix,
    port: 6222,
    authorization: { user, password: routesPassword, timeout: TLS_S },
    // Between servers both sides show a certificate, which needs an authority to go by.
    ...(tls?.ca === undefined ? {} : { tls: tlsPart(tls) }),
    routes: servers.filter((other) => other !== name)
      .map((other) => `nats-route://${user}:${routesPassword}@${other}:6222`),
  };
}
