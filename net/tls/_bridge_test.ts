import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import type { Conn } from "../conn.ts";
import { bytes, text } from "../_sockets_for_tests.ts";
import { bridge } from "./_bridge.ts";

/** A connection without a network: what it is asked for is what is tested. */
class FakeConn implements Conn {
  reads = 0;
  closes = 0;
  writeEnds = 0;
  readonly written: Uint8Array[] = [];
  readonly #incoming: (Uint8Array | null | Error)[];
  readonly #writeLimit: number;
  hold: PromiseWithResolvers<void> | undefined;

  constructor(incoming: (Uint8Array | null | Error)[], writeLimit: number = Infinity) {
    this.#incoming = incoming;
    this.#writeLimit = writeLimit;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    this.reads++;
    const next = this.#incoming.shift();
    if (next === undefined) return new Promise(() => {});
    if (next instanceof Error) return Promise.reject(next);
    if (next === null) return Promise.resolve(null);
    buffer.set(next);
    return Promise.resolve(next.length);
  }

  async write(data: Uint8Array): Promise<number> {
    await this.hold?.promise;
    const part = data.slice(0, this.#writeLimit);
    this.written.push(part);
    return part.length;
  }

  closeWrite(): Promise<void> {
    this.writeEnds++;
    return Promise.resolve();
  }

  close(): void {
    this.closes++;
    if (this.closes > 1) throw new Deno.errors.BadResource("closed already");
  }

  ref(): void {}
  unref(): void {}
}

const once = (stream: Duplex, event: string) =>
  new Promise<unknown>((resolve) => stream.once(event, resolve));
const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((next) => setTimeout(next));
};

Deno.test("bridge: what the connection gives comes out, then its end", async () => {
  const stream = bridge(new FakeConn([bytes("ab"), bytes("c"), null]));
  const got: string[] = [];
  stream.on("data", (chunk) => got.push(text(new Uint8Array(chunk)) ?? ""));
  await once(stream, "end");
  assert.equal(got.join(""), "abc");
  stream.destroy();
});

Deno.test("bridge: without a reader it stops reading", async () => {
  const conn = new FakeConn(Array.from({ length: 100 }, () => new Uint8Array(30_000)));
  const stream = bridge(conn);
  stream.read(0);
  await turns();
  assert.ok(conn.reads > 0 && conn.reads < 10, String(conn.reads));
  stream.destroy();
});

Deno.test("bridge: it reads when it may", async () => {
  const conn = new FakeConn([bytes("x"), null]);
  const gate = Promise.withResolvers<void>();
  const stream = bridge(conn, () => gate.promise);
  const ended = once(stream, "end");
  stream.resume();
  await turns();
  assert.equal(conn.reads, 0);
  gate.resolve();
  await ended;
  assert.equal(conn.reads, 2);
  stream.destroy();
});

Deno.test("bridge: a connection that takes parts gets all, in order", async () => {
  const conn = new FakeConn([], 3);
  const stream = bridge(conn);
  stream.write(bytes("abcdefgh"));
  stream.end(bytes("ij"));
  await once(stream, "finish");
  assert.equal(conn.written.map(text).join("|"), "abc|def|gh|ij");
  assert.equal(conn.writeEnds, 1);
  stream.destroy();
});

Deno.test("bridge: a write is taken when the one before it is done", async () => {
  const conn = new FakeConn([]);
  conn.hold = Promise.withResolvers();
  const stream = bridge(conn);
  let done = 0;
  for (let i = 0; i < 3; i++) stream.write(new Uint8Array(10), () => done++);
  await turns();
  assert.deepEqual([done, conn.written.length], [0, 0]);
  conn.hold.resolve();
  await turns();
  assert.deepEqual([done, conn.written.length], [3, 3]);
  stream.destroy();
});

Deno.test("bridge: a failed read or write destroys the stream and closes the connection", async () => {
  const reset = new Deno.errors.ConnectionReset("reset");
  const conn = new FakeConn([reset]);
  const stream = bridge(conn);
  const failed = once(stream, "error");
  stream.resume();
  assert.equal(await failed, reset);
  assert.equal(conn.closes, 1);

  const broken = new FakeConn([]);
  broken.write = () => Promise.reject(new Deno.errors.BrokenPipe("gone"));
  const other = bridge(broken);
  const otherFailed = once(other, "error");
  other.write(bytes("x"));
  assert.ok(await otherFailed instanceof Deno.errors.BrokenPipe);
  assert.equal(broken.closes, 1);
});

Deno.test("bridge: destroying it closes the connection, also one that is closed", async () => {
  const conn = new FakeConn([]);
  const stream = bridge(conn);
  conn.close();
  const closed = once(stream, "close");
  stream.destroy();
  await closed;
  assert.equal(conn.closes, 2);
});
