import { startNatsServer } from "../../nats/server/mod.ts";
import { natsTest, serversHere } from "../../nats/server/servers_for_tests.ts";
import { testTransport } from "../transport_contract_for_tests.ts";
import { natsTransport } from "./client.ts";
import { natsServer } from "./server.ts";

if (serversHere) {
  const server = await startNatsServer({ jetStream: false, maxPayloadBytes: 64 * 1024 });
  Deno.test.afterAll(async () => await server[Symbol.asyncDispose]());
  const { url } = server;
  let count = 0;
  testTransport("NATS", {
    server: () => natsServer({ url, prefix: `test.${++count}` }),
    transport: (prefix) => natsTransport({ url, prefix }),
  });
  testTransport("NATS with queue groups", {
    server: () => natsServer({ url, prefix: `test.${++count}`, queueGroup: "workers" }),
    transport: (prefix) => natsTransport({ urls: [url], prefix, name: "calls" }),
  });
} else natsTest("NATS: the contract of transports", () => Promise.resolve());
