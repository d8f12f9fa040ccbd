import {
  checkConfig,
  configText,
  LOOPBACK,
  type NatsPorts,
  type NatsRoutes,
  type NatsServerConfig,
} from "./config.ts";
import { findNatsServer, type NatsServerProgram } from "./find.ts";
import { returnPorts, takePorts } from "./ports.ts";
import { endServer, spawnServer, untilHealthy } from "./process.ts";

/** How to start a server. */
export interface NatsServerOptions extends NatsServerConfig {
  /** The program. Default: the newest that `findNatsServer` finds */
  readonly program?: NatsServerProgram;
  /** Runs it in a process group of its own, where Ctrl-C in a terminal is not for it. Default: false */
  readonly ownGroup?: boolean;
  /** Longest wait until it is healthy, in ms. Default: 20 000 */
  readonly startTimeoutMs?: number;
}

/** A local nats-server. Leaving its scope (`await using`) ends it and removes its folder. */
export interface NatsServer extends AsyncDisposable {
  /** Name, as it calls itself to clients. */
  readonly name: string;
  /** For clients: `nats://127.0.0.1:4222`, or `tls://…` */
  readonly url: string;
  /** Port for clients; the same after a restart. */
  readonly port: number;
  /** For leaf nodes, where it takes them: `nats://127.0.0.1:7422` */
  readonly leafUrl: string;
  /** Where its monitoring answers: `http://127.0.0.1:8222` */
  readonly monitorUrl: string;
  /** Version of the program. */
  readonly version: string;
  /** Its folder: configuration, streams, log. */
  readonly folder: string;
  /** Process id; another one after a restart. */
  readonly pid: number;
  /** Ends it in order; its streams stay in the folder. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`, with the same ports and streams. */
  start(): Promise<void>;
  /** Ends it in order, or at once with `kill`, and starts it again. */
  restart(options?: { readonly kill?: boolean }): Promise<void>;
  /** Stops its process (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  /** Lets it go on (SIGCONT). */
  resume(): void;
  /** Changes part of the configuration and has it read again (SIGHUP). */
  reload(changes: NatsServerConfig): Promise<void>;
  /** What its monitoring says, for example of `/connz?subs=1`. */
  monitor(path: string): Promise<unknown>;
  /** What it logged so far. */
  log(): Promise<string>;
}

/**
 * Starts a nats-server on free ports of the loopback, with JetStream in a temporary folder.
 *
 * @throws {DownpourError} `nats_server_missing`, `nats_server_too_old`, `nats_server_failed`
 * @throws {OptionError} settings that don't exist or don't go together
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = await prepareServer(options);
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

/** Ports for one server. */
export function serverPorts(port?: number): NatsPorts {
  const [client, monitor, leaf, cluster] = takePorts(4) as [number, number, number, number];
  return { client: port === undefined || port === 0 ? client : port, monitor, leaf, cluster };
}

/** A server with its folder and ports, not started yet. */
export async function prepareServer(
  options: NatsServerOptions,
  ports?: NatsPorts,
  routes?: NatsRoutes,
): Promise<NatsServer> {
  checkConfig(options);
  const { program = await findNatsServer(), startTimeoutMs = 20_000, ...rest } = options;
  const { ownGroup = false, ...given } = rest;
  const folder = await Deno.makeTempDir({ prefix: "downpour-nats-" });
  const at = ports ?? serverPorts(given.port);
  const configFile = `${folder}/nats.conf`;
  const monitorUrl = `http://${LOOPBACK}:${at.monitor}`;
  let config: NatsServerConfig = given;
  let running: ReturnType<typeof spawnServer> | null = null;
  const log = () => Deno.readTextFile(`${folder}/log`).catch(() => "");

  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    const ending = running;
    running = null;
    if (ending === null) return;
    ending.signal("SIGCONT"); // Paused, it would take no other signal.
    await endServer(ending, signal);
  };

  const configure = async (): Promise<void> => {
    await writeFiles(config, folder);
    await Deno.writeTextFile(configFile, configText(config, folder, at, routes));
  };

  const start = async (): Promise<void> => {
    if (running !== null) return;
    await configure();
    const started = running = spawnServer(program.path, configFile, ownGroup);
    try {
      await untilHealthy(started, monitorUrl, startTimeoutMs, log);
    } catch (error) {
      await end("SIGKILL");
      throw error;
    }
  };

  return {
    name: config.name ?? "downpour",
    url: `${config.tls === undefined ? "nats" : "tls"}://${config.host ?? LOOPBACK}:${at.client}`,
    port: at.client,
    leafUrl: `nats://${LOOPBACK}:${at.leaf}`,
    monitorUrl,
    version: program.version,
    folder,
    get pid() {
      return running?.pid ?? 0;
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start,
    async restart({ kill = false } = {}) {
      await end(kill ? "SIGKILL" : "SIGTERM");
      await start();
    },
    pause: () => running?.signal("SIGSTOP"),
    resume: () => running?.signal("SIGCONT"),
    async reload(changes) {
      const changed = { ...config, ...changes };
      checkConfig(changed);
      config = changed;
      await configure();
      const before = await reloadsOf(log);
      running?.signal("SIGHUP");
      for (let i = 0; i < 500 && await reloadsOf(log) === before; i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async monitor(path) {
      const response = await fetch(`${monitorUrl}${path}`);
      return await response.json() as unknown;
    },
    log,
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      returnPorts(Object.values(at) as number[]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** How often the server says that it read its configuration again. */
async function reloadsOf(log: () => Promise<string>): Promise<number> {
  return (await log()).split(/Reloaded server configuration|Failed to reload/).length;
}

async function writeFiles({ tls }: NatsServerConfig, folder: string): Promise<void> {
  if (tls === undefined) return;
  const files = { "cert.pem": tls.cert, "key.pem": tls.key, "ca.pem": tls.ca };
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
  }
}
