import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { FakeClock } from "./_fake_clock_for_tests.ts";
import { concat, isNetError, pattern } from "../_sockets_for_tests.ts";
import type { Conn } from "../conn.ts";
import type { Dialer } from "../dialer.ts";
import type { StreamSocket } from "../socket.ts";
import { TCP } from "../tcp.ts";
import { throttle, throttled, type ThrottleLimits } from "./throttle.ts";

Deno.test("connecting takes a round trip more, then the first write another", async () => {
  const server = TCP.listen();
  const clock = new FakeClock();
  const opening = throttle(TCP.open, { latencyMs: 100 }, clock)(server.address);
  let open = false;
  opening.then(() => open = true);
  await clock.asked();
  await clock.advance(99);
  assert.equal(open, false);
  await clock.advance(1);
  const socket = await opening;
  const peer = await server.accept();
  const heard = peer!.read();
  await socket.write(Uint8Array.of(1, 2));
  assert.equal(clock.waiting, 1); // It is on its way.
  await clock.advance(100);
  assert.deepEqual(await heard, Uint8Array.of(1, 2));
  for (const closable of [socket, peer!, server]) closable.close();
});

Deno.test("over a slow network every byte arrives, in both directions", async () => {
  const server = TCP.listen();
  const dial = throttle(TCP.open, {
    latencyMs: 5,
    jitterMs: 5,
    downloadBytesPerSecond: 10_000_000,
    uploadBytesPerSecond: 10_000_000,
  });
  const [socket, peer] = await Promise.all([dial(server.address), server.accept()]);
  const [up, down] = [pattern(200_000, 1), pattern(200_000, 2)];
  const send = async (from: StreamSocket, data: Uint8Array) => {
    await from.write(data);
    await from.closeWrite();
  };
  const [heardDown, heardUp] = await Promise.all([
    Array.fromAsync(socket.readable).then(concat),
    Array.fromAsync(peer!.readable).then(concat),
    send(socket, up),
    send(peer!, down),
  ]);
  assert.deepEqual(heardUp, up);
  assert.deepEqual(heardDown, down);
  assert.deepEqual([socket.bytesOut, socket.bytesIn], [up.length, down.length]);
  for (const closable of [socket, peer!, server]) closable.close();
});

Deno.test("a socket may be closed with data under way", async () => {
  const server = TCP.listen();
  const dial = throttle(TCP.open, { latencyMs: 5, downloadBytesPerSecond: 1 });
  const [socket, peer] = await Promise.all([dial(server.address), server.accept()]);
  await peer!.write(new Uint8Array(100));
  await socket.write(new Uint8Array(100));
  const reading = assert.rejects(socket.read(), isNetError("socket_closed", "read"));
  socket.close();
  await reading;
  await assert.rejects(socket.write(new Uint8Array(1)), isNetError("socket_closed", "write"));
  peer!.close();
  server.close();
});

/** A dialer of sockets that only tell whether they were closed. */
function dialerOf(tls: boolean): { dial: Dialer; closes: () => number; layers: () => number } {
  let [closes, layers] = [0, 0];
  const socket = {
    tls: tls ? {} : null,
    close: () => void closes++,
    layer: (_wrap: (conn: Conn) => Conn) => void layers++,
  } as unknown as StreamSocket;
  return { dial: () => Promise.resolve(socket), closes: () => closes, layers: () => layers };
}

Deno.test("TLS takes one round trip more", async () => {
  const clock = new FakeClock();
  const { dial, layers } = dialerOf(true);
  const opening = throttle(dial, { latencyMs: 100 }, clock)("a:1");
  await clock.advance(199);
  assert.equal(layers(), 0);
  await clock.advance(1);
  await opening;
  assert.equal(layers(), 1);
});

Deno.test("a latency beyond the limit of connecting is a timeout", async () => {
  const clock = new FakeClock();
  const { dial, closes } = dialerOf(false);
  const opening = throttle(dial, { latencyMs: 100 }, clock)("a:1", { connectTimeoutMs: 50 });
  const failing = assert.rejects(
    opening,
    isNetError("connection_timeout", "connect", /^connect to a:1 failed: timed out after 50ms$/),
  );
  await clock.advance(50);
  await failing;
  assert.deepEqual([closes(), clock.waiting], [1, 0]);
});

Deno.test("an abort ends the wait and closes the socket", async () => {
  for (const begun of [true, false]) {
    const clock = new FakeClock();
    const { dial, closes } = dialerOf(false);
    const controller = new AbortController();
    if (!begun) controller.abort(new Error("enough"));
    const opening = throttle(dial, { latencyMs: 100 }, clock)("a:1", controller);
    const failing = assert.rejects(
      opening,
      isNetError("aborted", "connect", /^connect to a:1 aborted$/),
    );
    if (begun) {
      await clock.asked();
      controller.abort(new Error("enough"));
    }
    await failing;
    assert.deepEqual([closes(), clock.waiting], [1, 0]);
  }
});

Deno.test("a dialer gets address and options as they were given; its failure is passed on", async () => {
  const given: unknown[] = [];
  const failure = new Error("down");
  const dial: Dialer = (...parameters) => {
    given.push(...parameters);
    return Promise.reject(failure);
  };
  const options = { connectTimeoutMs: 5 };
  await assert.rejects(throttle(dial, {})("a:1", options), (error) => error === failure);
  assert.deepEqual([given[0], given[1] === options], ["a:1", true]);
});

Deno.test("limits that can't be are refused with their name and value", () => {
  const wrong: [unknown, RegExp][] = [
    [{ latencyMs: -1 }, /^latencyMs must be 0 to 600000: -1$/],
    [{ latencyMs: 600_001 }, /^latencyMs must be 0 to 600000: 600001$/],
    [{ latencyMs: NaN }, /^latencyMs must be 0 to 600000: NaN$/],
    [{ latencyMs: "5" }, /^latencyMs must be 0 to 600000: 5$/],
    [{ jitterMs: 5 }, /^jitterMs 5 is more than latencyMs 0$/],
    [{ latencyMs: 5, jitterMs: -1 }, /^jitterMs must be 0 to 600000: -1$/],
    [{ downloadBytesPerSecond: 0 }, /^downloadBytesPerSecond must be at least 1: 0$/],
    [{ uploadBytesPerSecond: NaN }, /^uploadBytesPerSecond must be at least 1: NaN$/],
    [{ uploadBytesPerSecond: null }, /^uploadBytesPerSecond must be at least 1: null$/],
    [{ latency: 5 }, /^throttle has no option latency: did you mean latencyMs$/],
    [null, /takes an object of options: null$/],
  ];
  const { dial } = dialerOf(false);
  for (const [limits, message] of wrong) {
    for (
      const use of [
        () => throttle(dial, limits as ThrottleLimits),
        () => throttled({} as Conn, limits as ThrottleLimits),
      ]
    ) {
      assert.throws(use, (error) => {
        assert.ok(error instanceof OptionError);
        assert.match(error.message, message);
        return true;
      });
    }
  }
  assert.throws(() => throttle("a:1" as unknown as Dialer, {}), /takes a function that connects/);
});
