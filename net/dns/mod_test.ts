import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { parseAddress } from "../address.ts";
import { TCP } from "../tcp.ts";
import { replyTo } from "./_messages_for_tests.ts";
import { startServer } from "./_servers_for_tests.ts";
import dns, * as named from "./mod.ts";

/** A DNS server that has 127.0.0.1 for `known.invalid` and no other name. */
function dnsServer() {
  return startServer({
    udp(query) {
      const known = new TextDecoder().decode(query).includes("known");
      return [
        known
          ? replyTo(query, { answers: [{ name: "known.invalid", type: "A", data: "127.0.0.1" }] })
          : replyTo(query, { flags: 0x8183 }),
      ];
    },
  });
}

Deno.test("the default export has the functions that are exported by name", () => {
  const { lookup, resolve, query, createLookup } = named;
  assert.deepEqual(dns, { lookup, resolve, query, createLookup });
});

Deno.test("a socket's lookup may be a chain of a map, the system and servers", async () => {
  using server = dnsServer();
  await using listener = TCP.listen();
  const { port } = parseAddress(listener.address);
  const hosts: Record<string, string> = { mapped: "127.0.0.1" };
  // The system's resolver isn't asked for names that may not exist: a test stays on this machine.
  const system = (name: string) =>
    name === "localhost" ? dns.lookup(name, { family: 4 }) : Promise.resolve(null);
  const options = {
    lookup: async (hostname: string) =>
      hosts[hostname] || await system(hostname) ||
      await dns.resolve(hostname, { rrtype: "A", servers: [server.address] }),
  };
  for (const name of ["mapped", "localhost", "known.invalid"]) {
    await using socket = await TCP.open(`${name}:${port}`, options);
    assert.deepEqual(socket.remoteAddress, { ip: "127.0.0.1", port });
  }
  await assert.rejects(
    TCP.open(`missing.invalid:${port}`, options),
    isNetError("dns_not_found", "lookup", /says there is no such host/),
  );
});

Deno.test("a socket connects where createLookup's map points, port included", async () => {
  await using listener = TCP.listen();
  const { port } = parseAddress(listener.address);
  const lookup = dns.createLookup({
    hosts: { "*.shop.test": `127.0.0.1:${port}` },
    blockedHosts: ["ads.test"],
  });
  await using socket = await TCP.open("www.shop.test:1", { lookup });
  assert.deepEqual(socket.remoteAddress, { ip: "127.0.0.1", port });
  await assert.rejects(TCP.open("ads.test:80", { lookup }), isNetError("host_blocked", "lookup"));
});
