import { findNatsServer } from "./find.ts";
import { type NatsServer, type NatsServerOptions, prepareServer, serverPorts } from "./start.ts";

/** Servers that know each other. Leaving its scope ends all of them. */
export interface NatsCluster extends AsyncDisposable {
  /** The servers. */
  readonly servers: readonly NatsServer[];
  /** Their URLs, for clients. */
  readonly urls: readonly string[];
  /** The server of a name, as stream and consumer infos give their leaders'. */
  named(name: string): NatsServer;
}

/**
 * Starts a cluster on the loopback, with JetStream: `n1`, `n2`, `n3`.
 *
 * @param options for all of them
 * @param size how many. Default: 3, the least that survives a loss
 */
export async function startNatsCluster(
  options: NatsServerOptions = {},
  size: number = 3,
): Promise<NatsCluster> {
  const program = options.program ?? await findNatsServer();
  const ports = Array.from({ length: size }, () => serverPorts());
  const routes = { name: "downpour", ports: ports.map(({ cluster }) => cluster) };
  await using stack = new AsyncDisposableStack();
  const servers: NatsServer[] = [];
  for (const [i, at] of ports.entries()) {
    const server = await prepareServer({ ...options, program, name: `n${i + 1}` }, at, routes);
    servers.push(stack.use(server));
  }
  // None is healthy before most of them run.
  await Promise.all(servers.map((server) => server.start()));
  await untilTogether(servers, options.jetStream !== false);
  const owned = stack.move();
  return {
    servers,
    urls: servers.map(({ url }) => url),
    named(name) {
      const server = servers.find((server) => server.name === name);
      if (server === undefined) throw new Error(`no server ${name} in the cluster`);
      return server;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Waits until each server tells clients of all of them, and the leader has them all at hand: before,
 * a stream may be given fewer copies than it could have.
 */
async function untilTogether(servers: readonly NatsServer[], jetStream: boolean): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    const states = await Promise.all(servers.map(stateOf));
    const leader = states.find(({ name, leader }) => name === leader);
    const told = states.every(({ urls }) => urls === servers.length);
    if (told && (!jetStream || leader?.atHand === servers.length - 1)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the servers do not get to a cluster of ${servers.length}`);
}

async function stateOf(server: NatsServer) {
  const { connect_urls = [] } = await server.monitor("/varz") as { connect_urls?: string[] };
  const { meta_cluster: meta } = await server.monitor("/jsz") as {
    meta_cluster?: { leader?: string; replicas?: { current: boolean; offline?: boolean }[] };
  };
  const atHand = meta?.replicas?.filter(({ current, offline }) => current && !offline).length;
  return { name: server.name, urls: connect_urls.length, leader: meta?.leader, atHand };
}

/** A server and a leaf of it. Leaving its scope ends both. */
export interface NatsLeafPair extends AsyncDisposable {
  /** The server with the leaf-node port. */
  readonly hub: NatsServer;
  /** The server that is its leaf. */
  readonly leaf: NatsServer;
}

/** Starts a server with a leaf node, connected to it; their JetStream domains are `hub` and `leaf`. */
export async function startNatsLeafPair(options: NatsServerOptions = {}): Promise<NatsLeafPair> {
  const program = options.program ?? await findNatsServer();
  await using stack = new AsyncDisposableStack();
  const start = async (name: string, more: NatsServerOptions): Promise<NatsServer> => {
    const jetStream = options.jetStream ?? { domain: name };
    const server = await prepareServer({ ...options, ...more, program, jetStream, name });
    stack.use(server);
    await server.start();
    return server;
  };
  const hub = await start("hub", { leafNodes: true });
  const leaf = await start("leaf", { leafOf: hub.leafUrl });
  await untilLeafNodes(hub, 1);
  const owned = stack.move();
  return { hub, leaf, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Waits until a server has that many leaf nodes. */
export async function untilLeafNodes(hub: NatsServer, count: number): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    const { leafnodes } = await hub.monitor("/leafz") as { leafnodes: number };
    if (leafnodes === count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${hub.name} does not get to ${count} leaf nodes`);
}
