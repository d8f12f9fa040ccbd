import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { connect } from "../connect.ts";
import type { Connection } from "../connection.ts";
import type { ConnectOptions } from "../options.ts";
import { natsTest } from "../server/servers_for_tests.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../server/start.ts";
import { type JetStream, jetStream, type JetStreamOptions } from "./jetstream.ts";

/** What a test of JetStream works with. */
export interface Bench {
  readonly server: NatsServer;
  readonly connection: Connection;
  readonly js: JetStream;
  readonly registry: Registry;
  /** A counter's total or a trend's number of samples. */
  count(metric: string, where?: Record<string, string>): number;
}

/** How a test is set up. */
export interface BenchOptions {
  readonly server?: NatsServerOptions;
  readonly connect?: ConnectOptions;
  readonly jetStream?: JetStreamOptions;
}

/** A test with a server of its own, a connection to it and what was measured. */
export function jetStreamTest(
  name: string,
  body: (bench: Bench) => Promise<void>,
  options: BenchOptions = {},
): void {
  natsTest(name, () => {
    const registry = new Registry();
    return runInContext(newContext(registry), () => withBench(registry, body, options));
  });
}

async function withBench(
  registry: Registry,
  body: (bench: Bench) => Promise<void>,
  options: BenchOptions,
): Promise<void> {
  await using server = await startNatsServer(options.server);
  await using connection = await connect({
    urls: server.url,
    reconnectWait: 0.05,
    reconnectJitter: 0,
    ...options.connect,
  });
  const count = (metric: string, where?: Record<string, string>): number => {
    const found = registry.select(metric, where);
    if (found?.type === "counter") return found.total;
    return found?.type === "trend" ? found.histogram.count : 0;
  };
  const js = jetStream(connection, options.jetStream);
  await body({ server, connection, js, registry, count });
}

/** Text of messages. */
export function textsOf(messages: readonly { text(): string }[]): string[] {
  return messages.map((message) => message.text());
}
