import { startNatsServer } from "../nats/server/mod.ts";
import { serversHere } from "../nats/server/servers_for_tests.ts";
import { tcpServer, unixServer } from "./tcp/server.ts";
import { natsServer } from "./nats/server.ts";
import type { TransportChoice } from "./pick_transport.ts";
import type { ServerTransport, Serving } from "./transport.ts";

/** A way from a client to a server. */
export interface Way {
  /** Its name in tests. */
  readonly name: string;
  /** A server side that nobody else uses; `stack` ends what it needs. */
  server(stack: AsyncDisposableStack): ServerTransport | Promise<ServerTransport>;
  /** How a client reaches what is served there. */
  choice(serving: Serving): TransportChoice;
}

let url = "";

/** TCP, Unix sockets, and NATS where a server is installed. */
export const WAYS: readonly Way[] = [
  { name: "TCP", server: () => tcpServer(), choice: ({ address }) => ({ tcp: address }) },
  {
    name: "a Unix socket",
    server: () => unixServer(),
    choice: ({ address }) => ({ unix: address }),
  },
  ...serversHere ? [nats()] : [],
];

function nats(): Way {
  return {
    name: "NATS",
    async server(stack) {
      ({ url } = stack.use(await startNatsServer({ jetStream: false })));
      return natsServer({ url, prefix: "here" });
    },
    choice: ({ address }) => ({ nats: { url, prefix: address } }),
  };
}
