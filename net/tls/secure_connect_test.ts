import assert from "node:assert/strict";
import { closeOwned, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { writeAll } from "../_io.ts";
import { bytes, text } from "../_sockets_for_tests.ts";
import type { SocketEventHandlers, TcpSocket } from "../socket.ts";
import { TCP } from "../tcp.ts";
import { readExactly, relay, testCertificates, tlsServer } from "./_tls_for_tests.ts";
import type { TlsInfo, TlsOptions } from "./options.ts";

// What a socket tells and records of its handshake, whichever engine does it.

const { authority, server } = await testCertificates();
const PLAIN = "upgrade?";

type Open = (
  address: string,
  tls: TlsOptions,
  eventHandlers: SocketEventHandlers,
) => Promise<TcpSocket>;

const openSecured: Open = (address, tls, eventHandlers) =>
  TCP.open(address, { tls, eventHandlers, ipVersion: 4 });

const openPlain: Open = async (address, tls, eventHandlers) => {
  const socket = await TCP.open(address, { eventHandlers, ipVersion: 4 });
  await socket.write(bytes(PLAIN));
  assert.equal(text(await socket.read()), PLAIN);
  assert.equal(socket.timings.tlsMs, 0);
  assert.equal(await socket.startTls(tls), socket.tls);
  return socket;
};

const ways = [
  { name: "TCP.open with tls", open: openSecured, plain: 0 },
  { name: "startTls after plain bytes", open: openPlain, plain: PLAIN.length },
];

for (const engine of ["deno", "node"] as const) {
  const tls: TlsOptions = { caCerts: [authority.cert], alpn: ["echo"], details: engine === "node" };
  for (const { name, open, plain } of ways) {
    Deno.test(`${engine} TLS: ${name} tells of its handshake, times and records it`, async () => {
      await using peer = tlsServer(server, async (conn) => {
        await writeAll(conn, await readExactly(conn, 4));
        await conn.read(new Uint8Array(1)).catch(() => {}); // Until the client has gone.
      }, ["echo"]);
      await using between = relay(peer.port, plain);
      const registry = new Registry();
      const context = newContext(registry);
      await runInContext(context, async () => {
        const told: TlsInfo[] = [];
        const secureConnect = (info: TlsInfo) => void told.push(info);
        await using socket = await open(`localhost:${between.port}`, tls, { secureConnect });
        assert.ok(socket.timings.tlsMs > 0, `tlsMs is ${socket.timings.tlsMs}`);
        assert.deepEqual(told, [socket.tls]);
        const { engine: did, alpn, serverName } = told[0]!;
        assert.deepEqual([did, alpn, serverName], [engine, "echo", "localhost"]);
        await socket.write(bytes("ping"));
        assert.equal(text(await socket.read()), "ping");
      });
      const handshakes = registry.select("net_tls_handshaking", { kind: "tcp" });
      assert.ok(handshakes?.type === "trend");
      assert.equal(handshakes.histogram.count, 1);
      closeOwned(context);
    });
  }
}
