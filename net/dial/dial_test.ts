import assert from "node:assert/strict";
import { freePort, fullListener } from "./_dial_for_tests.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { TCP } from "../tcp.ts";

Deno.test("a refused connection names the address", async () => {
  const port = freePort();
  await assert.rejects(
    TCP.open(`127.0.0.1:${port}`),
    isNetError(
      "connection_refused",
      "connect",
      new RegExp(`^connect to 127\\.0\\.0\\.1:${port} failed: connection refused$`),
    ),
  );
  await assert.rejects(
    TCP.open(`localhost:${port}`),
    isNetError(
      "connection_refused",
      "connect",
      new RegExp(`^connect to localhost:${port} .*refused$`),
    ),
  );
});

Deno.test({
  name: "a connection that isn't answered ends with connection_timeout",
  ignore: Deno.build.os !== "linux", // Others refuse when the queue is full.
  async fn() {
    using full = await fullListener();
    await assert.rejects(
      TCP.open(`127.0.0.1:${full.port}`, { connectTimeoutMs: 100 }),
      isNetError(
        "connection_timeout",
        "connect",
        /^connect to 127.* failed: timed out after 100ms$/,
      ),
    );
  },
});

Deno.test({
  name: "a signal ends a hanging connection attempt with aborted and leaks nothing",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using full = await fullListener();
    const controller = new AbortController();
    const opening = TCP.open(`127.0.0.1:${full.port}`, { signal: controller.signal });
    const reason = new Error("the script is over");
    queueMicrotask(() => controller.abort(reason));
    await assert.rejects(opening, (error) => {
      isNetError("aborted", "connect", /^connect to 127\.0\.0\.1:\d+ aborted$/)(error);
      return (error as Error).cause === reason;
    });
  },
});

Deno.test("a signal that has been aborted opens nothing", async () => {
  await using server = TCP.listen();
  for (const address of [server.address, server.address.replace("127.0.0.1", "localhost")]) {
    await assert.rejects(
      TCP.open(address, { signal: AbortSignal.abort() }),
      isNetError("aborted", "connect"),
    );
  }
});

Deno.test("a signal aborted while the connection is made leaves no connection behind", async () => {
  await using server = TCP.listen();
  // However the two race, the sanitizer finds a connection that nobody closes.
  for (let turns = 0; turns < 30; turns++) {
    const controller = new AbortController();
    const opening = TCP.open(server.address, { signal: controller.signal });
    for (let i = 0; i < turns; i++) await null;
    controller.abort();
    await opening.then((socket) => socket.close(), isNetError("aborted", "connect"));
  }
});

Deno.test("a connection made in the very turn of the abort is closed", async () => {
  await using server = TCP.listen();
  const controller = new AbortController();
  const connect = Deno.connect;
  let made: Deno.Conn | undefined;
  Deno.connect = (async (options: Deno.ConnectOptions) => {
    made = await connect({ ...options, transport: "tcp" });
    controller.abort();
    return made;
  }) as typeof Deno.connect;
  try {
    await assert.rejects(
      TCP.open(server.address, { signal: controller.signal }),
      isNetError("aborted", "connect"),
    );
  } finally {
    Deno.connect = connect;
  }
  assert.throws(() => made?.close(), Deno.errors.BadResource);
});

Deno.test("a signal has no effect on an open socket and keeps no listener", async () => {
  await using server = TCP.listen();
  const controller = new AbortController();
  await using socket = await TCP.open(server.address, { signal: controller.signal });
  controller.abort();
  assert.equal(socket.active, true);
});

Deno.test("a name is looked up in a step of its own when the process may", async () => {
  await using server = TCP.listen();
  const address = server.address.replace("127.0.0.1", "localhost");
  for (const ipVersion of [0, 4] as const) {
    await using socket = await TCP.open(address, { ipVersion });
    assert.ok(socket.timings.lookupMs > 0);
    assert.ok(socket.timings.connectMs > 0);
    assert.equal(socket.remoteAddress.ip, "127.0.0.1");
  }
});

Deno.test({
  name: "a name that doesn't exist is dns_not_found, in the phase lookup",
  // Needs --allow-net=no-such-host.invalid.
  ignore: Deno.permissions.querySync({ name: "net", host: "no-such-host.invalid" }).state !==
    "granted",
  async fn() {
    await assert.rejects(
      TCP.open("no-such-host.invalid:80"),
      isNetError(
        "dns_not_found",
        "lookup",
        /^lookup of no-such-host\.invalid failed: no such host$/,
      ),
    );
  },
});

Deno.test({
  name: "no permission names what to allow",
  permissions: { net: ["127.0.0.1"] },
  async fn() {
    await assert.rejects(
      TCP.open("192.0.2.1:80"),
      isNetError("permission_denied", "connect", /run with --allow-net=192\.0\.2\.1:80$/),
    );
    await assert.rejects(
      TCP.open("example.org:80"),
      isNetError("permission_denied", undefined, /run with --allow-net=example\.org:80$/),
    );
    await assert.rejects(
      TCP.open("example.org:80", { ipVersion: 4 }),
      isNetError("permission_denied", "lookup", /run with --allow-net=example\.org$/),
    );
  },
});

Deno.test({
  name: "a grant of the name alone is enough to open",
  permissions: { net: ["localhost"] },
  async fn() {
    await using server = TCP.listen({ hostname: "localhost" });
    const address = server.address.replace(/^.*:/, "localhost:");
    for (let round = 0; round < 2; round++) {
      await using socket = await TCP.open(address);
      assert.equal(socket.timings.lookupMs, 0);
    }
    await assert.rejects(
      TCP.open(address, { ipVersion: 4 }),
      isNetError("permission_denied", "connect", /--allow-net=127\.0\.0\.1:\d+$/),
    );
  },
});
