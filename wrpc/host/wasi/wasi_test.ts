import assert from "node:assert/strict";
import { Fields } from "./fields.ts";
import { Lifetime, wasiImports } from "./mod.ts";
import { isGranted, suspendingImports } from "./names.ts";
import { poll, Pollable } from "./poll.ts";
import { type ByteSource, InputStream, OutputStream } from "./streams.ts";

const encoder = new TextEncoder();

function source(...chunks: string[]): ByteSource & { pushed: () => void } {
  let waiting = () => {};
  let there: number | null = 0;
  const bytes = chunks.map((text) => encoder.encode(text));
  return {
    available: () => there === null ? null : bytes[0] === undefined ? null : there,
    take: (length) => {
      const taken = bytes[0]!.subarray(0, length);
      bytes[0] = bytes[0]!.subarray(length);
      if (bytes[0].length === 0) bytes.shift();
      there = bytes[0]?.length ?? null;
      return taken;
    },
    wait: () => new Promise((resolve) => waiting = resolve),
    pushed: () => {
      there = bytes[0]!.length;
      waiting();
    },
  };
}

Deno.test("an input stream reads what is there, waits for more, and tells its end", async () => {
  const bytes = source("hello");
  const stream = new InputStream(bytes);
  assert.equal(stream.read(10n).length, 0);
  const reading = stream.blockingRead(3n);
  bytes.pushed();
  assert.deepEqual(await reading, encoder.encode("hel"));
  assert.deepEqual(stream.read(2n ** 64n - 1n), encoder.encode("lo"));
  assert.throws(() => stream.read(1n), { payload: { tag: "closed" } });
});

Deno.test("an output stream takes no more than it said", async () => {
  let room: number | null = 0;
  let told = () => {};
  const written: number[] = [];
  const stream = new OutputStream({
    room: () => room,
    write: (bytes) => {
      written.push(bytes.length);
      room! -= bytes.length;
    },
    wait: () => new Promise((resolve) => told = resolve),
  });
  assert.throws(() => stream.write(new Uint8Array(1)), /more was written/);
  const writing = stream.blockingWriteAndFlush(new Uint8Array(5));
  for (const more of [3, 4]) {
    room = more;
    told();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await writing;
  assert.deepEqual(written, [3, 2]);
  await assert.rejects(stream.blockingWriteAndFlush(new Uint8Array(4097)), /4096/);
  room = null;
  assert.throws(() => stream.checkWrite(), { payload: { tag: "closed" } });
});

Deno.test("poll tells which are ready, and waits until one is", async () => {
  let ready = false;
  let tell = () => {};
  const wait = () => new Promise<void>((resolve) => tell = resolve);
  const never = new Pollable(() => false, () => new Promise(() => {}));
  const late = new Pollable(() => ready, wait);
  const polled = poll([never, late]);
  ready = true;
  tell();
  assert.deepEqual([...await polled], [1]);
  assert.deepEqual([...await poll([late, never, late])], [0, 2]);
  await assert.rejects(poll([]), /empty/);
});

Deno.test("what an instance waits for throws into it when it is given up", async () => {
  const lifetime = new Lifetime();
  const clock = wasiImports(lifetime, () => {})["wasi:clocks/monotonic-clock"]!;
  const { subscribeDuration } = clock as { subscribeDuration(ns: bigint): Pollable };
  const sleeping = subscribeDuration(2n ** 63n - 1n).block();
  lifetime.end(new Error("given up"));
  await assert.rejects(sleeping, /given up/);
  await assert.rejects(subscribeDuration(1_000_000_000n).block(), /given up/);
});

Deno.test("fields keep their rules", () => {
  const fields = Fields.fromList([["a", encoder.encode("1")]]);
  fields.append("A", encoder.encode("2"));
  assert.equal(fields.get("a").length, 2);
  fields.set("b", [encoder.encode("3")]);
  fields.delete("a");
  assert.deepEqual(fields.entries().map(([name]) => name), ["b"]);
  const refused = (tag: string, call: () => unknown) => assert.throws(call, { payload: { tag } });
  refused("invalid-syntax", () => fields.append("a b", encoder.encode("")));
  refused("invalid-syntax", () => fields.append("a", encoder.encode("x\r\ny")));
  refused("forbidden", () => fields.append("Transfer-Encoding", encoder.encode("chunked")));
  refused("immutable", () => fields.freeze().append("a", encoder.encode("1")));
  refused("immutable", () => Fields.received([]).delete("a"));
});

Deno.test("fields that came are cloned whole, and the clone can be changed", () => {
  const received = Fields.received([["Connection", encoder.encode("close")]]);
  const clone = received.clone();
  assert.deepEqual(clone.entries(), received.entries());
  clone.append("a", encoder.encode("1"));
  assert.deepEqual([clone.has("a"), received.has("a")], [true, false]);
});

Deno.test("files, sockets, variables and requests are not granted", () => {
  const imports = wasiImports(new Lifetime(), () => {}) as Record<
    string,
    Record<string, (...args: unknown[]) => unknown>
  >;
  assert.deepEqual(imports["wasi:filesystem/preopens"]!["getDirectories"]!(), []);
  assert.deepEqual(imports["wasi:cli/environment"]!["getEnvironment"]!(), []);
  const denied = { payload: "access-denied" };
  assert.throws(() => imports["wasi:sockets/tcp-create-socket"]!["createTcpSocket"]!(), denied);
  assert.throws(() => imports["wasi:http/outgoing-handler"]!["handle"]!(), {
    payload: { tag: "HTTP-request-denied" },
  });
});

Deno.test("interfaces are known by name, whatever their patch is", () => {
  assert.ok(isGranted("wasi:io/poll@0.2.0") && isGranted("wasi:io/poll@0.2.11"));
  for (
    const name of ["wasi:io/poll@0.3.0", "wasi:io/poll", "wasi:io/other@0.2.0", "io/poll@0.2.0"]
  ) {
    assert.ok(!isGranted(name), name);
  }
  assert.deepEqual(suspendingImports(["wasi:io/poll@0.2.3", "wasi:random/random@0.2.3"]), [
    "wasi:io/poll@0.2.3#poll",
    "wasi:io/poll@0.2.3#[method]pollable.block",
  ]);
});
