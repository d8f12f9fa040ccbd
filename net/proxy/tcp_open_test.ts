import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { TCP } from "../tcp.ts";
import type { ProxyOption } from "./options.ts";
import {
  assertEchoes,
  startConnectProxy,
  startOrigin,
  startServer,
  startSocksProxy,
} from "./_servers_for_tests.ts";

const SENT = "0123456789abcdef".repeat(1000);

/** A socket is no connection: it reads into a buffer by another name. */
async function assertOpens(address: string, proxy: ProxyOption, proxyPort: number): Promise<void> {
  const socket = await TCP.open(address, { proxy });
  assert.deepEqual(socket.remoteAddress, { ip: "127.0.0.1", port: proxyPort });
  await assertEchoes({
    read: (buffer) => socket.readInto(buffer),
    write: (data) => socket.write(data),
    closeWrite: () => socket.closeWrite(),
    close: () => socket.close(),
    ref: () => socket.ref(),
    unref: () => socket.unref(),
  });
}

Deno.test("TCP.open goes through an HTTP proxy, and keeps what came along with its answer", async () => {
  await using origin = startOrigin();
  await using proxy = startConnectProxy(`Basic ${btoa("alice:secret")}`);
  const target = `127.0.0.1:${origin.port}`;
  await assertOpens(target, `http://alice:secret@localhost:${proxy.port}`, proxy.port);
  await assertOpens(target, {
    url: `127.0.0.1:${proxy.port}`,
    headers: { "Proxy-Authorization": `Basic ${btoa("alice:secret")}` },
  }, proxy.port);
  assert.equal(origin.heard, SENT.repeat(2));
});

Deno.test("TCP.open resolves the target's name for socks5, and lets a socks5h proxy do it", async () => {
  await using origin = startOrigin();
  await using proxy = startSocksProxy("alice", "secret"); // It takes IPv4 addresses only.
  const target = `localhost:${origin.port}`;
  const url = `alice:secret@127.0.0.1:${proxy.port}`;
  await assertOpens(target, `socks5://${url}`, proxy.port);
  assert.equal(origin.heard, SENT);
  await assert.rejects(
    TCP.open(target, { proxy: `socks5h://${url}` }),
    isNetError("proxy_malformed", "proxy", /^tunnel through 127\.0\.0\.1:\d+ to localhost:\d+ /),
  );
});

Deno.test("a proxy that says nothing is proxy_timeout at the limit of connecting", async () => {
  await using silent = startServer(async (conn) => {
    while (await conn.read(new Uint8Array(100)) !== null);
  });
  const options = { proxy: `127.0.0.1:${silent.port}`, connectTimeoutMs: 1000 };
  await assert.rejects(
    TCP.open("example.org:80", options),
    isNetError("proxy_timeout", "proxy", /timed out after/),
  );
});

Deno.test("a proxy that isn't there fails as a connection to it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(
    TCP.open("example.org:80", { proxy: `http://alice:hunter2@127.0.0.1:${port}` }),
    (error) => {
      assert.ok(!Deno.inspect(error).includes("hunter2"));
      return isNetError("connection_refused", "connect", new RegExp(`127\\.0\\.0\\.1:${port} `))(
        error,
      );
    },
  );
});
