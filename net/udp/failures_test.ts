import assert from "node:assert/strict";
import { Events } from "../_events.ts";
import { bytes, isNetError, text } from "../_sockets_for_tests.ts";
import { type Meter, unmeasured } from "../measure.ts";
import { FakeBackend, socketOver } from "./_datagrams_for_tests.ts";

const PEER = { ip: "127.0.0.1", port: 9 };
const refusal = () => new Deno.errors.ConnectionRefused("Connection refused (os error 111)");

/** A socket over a backend that does what the test says, and the errors that it reported. */
function faked(peer?: typeof PEER) {
  const backend = new FakeBackend();
  const failed: string[] = [];
  const meter: Meter = {
    ...unmeasured(),
    failed: ({ code, phase }) => failed.push(`${code} ${phase}`),
  };
  return { backend, failed, socket: socketOver(backend, peer, { meter, events: new Events() }) };
}

Deno.test("a peer that isn't there, as a read is told, ends its socket", async () => {
  const { backend, failed, socket } = faked(PEER);
  const told: string[] = [];
  socket.on("error", (error) => told.push(error.message));
  socket.on("close", () => told.push("close"));
  const reading = socket.read();
  backend.fail(refusal());
  const refused = isNetError("connection_refused", "read", /read from 127.0.0.1:9 failed/);
  await assert.rejects(reading, refused);
  await assert.rejects(socket.done(), refused);
  assert.equal(socket.active, false);
  assert.equal(socket.refused, 1);
  assert.equal(backend.closed, 1);
  assert.deepEqual(told, ["read from 127.0.0.1:9 failed: connection refused", "close"]);
  assert.deepEqual(failed, ["connection_refused read"]);
});

Deno.test("a peer that isn't there, as a write is told, ends its socket", async () => {
  const { backend, failed, socket } = faked(PEER);
  const reading = socket.read();
  backend.sendErrors.push(refusal());
  await assert.rejects(socket.write(bytes("x")), isNetError("connection_refused", "write"));
  await assert.rejects(reading, isNetError("socket_closed", "read"));
  assert.equal(socket.active, false);
  assert.deepEqual(failed, ["connection_refused write"]);
});

Deno.test("without a peer, one target that isn't there leaves the socket open", async () => {
  const { backend, failed, socket } = faked();
  backend.sendErrors.push(refusal());
  await assert.rejects(socket.send(bytes("x"), PEER), isNetError("connection_refused", "write"));
  const receiving = socket.receive();
  backend.fail(refusal());
  await assert.rejects(receiving, isNetError("connection_refused", "read"));
  assert.equal(socket.active, true);
  assert.equal(socket.refused, 2);
  assert.equal(await socket.send(bytes("x"), PEER), 1);
  const next = socket.receive();
  backend.arrive(bytes("hi"), "127.0.0.1", 7);
  assert.deepEqual(await next, { data: bytes("hi"), address: { ip: "127.0.0.1", port: 7 } });
  assert.deepEqual(failed, ["connection_refused write", "connection_refused read"]);
  socket.close();
});

Deno.test("without a peer, listeners go on after a refusal", async () => {
  const { backend, socket } = faked();
  const got = Promise.withResolvers<string>();
  socket.on("data", (data) => got.resolve(text(data)!));
  while (!backend.receiving) await null;
  backend.fail(refusal());
  await Promise.resolve();
  while (!backend.receiving) await null;
  backend.arrive(bytes("after"), "127.0.0.1", 7);
  assert.equal(await got.promise, "after");
  socket.close();
});

Deno.test("a send that fails otherwise leaves the socket open, peer or not", async () => {
  const cases: [Error, string][] = [
    [new Error("Message too long (os error 90)"), "datagram_too_large"],
    [new Error("Network is unreachable (os error 101)"), "host_unreachable"],
    [new Error("No buffer space available (os error 105)"), "generator_saturated"],
    [new Deno.errors.NotCapable(`Requires net access to "1.2.3.4:9"`), "permission_denied"],
  ];
  const { backend, failed, socket } = faked(PEER);
  for (const [cause, code] of cases) {
    backend.sendErrors.push(cause);
    await assert.rejects(socket.write(bytes("x")), { code });
    assert.equal(socket.active, true);
  }
  assert.deepEqual(failed, cases.map(([, code]) => `${code} write`));
  assert.equal(socket.sent, 0);
  socket.close();
});

Deno.test("any other failed receive ends the socket", async () => {
  const { backend, socket } = faked();
  const receiving = socket.receive();
  backend.fail(new Error("Cannot allocate memory (os error 12)"));
  await assert.rejects(receiving, isNetError("generator_saturated", "read"));
  assert.equal(socket.active, false);
  await assert.rejects(socket.receive(), isNetError("socket_closed", "read"));
});

Deno.test("a flood of strangers is dropped one by one, and no read gets lost", async () => {
  const { backend, socket } = faked(PEER);
  const reading = socket.read();
  for (let i = 0; i < 10_000; i++) {
    // Right address, wrong port, or the reverse.
    backend.arrive(bytes("x"), i % 2 ? "127.0.0.1" : "127.0.0.2", i % 2 ? 10 : 9);
    while (!backend.receiving) await null;
  }
  backend.arrive(bytes("peer"), "127.0.0.1", 9);
  assert.equal(text(await reading), "peer");
  assert.equal(socket.stray, 10_000);
  socket.close();
});

Deno.test("nothing is received that nobody asked for", async () => {
  const { backend, socket } = faked();
  assert.equal(backend.receiving, false);
  const iterator = socket[Symbol.asyncIterator]();
  const first = iterator.next();
  assert.equal(backend.receiving, true);
  backend.arrive(bytes("1"), "127.0.0.1", 1);
  await first;
  assert.equal(backend.receiving, false, "the next one is up to the loop");
  await iterator.return?.();
  assert.equal(socket.active, true, "leaving a loop keeps the socket");
  socket.close();
  socket.close();
  assert.equal(backend.closed, 1);
});
