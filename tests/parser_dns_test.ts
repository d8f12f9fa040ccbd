import assert from "node:assert/strict";
import { TCP, UDP } from "@downpour/downpour/net";
import dns from "@downpour/downpour/net/dns";
import { hostParser, type ParserHost } from "./_parser_host_for_tests.ts";
import { readExactly } from "./_read_exactly_for_tests.ts";

const file = new URL("../components/parsers/dns.wasm", import.meta.url);

for (const protocol of ["udp", "tcp"] as const) {
  Deno.test(`dns.wasm is a server that a resolver understands, over ${protocol}`, async () => {
    const parser = hostParser(await Deno.readFile(file));
    await using server = await (protocol === "udp" ? serveUdp : serveTcp)(parser);
    const options = { servers: [server.address], protocol };
    assert.deepEqual(await dns.resolve("example.org", options), ["192.0.2.1"]);
    const { records } = await dns.query("example.org", { ...options, rrtype: "MX" });
    assert.deepEqual(records, []);
  });
}

type Server = AsyncDisposable & { readonly address: string };

async function serveUdp(parser: ParserHost): Promise<Server> {
  const socket = await UDP.bind();
  const serving = (async () => {
    for await (const { data, address } of socket) {
      await socket.send(parser.respond(data), address);
    }
  })();
  return {
    address: `127.0.0.1:${socket.localAddress.port}`,
    async [Symbol.asyncDispose]() {
      socket.close();
      await serving;
    },
  };
}

function serveTcp(parser: ParserHost): Server {
  const listener = TCP.listen();
  const serving = (async () => {
    for await (await using client of listener) {
      const header = await readExactly(client, 2);
      const body = await readExactly(client, parser.bodySize(header));
      await client.write(parser.respond(Uint8Array.from([...header, ...body])));
    }
  })();
  return {
    address: listener.address,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}
