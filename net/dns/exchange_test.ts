import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { join, replyTo, u16 } from "./_messages_for_tests.ts";
import { startServer } from "./_servers_for_tests.ts";
import { exchangeTcp } from "./exchange_tcp.ts";
import { udpExchange } from "./exchange_udp.ts";
import { parseAddress } from "../address.ts";
import { encodeQuery } from "./message.ts";
import { DenoBackend } from "../udp/deno_backend.ts";
import { NodeBackend } from "../udp/node_backend.ts";
import type { UdpBinding } from "../udp/backend.ts";

const QUERY = encodeQuery({ id: 77, name: "a.test", type: "A", edns: true });
const openByDeno = (binding: UdpBinding) => Promise.resolve(new DenoBackend(binding));
const openByNode = (binding: UdpBinding) => NodeBackend.open(binding);
const never = new AbortController().signal;
const sameId = (message: Uint8Array) => message[1] === 77;

for (const [name, open] of Object.entries({ Deno: openByDeno, Node: openByNode })) {
  const exchange = udpExchange(open);

  Deno.test(`datagrams by ${name}: the reply is the server's`, async () => {
    using server = startServer({ udp: (query) => [replyTo(query)] });
    const reply = await exchange(parseAddress(server.address), QUERY, sameId, never);
    assert.deepEqual(reply, replyTo(QUERY));
  });

  Deno.test(`datagrams by ${name}: what comes from elsewhere or isn't the reply is ignored`, async () => {
    const reply = replyTo(QUERY, { flags: 0x8580 });
    using server = startServer({
      async udp(query, spoof) {
        await spoof(replyTo(query, { flags: 0x8183 }));
        return [new Uint8Array(), new Uint8Array(60_000), replyTo(query).with(1, 78), reply];
      },
    });
    assert.deepEqual(await exchange(parseAddress(server.address), QUERY, sameId, never), reply);
  });

  Deno.test(`datagrams by ${name}: an abort ends the waiting with its reason`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    using server = startServer({
      udp() {
        controller.abort(reason);
        return [];
      },
    });
    const { signal } = controller;
    const address = parseAddress(server.address);
    await assert.rejects(exchange(address, QUERY, sameId, signal), reason);
    await assert.rejects(exchange(address, QUERY, sameId, signal), reason);
  });
}

Deno.test("datagrams by IPv6 are matched whatever the address is written like", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  const served = socket.receive().then(([query, from]) => socket.send(replyTo(query), from));
  const exchange = udpExchange(openByDeno);
  const server = { host: "0:0:0:0:0:0:0:1", port };
  assert.deepEqual(await exchange(server, QUERY, sameId, never), replyTo(QUERY));
  await served;
  socket.close();
});

Deno.test("a socket is closed when sending fails", async () => {
  let closed = 0;
  const broken = {
    send: () => Promise.reject(new Error("no route")),
    receive: () => assert.fail("nothing to wait for"),
    close: () => void closed++,
  };
  const exchange = udpExchange(() => Promise.resolve(broken));
  await assert.rejects(exchange({ host: "127.0.0.1", port: 53 }, QUERY, sameId, never), /no route/);
  assert.equal(closed, 1);
});

const address = (port: number) => ({ host: "127.0.0.1", port });

/** A server that reads a query and writes parts, each once the one before is on its way. */
async function tcpServer(parts: readonly Uint8Array[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = (async () => {
    const conn = await listener.accept();
    const buffer = new Uint8Array(512);
    const length = await conn.read(buffer);
    for (const part of parts) await conn.write(part);
    conn.close();
    return buffer.slice(0, length ?? 0);
  })();
  await Promise.resolve();
  return { port: listener.addr.port, served, [Symbol.dispose]: () => listener.close() };
}

Deno.test("a connection carries messages behind their length, however they are split", async () => {
  const reply = replyTo(QUERY);
  const frame = join(u16(reply.length), reply);
  for (const split of [1, 2, 3, frame.length - 1]) {
    using server = await tcpServer([frame.subarray(0, split), frame.subarray(split)]);
    assert.deepEqual(await exchangeTcp(address(server.port), QUERY, sameId, never), reply);
    assert.deepEqual(await server.served, join(u16(QUERY.length), QUERY));
  }
});

Deno.test("a connection that ends early, or answers something else, fails", async () => {
  const reply = replyTo(QUERY);
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /ended before/],
    [Uint8Array.of(0), /ended before/],
    [join(u16(reply.length + 1), reply), /ended before/],
    [join(u16(reply.length), reply.with(1, 78)), /another question/],
    [Uint8Array.of(0, 0), /another question/],
  ];
  for (const [bytes, message] of cases) {
    using server = await tcpServer([bytes]);
    await assert.rejects(
      exchangeTcp(address(server.port), QUERY, sameId, never),
      isNetError("dns_failed", "lookup", message),
    );
    await server.served;
  }
});

Deno.test("an abort ends the waiting on a connection with its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const failing = exchangeTcp(address(listener.addr.port), QUERY, sameId, controller.signal);
  const conn = await accepted;
  await conn.read(new Uint8Array(512));
  controller.abort(reason);
  await assert.rejects(failing, reason);
  assert.equal(await conn.read(new Uint8Array(1)), null);
  conn.close();
  listener.close();
});

Deno.test({
  name: "without the permission for the server or the local address the error names both",
  permissions: { net: ["127.0.0.1:53"] },
  async fn() {
    for (const open of [openByDeno, openByNode]) {
      await assert.rejects(
        udpExchange(open)({ host: "127.0.0.1", port: 53 }, QUERY, sameId, never),
        isNetError("permission_denied", "lookup", /--allow-net=127\.0\.0\.1:53,127\.0\.0\.1:0$/),
      );
    }
    await assert.rejects(
      udpExchange(openByDeno)({ host: "192.0.2.1", port: 53 }, QUERY, sameId, never),
      isNetError("permission_denied", "lookup", /--allow-net=192\.0\.2\.1:53,0\.0\.0\.0:0$/),
    );
  },
});
