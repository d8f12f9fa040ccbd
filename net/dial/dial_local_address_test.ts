import assert from "node:assert/strict";
import {
  dialName,
  dialTo,
  finds,
  freePort,
  fullListener,
  listenOn,
  peerOf,
} from "./_dial_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";

/** Dials a loopback server from an address, in a process that may do so. */
async function dialFrom(...args: string[]): Promise<string> {
  const program = new URL("./testdata/dial_from.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "--allow-net", program, ...args],
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout).trimEnd() + decoder.decode(stderr);
}

Deno.test({
  name: "localAddress is where a connection comes from",
  ignore: Deno.build.os !== "linux", // Others don't have all of 127.0.0.0/8.
  async fn() {
    assert.equal(await dialFrom("127.0.0.5", "127.0.0.1"), "127.0.0.5 127.0.0.5");
    assert.equal(await dialFrom("127.0.0.6", "localhost"), "127.0.0.6 127.0.0.6");
  },
});

Deno.test("a localAddress that isn't this machine's is address_invalid", async () => {
  assert.match(
    await dialFrom("192.0.2.7", "127.0.0.1"),
    /^address_invalid connect: connect to 127\.0\.0\.1:\d+ from 192\.0\.2\.7 failed: 192\.0\.2\.7 is no /,
  );
});

Deno.test({
  name: "a localAddress needs a grant of both ends",
  permissions: { net: ["127.0.0.1", "localhost"] },
  async fn() {
    const target = { host: "127.0.0.1", port: 9 };
    await assert.rejects(
      dialTo(target, { localAddress: "127.0.0.5" }),
      isNetError("permission_denied", "connect", /run with --allow-net=127\.0\.0\.5:0$/),
    );
    await assert.rejects(
      dialTo({ host: "192.0.2.1", port: 9 }, { localAddress: "127.0.0.1" }),
      isNetError("permission_denied", "connect", /run with --allow-net=192\.0\.2\.1:9$/),
    );
  },
});

Deno.test("a connection from a localAddress carries bytes both ways", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = { host: "127.0.0.1", port: listener.addr.port };
  const [{ conn }, peer] = await Promise.all([
    dialTo(target, { localAddress: "127.0.0.1" }),
    listener.accept(),
  ]);
  assert.deepEqual({ ...conn.remoteAddr }, { ...peer.localAddr });
  assert.deepEqual({ ...conn.localAddr }, { ...peer.remoteAddr });
  const buffer = new Uint8Array(16);
  await peer.write(new TextEncoder().encode("hello"));
  assert.equal(await conn.read(buffer), 5);
  await conn.write(new TextEncoder().encode("bye"));
  assert.equal(await peer.read(buffer), 3);
  peer.close();
  assert.equal(await conn.read(buffer), null);
  conn.close();
});

Deno.test("a localAddress takes the target's addresses of its own family", async () => {
  using server = listenOn();
  const lookup = finds(["::1", "127.0.0.1"]);
  const peer = await peerOf(dialName({ lookup, localAddress: "127.0.0.1" }, server.port));
  assert.equal(peer, `127.0.0.1:${server.port}`);
  await assert.rejects(
    dialTo({ host: "127.0.0.1", port: 9 }, { localAddress: "::1" }),
    isNetError(
      "address_invalid",
      "connect",
      /^connect to 127\.0\.0\.1:9 from ::1 failed: the target has no IPv6 address$/,
    ),
  );
});

Deno.test("a refused connection from a localAddress is a refused connection", async () => {
  await assert.rejects(
    dialTo({ host: "127.0.0.1", port: freePort() }, { localAddress: "127.0.0.1" }),
    isNetError("connection_refused", "connect", /^connect to 127\.0\.0\.1:\d+ failed: /),
  );
});

Deno.test({
  name: "limit and signal end a connection attempt from a localAddress too",
  ignore: Deno.build.os !== "linux", // Others refuse when a queue is full.
  async fn() {
    using full = await fullListener();
    const target = { host: "127.0.0.1", port: full.port };
    await assert.rejects(
      dialTo(target, { localAddress: "127.0.0.1", connectTimeoutMs: 100 }),
      isNetError("connection_timeout", "connect"),
    );
    const controller = new AbortController();
    const dialing = dialTo(target, { localAddress: "127.0.0.1", signal: controller.signal });
    queueMicrotask(() => controller.abort());
    await assert.rejects(dialing, isNetError("aborted", "connect"));
  },
});
