import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
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

Deno.test("on('data') pushes what arrives, then the end; the socket closes after it", async () => {
  await using pair = await connectPair();
  const events: string[] = [];
  const chunks: Uint8Array[] = [];
  const first = Promise.withResolvers<void>();
  pair.client.on("data", (chunk) => {
    chunks.push(chunk);
    first.resolve();
  });
  pair.client.on("end", () => events.push("end"));
  pair.client.on("close", () => events.push("close"));
  pair.client.on("error", () => events.push("error"));
  const sent = pattern(300_000);
  await pair.peer.write(sent.subarray(0, 100));
  await first.promise; // So that the small chunk is one of its own.
  await pair.peer.write(sent.subarray(100));
  await pair.peer.closeWrite();
  await pair.client.done();
  assert.deepEqual(concat(chunks), sent, "views keep their bytes");
  assert.deepEqual(events, ["end", "close"]);
  assert.equal(pair.client.bytesIn, sent.length);
});

Deno.test("on('end') can still answer before the socket closes", async () => {
  await using pair = await connectPair();
  pair.client.on("data", () => {});
  pair.client.on("end", () => void pair.client.write(pattern(4_000_000)));
  await pair.peer.closeWrite();
  assert.deepEqual(await readAll(pair.peer), pattern(4_000_000));
  await pair.client.done();
});

Deno.test("the seed's example: a listener closes the socket, done() resolves", async () => {
  await using pair = await connectPair();
  let heard = "";
  pair.client.on("data", (data) => {
    heard += text(data);
    pair.client.close();
  });
  await pair.peer.write(bytes("bye"));
  await pair.client.done();
  assert.equal(heard, "bye");
});

Deno.test("bytes that come while no data listener is set wait for the next one", async () => {
  await using pair = await connectPair();
  const first = Promise.withResolvers<string | null>();
  const off = pair.client.on("data", (data) => first.resolve(text(data)));
  await pair.peer.write(bytes("one"));
  assert.equal(await first.promise, "one");
  off();
  await pair.peer.write(bytes("two"));
  const second = Promise.withResolvers<string | null>();
  let within = true;
  pair.client.on("data", (data) => second.resolve(`${within} ${text(data)}`));
  within = false;
  assert.equal(await second.promise, "false two");
});

Deno.test("a data listener set again while bytes are on their way loses none", async () => {
  await using pair = await connectPair();
  let seen = "";
  const got = Promise.withResolvers<void>();
  pair.client.on("data", () => {})();
  pair.client.on("data", (data) => {
    seen += text(data);
    if (seen.length === 6) got.resolve();
  });
  await pair.peer.write(bytes("abc"));
  await pair.peer.write(bytes("def"));
  await got.promise;
  assert.equal(seen, "abcdef");
});

Deno.test("on('error') hears a reset, close follows, done() rejects", async () => {
  await using client = await connectToReset();
  const events: string[] = [];
  client.on("error", (error) => events.push((error as { code?: string }).code ?? ""));
  client.on("close", () => events.push("close"));
  client.on("data", () => {});
  await assert.rejects(client.done(), isNetError("connection_reset", "read"));
  assert.deepEqual(events, ["connection_reset", "close"]);
});

Deno.test("a listener that throws ends the socket, and done() rejects with its error", async () => {
  await using pair = await connectPair();
  const thrown = new RangeError("from the script");
  pair.client.on("data", () => {
    throw thrown;
  });
  await pair.peer.write(bytes("x"));
  await assert.rejects(pair.client.done(), (error) => error === thrown);
  assert.equal(pair.client.active, false);
});

Deno.test("on() refuses an event that doesn't exist", async () => {
  await using pair = await connectPair();
  assert.throws(
    () => pair.client.on("dta" as "data", () => {}),
    (error) => error instanceof OptionError && /did you mean data/.test(error.message),
  );
});

Deno.test("pulling, pushing and streaming exclude each other with socket_reading", async () => {
  const refused = isNetError("socket_reading", "read");
  {
    await using pair = await connectPair();
    pair.client.on("data", () => {});
    pair.client.on("data", () => {});
    assert.throws(() => pair.client.readable, refused);
    await assert.rejects(pair.client.read(), refused);
    await assert.rejects(pair.client.readInto(new Uint8Array(1)), refused);
  }
  {
    await using pair = await connectPair();
    assert.equal(pair.client.readable, pair.client.readable);
    assert.throws(() => pair.client.on("data", () => {}), refused);
    await assert.rejects(pair.client.read(), refused);
  }
  {
    await using pair = await connectPair();
    const read = pair.client.read();
    assert.throws(() => pair.client.on("data", () => {}), refused);
    pair.client.on("end", () => {});
    await pair.peer.write(bytes("head"));
    assert.equal(text(await read), "head");
    await pair.peer.write(bytes("body"));
    await pair.peer.closeWrite();
    assert.equal(await new Response(pair.client.readable).text(), "body", "a stream may take over");
  }
});

Deno.test("readable reads only when asked, and errors when the socket does", async () => {
  await using pair = await connectPair();
  const stream = pair.client.readable;
  await pair.peer.write(bytes("x"));
  assert.equal(pair.client.bytesIn, 0);
  const reader = stream.getReader();
  assert.equal(text((await reader.read()).value ?? null), "x");
  const pending = assert.rejects(reader.read(), isNetError("socket_closed", "read"));
  pair.client.close();
  await pending;
});

Deno.test("cancelling readable leaves the writing side open", async () => {
  await using pair = await connectPair();
  await pair.peer.write(bytes("ignored"));
  for await (const _chunk of pair.client.readable) break;
  await pair.client.write(bytes("still here"));
  assert.equal(text(await pair.peer.read()), "still here");
  assert.equal(pair.client.active, true);
  await pair.client.closeWrite();
  assert.equal(pair.client.active, false);
});

Deno.test("writable writes in order, its close ends the writing side, its abort the socket", async () => {
  await using pair = await connectPair();
  assert.equal(pair.client.writable, pair.client.writable);
  const writer = pair.client.writable.getWriter();
  const writing = Promise.all([
    writer.write(pattern(3_000_000)),
    writer.write(bytes("tail")),
    writer.close(),
  ]);
  const received = await readAll(pair.peer);
  await writing;
  assert.deepEqual(received, concat([pattern(3_000_000), bytes("tail")]));
  await pair.peer.writable.abort();
  assert.equal(pair.peer.active, false);
});

Deno.test("a pipe carries both directions to the end", async () => {
  await using pair = await connectPair();
  const echo = pair.peer.readable.pipeTo(pair.peer.writable);
  const sent = pattern(500_000);
  const writing = pair.client.write(sent).then(() => pair.client.closeWrite());
  assert.deepEqual(await readAll(pair.client), sent);
  await Promise.all([echo, writing, pair.peer.done(), pair.client.done()]);
});
