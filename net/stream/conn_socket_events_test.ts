import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { bytes, connectPair, isNetError, pattern } from "../_sockets_for_tests.ts";
import type { Conn } from "../conn.ts";
import { NetError } from "../errors.ts";
import { TCP } from "../tcp.ts";

Deno.test("handlers given to open hear what happens before it resolves, in order", async () => {
  await using server = TCP.listen();
  const port = server.address.split(":")[1];
  const heard: string[] = [];
  await using socket = await TCP.open(`localhost:${port}`, {
    ipVersion: 4,
    eventHandlers: {
      lookup: ({ host, addresses }) => heard.push(`lookup ${host} ${addresses}`),
      connect: ({ address }) => heard.push(`connect ${address?.ip}:${address?.port}`),
      close: () => heard.push("close"),
    },
  });
  assert.deepEqual(heard, ["lookup localhost 127.0.0.1", `connect 127.0.0.1:${port}`]);
  socket.close();
  assert.equal(heard.at(-1), "close");
});

Deno.test("handlers given to open hear that it failed", async () => {
  const server = TCP.listen();
  const { address } = server;
  server.close();
  const heard: unknown[] = [];
  const eventHandlers = {
    error: (error: Error) => heard.push(error instanceof NetError && error.code),
    close: () => heard.push("close"),
    connect: () => heard.push("connect"),
  };
  await assert.rejects(
    TCP.open(address, { eventHandlers }),
    isNetError("connection_refused", "connect"),
  );
  assert.deepEqual(heard, ["connection_refused", "close"]);
});

Deno.test("who listens late is told what happened once, in the next turn", async () => {
  await using server = TCP.listen();
  const port = server.address.split(":")[1];
  await using socket = await TCP.open(`localhost:${port}`, { ipVersion: 4 });
  const heard: string[] = [];
  const both = Promise.all([
    new Promise<void>((resolve) =>
      socket.on("lookup", ({ host }) => {
        heard.push(`lookup ${host}`);
        resolve();
      })
    ),
    new Promise<void>((resolve) =>
      socket.on("connect", ({ durationMs }) => {
        heard.push(`connect ${durationMs === socket.timings.connectMs}`);
        resolve();
      })
    ),
  ]);
  socket.on("secureConnect", () => heard.push("secure"));
  assert.deepEqual(heard, [], "never within on()");
  await both;
  assert.deepEqual(heard, ["lookup localhost", "connect true"]);
});

Deno.test("who listens late and throws ends the socket with what was thrown", async () => {
  await using pair = await connectPair();
  const thrown = new RangeError("from the script");
  const heard: string[] = [];
  pair.client.on("connect", () => {
    throw thrown;
  });
  pair.client.on("connect", () => heard.push("connect"));
  await assert.rejects(pair.client.done(), (error) => error === thrown);
  assert.equal(pair.client.active, false);
  await Promise.resolve();
  assert.deepEqual(heard, ["connect"], "the others are told all the same");
});

Deno.test("who listens late and thinks better of it in the same turn hears nothing", async () => {
  await using pair = await connectPair();
  const heard: string[] = [];
  pair.client.on("connect", () => heard.push("off"))();
  pair.client.on("connect", () => heard.push("on"));
  await Promise.resolve();
  assert.deepEqual(heard, ["on"]);
});

Deno.test("drain comes once the system has all that was written", async () => {
  await using pair = await connectPair();
  const heard: string[] = [];
  const drained = Promise.withResolvers<void>();
  pair.client.on("drain", () => {
    heard.push("drain");
    drained.resolve();
  });
  pair.peer.on("data", () => {});
  const writes = [1, 2, 3].map((n) =>
    pair.client.write(pattern(1_000_000)).then(() => heard.push(`written ${n}`))
  );
  await Promise.all(writes);
  await drained.promise;
  assert.equal(heard.filter((event) => event === "drain").length, 1);
});

Deno.test("a socket that is idle for its limit tells so and fails", async () => {
  const heard: string[] = [];
  const eventHandlers = {
    timeout: () => heard.push("timeout"),
    error: (error: Error) => heard.push((error as NetError).code),
    close: () => heard.push("close"),
  };
  await using pair = await connectPair({ idleTimeoutMs: 60, eventHandlers });
  await assert.rejects(pair.client.read(), isNetError("idle_timeout", "read"));
  await assert.rejects(pair.client.done(), isNetError("idle_timeout", "read", /for 60ms$/));
  assert.deepEqual(heard, ["timeout", "idle_timeout", "close"]);
  assert.equal(pair.client.active, false);
});

Deno.test("a socket with traffic outlives its idle limit", async () => {
  await using pair = await connectPair({ idleTimeoutMs: 400 });
  pair.client.on("timeout", () => assert.fail("it was not idle"));
  pair.peer.on("data", (data) => void pair.peer.write(data));
  const until = performance.now() + 900;
  while (performance.now() < until) {
    await pair.client.write(bytes("x"));
    await pair.client.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(pair.client.active, true);
});

Deno.test("a layer sees what passes, and the socket's counts stay right", async () => {
  await using pair = await connectPair();
  const seen: string[] = [];
  pair.client.layer((conn): Conn => ({
    read: async (buffer) => {
      const count = await conn.read(buffer);
      seen.push(`in ${count}`);
      return count;
    },
    write: (data) => {
      seen.push(`out ${data.length}`);
      return conn.write(data.subarray(0, 2)); // A layer may take less.
    },
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
    ref: () => conn.ref(),
    unref: () => conn.unref(),
  }));
  assert.equal(await pair.client.write(bytes("hello")), 5);
  await pair.peer.write(bytes("abc"));
  await pair.client.read();
  assert.deepEqual(seen, ["out 5", "out 3", "out 1", "in 3"]);
  assert.deepEqual([pair.client.bytesOut, pair.client.bytesIn], [5, 3]);
});

Deno.test("the readable is a byte stream: a reader may bring its buffer", async () => {
  await using pair = await connectPair();
  const sent = pattern(50_000);
  await pair.peer.write(sent);
  await pair.peer.closeWrite();
  const reader = (pair.client.readable as ReadableStream<Uint8Array<ArrayBuffer>>)
    .getReader({ mode: "byob" });
  const got: number[] = [];
  let buffer = new Uint8Array(777);
  for (;;) {
    const { value, done } = await reader.read(buffer);
    if (done) break;
    assert.ok(value.length <= 777);
    got.push(...value);
    buffer = new Uint8Array(value.buffer);
  }
  assert.deepEqual(Uint8Array.from(got), sent);
});

Deno.test("an event that doesn't exist and a listener that is no function are refused", async () => {
  await using server = TCP.listen();
  const handlers = [{ conect: () => {} }, { connect: 3 }] as unknown as { connect: () => void }[];
  for (const eventHandlers of handlers) {
    await assert.rejects(TCP.open(server.address, { eventHandlers }), OptionError);
  }
});
