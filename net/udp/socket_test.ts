import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { bytes, isNetError, pattern, text } from "../_sockets_for_tests.ts";
import { type Meter, unmeasured } from "../measure.ts";
import { pairOf, socketOver, testKinds } from "./_datagrams_for_tests.ts";

testKinds("write() and read() move one datagram each, empty ones too", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  for (const message of ["one", "", "three"]) {
    assert.equal(await client.write(bytes(message)), message.length);
    const received = await server.receive();
    assert.equal(text(received?.data ?? null), message);
    assert.deepEqual(received?.address, client.localAddress);
    await server.send(received!.data, address);
    assert.equal(text(await client.read()), message);
  }
  assert.equal(client.bytesOut, 8);
  assert.equal(client.bytesIn, 8);
  const { received, sent, empty, cut, stray, refused } = client;
  assert.deepEqual(
    { received, sent, empty, cut, stray, refused },
    { received: 3, sent: 3, empty: 1, cut: 0, stray: 0, refused: 0 },
  );
});

testKinds("readInto() fills the caller's buffer and gives the count", async (kind) => {
  await using pair = await pairOf(kind);
  const buffer = new Uint8Array(8).fill(7);
  await pair.server.send(bytes("abc"), pair.address);
  assert.equal(await pair.client.readInto(buffer), 3);
  assert.deepEqual([...buffer], [97, 98, 99, 7, 7, 7, 7, 7]);
  await pair.server.send(new Uint8Array(0), pair.address);
  assert.equal(await pair.client.readInto(buffer), 0, "empty, not the end");
});

testKinds("a datagram that just fits is not cut, a longer one is, and counted", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const buffer = new Uint8Array(100);
  await server.send(pattern(100), address);
  assert.equal(await client.readInto(buffer), 100);
  assert.equal(client.cut, 0);
  await server.send(pattern(101), address);
  assert.equal(await client.readInto(buffer), 100);
  assert.deepEqual(buffer, pattern(101).subarray(0, 100));
  assert.equal(client.cut, 1);
  await server.send(pattern(1000), address);
  assert.deepEqual(await client.read(10), pattern(1000).subarray(0, 10));
  await server.send(bytes("whole"), address);
  assert.equal(text(await client.read()), "whole");
  assert.equal(client.cut, 2);
  assert.equal(client.bytesIn, 100 + 100 + 10 + 5, "what was lost doesn't count");
});

testKinds("reads that overlap get the datagrams in order, each its own", async (kind) => {
  await using pair = await pairOf(kind);
  const reads = Array.from({ length: 5 }, () => pair.client.read());
  const into = new Uint8Array(10);
  const filled = pair.client.readInto(into);
  for (let i = 0; i < 6; i++) await pair.server.send(bytes(`nr ${i}`), pair.address);
  const texts = (await Promise.all(reads)).map(text);
  assert.deepEqual(texts, ["nr 0", "nr 1", "nr 2", "nr 3", "nr 4"]);
  assert.equal(text(into.subarray(0, await filled ?? 0)), "nr 5");
});

testKinds("what was read stays as it was when more is read", async (kind) => {
  await using pair = await pairOf(kind);
  await pair.server.send(bytes("first"), pair.address);
  await pair.server.send(bytes("other"), pair.address);
  const first = await pair.client.read();
  await pair.client.read();
  assert.equal(text(first), "first");
});

testKinds("one bound socket serves many peers", async (kind) => {
  await using pair = await pairOf(kind);
  const { server } = pair;
  const clients = [];
  for (let i = 0; i < 10; i++) clients.push(socketOver(await kind.open(), server.localAddress));
  const serving = (async () => {
    for await (const { data, address } of server) await server.send(data, address);
  })();
  const answers = await Promise.all(clients.map(async (client, i) => {
    await client.write(bytes(`I am ${i}`));
    return text(await client.read());
  }));
  assert.deepEqual(answers, clients.map((_, i) => `I am ${i}`));
  for (const client of clients) client.close();
  server.close();
  await serving;
});

testKinds("datagrams of strangers are dropped and counted", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const stranger = socketOver(await kind.open());
  const reading = client.read();
  for (let i = 0; i < 20; i++) await stranger.send(bytes("forged"), address);
  await server.send(bytes("real"), address);
  assert.equal(text(await reading), "real");
  assert.equal(client.stray, 20);
  assert.equal(client.received, 1);
  assert.equal(client.bytesIn, 4);
  stranger.close();
});

testKinds("too much for a datagram is refused before it is sent", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const tooMuch = pattern(65_508);
  const refusal = isNetError("datagram_too_large", "write", /65508 bytes .* 65507/);
  await assert.rejects(client.write(tooMuch), refusal);
  await assert.rejects(server.send(tooMuch, address), refusal);
  assert.equal(client.sent, 0);
  assert.equal(client.active, true, "the socket is none the worse");
  const most = tooMuch.subarray(1);
  await client.write(most);
  assert.deepEqual(await server.read(), most);
});

testKinds(
  "a socket without a peer doesn't write, one with a peer sends to no other",
  async (kind) => {
    await using pair = await pairOf(kind);
    const { server, client } = pair;
    const refusal = isNetError("not_connected", "write", /use send\(data, "host:port"\)/);
    await assert.rejects(server.write(bytes("x")), refusal);
    await assert.rejects(server.send(bytes("x")), refusal);
    await assert.rejects(client.send(bytes("x"), "127.0.0.1:9"), OptionError);
    await assert.rejects(client.send(bytes("x"), { ip: "127.0.0.1", port: 9 }), OptionError);
    assert.equal(await client.send(bytes("x")), 1);
    await assert.rejects(server.send(bytes("x"), "nonsense"), isNetError("address_invalid"));
    await assert.rejects(
      client.write("text" as unknown as Uint8Array),
      /write takes a Uint8Array, not string/,
    );
  },
);

testKinds("a name is resolved for send(), and its failure is not remembered", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client } = pair;
  const { port } = server.localAddress;
  const sender = socketOver(await kind.open());
  for (let i = 0; i < 2; i++) {
    await sender.send(bytes("by name"), `localhost:${port}`);
    assert.equal(text(await server.read()), "by name");
  }
  await assert.rejects(sender.send(bytes("x"), "no-such-host.invalid:9"), { name: "NetError" });
  sender.close();
  assert.equal(client.active, true);
});

testKinds("close() ends what is pending: read rejects, receive and iteration end", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client } = pair;
  const reading = client.read();
  const receiving = server.receive();
  const iterating = (async () => {
    let count = 0;
    for await (const _ of server) count++;
    return count;
  })();
  client.close();
  server.close();
  await assert.rejects(reading, isNetError("socket_closed", "read"));
  assert.equal(await receiving, null);
  assert.equal(await iterating, 0);
  assert.equal(await server.receive(), null);
  await assert.rejects(client.read(), isNetError("socket_closed", "read"));
  await assert.rejects(client.write(bytes("x")), isNetError("socket_closed", "write"));
  await client.done();
  assert.equal(client.active, false);
});

testKinds("closeWrite() ends writing here, and nothing else", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  await client.closeWrite();
  await assert.rejects(
    client.write(bytes("x")),
    isNetError("socket_closed", "write", /writing side/),
  );
  await server.send(bytes("still here"), address);
  assert.equal(text(await client.read()), "still here");
  assert.equal(client.active, true);
});

testKinds("readable and writable carry a datagram in each chunk", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const writer = client.writable.getWriter();
  const reader = client.readable.getReader();
  for (const message of ["a", "", "ccc"]) {
    await writer.write(bytes(message));
    assert.equal(text(await server.read()), message);
    await server.send(bytes(message), address);
    assert.equal(text((await reader.read()).value ?? null), message);
  }
  await writer.close();
  await assert.rejects(client.write(bytes("x")), isNetError("socket_closed", "write"));
  await reader.cancel();
  assert.equal(client.active, false, "both sides ended");
});

testKinds("on('data') gets each datagram, and excludes reading", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const got: string[] = [];
  const three = Promise.withResolvers<void>();
  client.on("data", (data) => {
    got.push(text(data)!);
    if (got.length === 3) three.resolve();
  });
  await assert.rejects(client.read(), isNetError("socket_reading"));
  await assert.rejects(client.readInto(new Uint8Array(1)), isNetError("socket_reading"));
  await assert.rejects(client.receive(), isNetError("socket_reading"));
  assert.throws(() => client.readable, isNetError("socket_reading"));
  for (const message of ["a", "", "ccc"]) await server.send(bytes(message), address);
  await three.promise;
  assert.deepEqual(got, ["a", "", "ccc"]);
  const other = socketOver(await kind.open());
  assert.ok(other.readable);
  assert.throws(() => other.on("data", () => {}), isNetError("socket_reading"));
  other.close();
});

testKinds("a datagram for a listener that has left waits for the next one", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  const next = () =>
    new Promise<string>((resolve) => {
      const off = client.on("data", (data) => {
        off();
        resolve(text(data)!);
      });
    });
  for (const message of ["a", "b", "c"]) await server.send(bytes(message), address);
  assert.deepEqual([await next(), await next(), await next()], ["a", "b", "c"]);
});

testKinds("done() rejects with what a listener threw", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  client.on("data", () => {
    throw new Error("in the listener");
  });
  const done = assert.rejects(client.done(), /in the listener/);
  await server.send(bytes("x"), address);
  await done;
  assert.equal(client.active, false);
});

testKinds("drain is told when the system has all that was written", async (kind) => {
  await using pair = await pairOf(kind);
  let drained = 0;
  const done = Promise.withResolvers<void>();
  pair.client.on("drain", () => {
    drained++;
    done.resolve();
  });
  const writes = [1, 2, 3].map((length) => pair.client.write(pattern(length)));
  await done.promise;
  assert.deepEqual(await Promise.all(writes), [1, 2, 3]);
  assert.equal(drained, 1);
});

testKinds("a socket that nothing goes to or comes from times out", async (kind) => {
  const told: string[] = [];
  const failed: string[] = [];
  const meter: Meter = { ...unmeasured(), failed: ({ code }) => failed.push(code) };
  await using pair = await pairOf(kind, { meter, idleTimeoutMs: 40 });
  const { client } = pair;
  for (const event of ["timeout", "error", "close"] as const) {
    client.on(event, () => told.push(event));
  }
  const reading = assert.rejects(client.read(), isNetError("socket_closed", "read"));
  await assert.rejects(client.done(), isNetError("idle_timeout", "read", /for 40ms/));
  await reading;
  await assert.rejects(client.receive(), isNetError("socket_closed", "read"));
  assert.deepEqual(told, ["timeout", "error", "close"]);
  assert.deepEqual(failed, ["idle_timeout"]);
});

testKinds("bytes are added to the meter's", async (kind) => {
  const meter = unmeasured();
  await using pair = await pairOf(kind, { meter });
  await pair.client.write(pattern(30));
  await pair.server.send(pattern(20), pair.address);
  await pair.client.read();
  assert.deepEqual({ ...meter.io }, { sent: 30, received: 20 });
});

testKinds("a flood is read without holding up timers", async (kind) => {
  await using pair = await pairOf(kind);
  const { server, client, address } = pair;
  let timer = false;
  let got = 0;
  const seen = Promise.withResolvers<void>();
  client.on("data", () => {
    got++;
    if (timer) seen.resolve();
  });
  const id = setTimeout(() => timer = true);
  while (!timer) await server.send(pattern(100), address);
  await server.send(pattern(100), address);
  await seen.promise;
  assert.ok(got > 0);
  clearTimeout(id);
});
