import { connect, type Connection } from "../../nats/mod.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../../nats/server/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { client, type WrpcClient, type WrpcClientOptions } from "../client.ts";
import { serve, type WrpcServeOptions } from "../serve.ts";
import type { Serving } from "../transport.ts";
import type { NatsServerOptions as ServingOptions } from "./options.ts";
import { natsServer } from "./server.ts";

/** What is served. */
export const WIT = `
package test:faults@0.1.0;
interface faults {
  add: func(a: u8, b: u8) -> u8;
  length: func(bytes: list<u8>) -> u32;
  bytes: func() -> stream<u8>;
  hang: func() -> u8;
}`;
/** What subjects begin with. */
export const INSTANCE = "wrpc.0.0.1.test:faults/faults@0.1.0";
const QUICK = { reconnectWait: "10ms", reconnectJitter: 0, maxReconnects: -1 } as const;

/** Implements it. */
export const implementation = {
  add: (a: number, b: number) => a + b,
  length: (bytes: Uint8Array) => bytes.length,
  bytes: () => [Uint8Array.of(1)],
  hang: () => new Promise<number>(() => {}),
};

/** What a test works with: all of it ends with the test. */
export interface Kit {
  readonly server: NatsServer;
  readonly url: string;
  /** What our server was told of. */
  readonly codes: string[];
  raw(): Promise<Connection>;
  serving(options?: ServingOptions, more?: Partial<WrpcServeOptions>): Promise<Serving>;
  calls(options?: Partial<WrpcClientOptions>): WrpcClient;
}

/** A test with a nats-server of its own. */
export function faultTest(
  name: string,
  body: (kit: Kit) => Promise<void>,
  options: NatsServerOptions = {},
): void {
  natsTest(name, async () => {
    await using server = await startNatsServer({ jetStream: false, ...options });
    await using ending = new AsyncDisposableStack();
    const { url } = server;
    const codes: string[] = [];
    await body({
      server,
      url,
      codes,
      raw: async () => ending.use(await connect({ urls: url, ...QUICK })),
      serving: async (options, more) =>
        ending.use(
          await serve(natsServer(options?.connection ? options : { url, ...QUICK, ...options }), {
            ...{ wit: WIT, implementation, onError: ({ code }) => void codes.push(code) },
            ...more,
          }),
        ),
      calls: (options) =>
        ending.use(client({ wit: WIT, timeoutMs: 5000, nats: { url, ...QUICK }, ...options })),
    });
  });
}
