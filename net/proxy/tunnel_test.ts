import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { ScriptedConn, tunnelOver } from "./_scripted_for_tests.ts";
import {
  assertEchoes,
  type Origin,
  startConnectProxy,
  startOrigin,
  startServer,
  startSocksProxy,
} from "./_servers_for_tests.ts";

const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });
const targetOf = (origin: Origin) => ({ host: "127.0.0.1", port: origin.port });

Deno.test("the origin of a CONNECT tunnel hears what was written to it, never the credentials", async () => {
  await using origin = startOrigin();
  await using proxy = startConnectProxy(`Basic ${btoa("alice:secret")}`);
  const option = {
    url: `http://alice:secret@127.0.0.1:${proxy.port}`,
    headers: { "X-Token": "secret" },
  };
  await assertEchoes(await tunnelOver(await connect(proxy.port), option, targetOf(origin)));
  assert.equal(origin.heard, "0123456789abcdef".repeat(1000));
});

Deno.test("the origin of a SOCKS5 connection hears what was written to it, never the credentials", async () => {
  await using origin = startOrigin();
  await using proxy = startSocksProxy("alice", "sécret");
  const option = { url: `socks5://127.0.0.1:${proxy.port}`, username: "alice", password: "sécret" };
  await assertEchoes(await tunnelOver(await connect(proxy.port), option, targetOf(origin)));
  assert.equal(origin.heard, "0123456789abcdef".repeat(1000));
});

Deno.test("wrong credentials are proxy_auth, and nothing gets to the origin", async () => {
  await using origin = startOrigin();
  await using http = startConnectProxy("Basic other");
  await using socks = startSocksProxy("alice", "secret");
  for (
    const [port, url] of [
      [http.port, "http://alice:wrong!@proxy"],
      [socks.port, "socks5://alice:wrong!@proxy"],
    ] as const
  ) {
    await assert.rejects(
      tunnelOver(await connect(port), url, targetOf(origin)),
      isNetError("proxy_auth", "proxy"),
    );
  }
  assert.equal(origin.heard, "");
});

Deno.test("a signal ends a tunnel that isn't answered, with its reason", async () => {
  const heard = Promise.withResolvers<void>();
  await using silent = startServer(async (conn) => {
    const buffer = Buffer.alloc(100);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      heard.resolve();
    }
  });
  for (const url of ["proxy:80", "socks5://proxy"]) {
    const controller = new AbortController();
    const conn = await connect(silent.port);
    const opening = tunnelOver(conn, url, undefined, controller.signal);
    await heard.promise;
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(opening, (error) => error === reason);
    assert.throws(() => conn.close(), Deno.errors.BadResource); // It is closed.
  }
});

Deno.test("a signal that is aborted already sends nothing", async () => {
  const heard: number[] = [];
  {
    await using server = startServer(async (conn) => {
      heard.push(await conn.read(new Uint8Array(10)) ?? 0);
    });
    const reason = new Error("enough");
    const opening = tunnelOver(
      await connect(server.port),
      "proxy:80",
      undefined,
      AbortSignal.abort(reason),
    );
    await assert.rejects(opening, (error) => error === reason);
  }
  assert.ok(heard.every((count) => count === 0));
});

Deno.test("an abort after the tunnel is made leaves it alone", async () => {
  const controller = new AbortController();
  const conn = new ScriptedConn("HTTP/1.1 200 OK\r\n\r\n");
  await tunnelOver(conn, "proxy:80", undefined, controller.signal);
  controller.abort();
  assert.equal(conn.closes, 0);
});

Deno.test("an abort in the turn of the answer closes the connection", async () => {
  const controller = new AbortController();
  let closes = 0;
  const answer = Buffer.from("HTTP/1.1 200 OK\r\n\r\n");
  const conn = {
    read(buffer: Uint8Array) {
      buffer.set(answer);
      controller.abort(new Error("enough"));
      return Promise.resolve(answer.length);
    },
    write: (data: Uint8Array) => Promise.resolve(data.length),
    closeWrite: () => Promise.resolve(),
    close: () => void closes++,
    ref() {},
    unref() {},
  };
  await assert.rejects(tunnelOver(conn, "proxy:80", undefined, controller.signal), {
    message: "enough",
  });
  assert.equal(closes, 1);
});

Deno.test("a reset is told as what happened to the tunnel", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conn = await connect(listener.addr.port);
  listener.close(); // Resets what it hasn't accepted.
  await assert.rejects(
    tunnelOver(conn, `127.0.0.1:${listener.addr.port}`),
    (error: unknown) => {
      const { code, phase, message } = error as { code: string; phase: string; message: string };
      assert.ok(["connection_reset", "broken_pipe"].includes(code), code);
      assert.equal(phase, "proxy");
      assert.match(message, /^tunnel through 127\.0\.0\.1:\d+ to example\.org:443 failed: /);
      return true;
    },
  );
});
