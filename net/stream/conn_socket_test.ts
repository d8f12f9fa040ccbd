import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import {
  bytes,
  concat,
  connectPair,
  connectToReset,
  isNetError,
  pattern,
  readAll,
  text,
} from "../_sockets_for_tests.ts";

const MIB = 1024 * 1024;

Deno.test("read() gives what came, at most the limit, and null at the end", async () => {
  await using pair = await connectPair();
  await pair.peer.write(bytes("hello world"));
  assert.equal(text(await pair.client.read(5)), "hello");
  assert.equal(text(await pair.client.read()), " world");
  pair.peer.close();
  assert.equal(await pair.client.read(), null);
  assert.equal(await pair.client.read(), null);
  assert.equal(pair.client.active, true, "this side is still open");
  assert.equal(pair.client.bytesIn, 11);
});

Deno.test("read() refuses a limit that isn't a whole number above 0", async () => {
  await using pair = await connectPair();
  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    await assert.rejects(pair.client.read(limit), OptionError);
  }
});

Deno.test("readInto() fills the caller's buffer; writes may arrive joined or split", async () => {
  await using pair = await connectPair();
  const sent = pattern(10_000);
  for (let at = 0; at < sent.length; at += 1000) {
    await pair.peer.write(sent.subarray(at, at + 1000));
  }
  await pair.peer.closeWrite();
  const buffer = new Uint8Array(777);
  const chunks: Uint8Array[] = [];
  for (let n = await pair.client.readInto(buffer); n; n = await pair.client.readInto(buffer)) {
    chunks.push(buffer.slice(0, n));
  }
  assert.deepEqual(concat(chunks), sent);
});

Deno.test("write() takes a megabyte whole although the reader is slow", async () => {
  await using pair = await connectPair();
  const sent = pattern(8 * MIB);
  const writing = pair.client.write(sent);
  const chunks: Uint8Array[] = [];
  for (let count = 0; count < sent.length;) {
    const chunk = await pair.peer.read(1 + (count % 50_000));
    assert.ok(chunk !== null);
    chunks.push(chunk);
    count += chunk.length;
  }
  assert.equal(await writing, sent.length);
  assert.deepEqual(concat(chunks), sent);
  assert.equal(pair.client.bytesOut, sent.length);
});

Deno.test("concurrent writes keep their order, also when the first is taken in parts", async () => {
  await using pair = await connectPair();
  const parts = [pattern(6 * MIB, 1), bytes("second"), pattern(MIB, 3), bytes("fourth")];
  const writing = Promise.all(parts.map((part) => pair.client.write(part)));
  const ended = pair.client.closeWrite();
  const received = await readAll(pair.peer);
  assert.deepEqual(await writing, parts.map((part) => part.length));
  await ended;
  assert.deepEqual(received, concat(parts));
});

Deno.test("write() after queued writes have begun goes behind them", async () => {
  await using pair = await connectPair();
  const order: string[] = [];
  const first = pair.client.write(pattern(MIB)).then(() => {
    order.push("first");
    return pair.client.write(bytes("third")).then(() => order.push("third"));
  });
  const second = pair.client.write(pattern(MIB)).then(() => order.push("second"));
  const reading = readAll(pair.peer);
  await Promise.all([first, second]);
  await pair.client.closeWrite();
  assert.deepEqual(order, ["first", "second", "third"]);
  assert.equal(text((await reading).subarray(-5)), "third");
});

Deno.test("write() of nothing resolves with 0, and of anything but bytes is refused", async () => {
  await using pair = await connectPair();
  assert.equal(await pair.client.write(new Uint8Array(0)), 0);
  for (const value of ["text", 7, null, undefined, [1], new ArrayBuffer(1), new Uint16Array(1)]) {
    const wrong = pair.client.write(value as unknown as Uint8Array);
    await assert.rejects(wrong, /write takes a Uint8Array, not /);
  }
  assert.equal(pair.client.active, true);
  await pair.client.write(bytes("fine"));
  assert.equal(text(await pair.peer.read()), "fine");
});

Deno.test("closeWrite() ends one direction and leaves the other", async () => {
  await using pair = await connectPair();
  await pair.client.write(bytes("question"));
  await pair.client.closeWrite();
  await pair.client.closeWrite();
  assert.equal(text(await readAll(pair.peer)), "question");
  assert.equal(pair.client.active, true);
  await assert.rejects(
    pair.client.write(bytes("x")),
    isNetError("socket_closed", "write", /writing side was closed/),
  );
  await pair.peer.write(bytes("answer"));
  assert.equal(text(await pair.client.read()), "answer");
  await pair.peer.closeWrite();
  assert.equal(await pair.client.read(), null);
  assert.equal(pair.client.active, false, "both sides ended");
  await pair.client.done();
  assert.equal(await pair.client.read(), null, "the end stays the end");
});

Deno.test("a reset is an error of the read that meets it, and of done()", async () => {
  await using client = await connectToReset();
  const done = assert.rejects(client.done(), isNetError("connection_reset"));
  await assert.rejects(
    client.read(),
    isNetError("connection_reset", "read", /^read from 127\.0\.0\.1:\d+ failed: connection reset/),
  );
  await done;
  assert.equal(client.active, false);
  await assert.rejects(client.read(), isNetError("socket_closed", "read"));
  await assert.rejects(client.write(bytes("x")), isNetError("socket_closed", "write"));
  await assert.rejects(client.done(), isNetError("connection_reset"), "also when asked later");
});

Deno.test("a failed write keeps what the peer sent before it left readable", async () => {
  await using pair = await connectPair();
  await pair.peer.write(bytes("too large"));
  await pair.client.write(bytes("unread"));
  pair.peer.close(); // With unread bytes: the system resets the connection.
  const done = assert.rejects(pair.client.done(), isNetError("broken_pipe"));
  const upload = async () => {
    for (;;) await pair.client.write(pattern(MIB));
  };
  await assert.rejects(upload(), isNetError("broken_pipe", "write"));
  await done;
  assert.equal(pair.client.active, false);
  await assert.rejects(pair.client.write(bytes("x")), isNetError("socket_closed", "write"));
  assert.equal(text(await readAll(pair.client)), "too large");
});

Deno.test("close() may be called again, ends pending reads and writes, and settles done()", async () => {
  await using pair = await connectPair();
  const read = assert.rejects(pair.client.read(), isNetError("socket_closed", "read"));
  const writes = [pattern(16 * MIB), bytes("queued")].map((data) =>
    assert.rejects(pair.client.write(data), isNetError("socket_closed", "write"))
  );
  const done = pair.client.done();
  pair.client.close();
  pair.client.close();
  await Promise.all([read, done, ...writes]);
  await pair.client.done();
  assert.equal(pair.client.active, false);
  await pair.client.closeWrite();
  await assert.rejects(
    pair.client.readInto(new Uint8Array(1)),
    isNetError("socket_closed", "read"),
  );
});

Deno.test("await using closes the socket", async () => {
  await using pair = await connectPair();
  {
    await using socket = pair.client;
    assert.equal(socket.active, true);
  }
  assert.equal(pair.client.active, false);
  assert.equal(await pair.peer.read(), null);
});

Deno.test("a socket knows both addresses, also after it closed", async () => {
  await using pair = await connectPair();
  assert.deepEqual(pair.client.remoteAddress, pair.peer.localAddress);
  pair.client.close();
  assert.deepEqual(pair.client.localAddress, pair.peer.remoteAddress);
  assert.equal(pair.client.localAddress.ip, "127.0.0.1");
  assert.equal(`127.0.0.1:${pair.client.remoteAddress.port}`, pair.server.address);
});

Deno.test("bytes count for the socket and for the context that opened it, not for a server", async () => {
  const context = newContext(new Registry());
  await using pair = await runInContext(context, () => connectPair());
  await pair.client.write(pattern(3 * MIB).subarray(0, 1000));
  await pair.peer.read();
  await pair.peer.write(bytes("ok"));
  await pair.client.read();
  const { sent, received } = context.io.of("tcp");
  assert.deepEqual([sent, received], [1000, 2]);
  assert.deepEqual([pair.client.bytesOut, pair.client.bytesIn], [1000, 2]);
  assert.deepEqual([pair.peer.bytesOut, pair.peer.bytesIn], [2, 1000]);
});

Deno.test("unref() and ref() switch whether a pending read keeps the process", async () => {
  await using pair = await connectPair();
  pair.client.unref();
  const read = pair.client.read();
  pair.client.ref();
  await pair.peer.write(bytes("x"));
  assert.equal(text(await read), "x");
});
