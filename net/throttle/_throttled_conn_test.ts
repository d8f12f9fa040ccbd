import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { FakeClock, settled } from "./_fake_clock_for_tests.ts";
import type { Conn } from "../conn.ts";
import { throttled, type ThrottleLimits } from "./throttle.ts";

/** A connection in memory that remembers what reached it, and when. */
class TimedConn implements Conn {
  readonly arrivals: [text: string, at: number][] = [];
  closes = 0;
  /** What reads give, one after the other; then they wait for `close`. */
  readonly incoming: (string | null)[] = [];
  failure: Error | undefined;
  readonly #clock: FakeClock;
  readonly #begin: number;
  readonly #closed = Promise.withResolvers<never>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.#begin = clock.now();
    this.#closed.promise.catch(() => {});
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const text = this.incoming.shift();
    if (text === undefined) return this.#closed.promise;
    if (text === null) return Promise.resolve(null);
    const count = Math.min(buffer.length, text.length);
    buffer.set(Buffer.from(text.slice(0, count)));
    if (count < text.length) this.incoming.unshift(text.slice(count));
    return Promise.resolve(count);
  }

  write(data: Uint8Array): Promise<number> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.arrivals.push([Buffer.from(data).toString(), this.#clock.now() - this.#begin]);
    return Promise.resolve(data.length);
  }

  closeWrite(): Promise<void> {
    this.arrivals.push(["end", this.#clock.now() - this.#begin]);
    return Promise.resolve();
  }

  close(): void {
    this.closes++;
    this.#closed.reject(new Deno.errors.Interrupted("closed"));
  }

  ref(): void {
    this.arrivals.push(["ref", 0]);
  }

  unref(): void {
    this.arrivals.push(["unref", 0]);
  }
}

function link(limits: ThrottleLimits, random?: () => number) {
  const clock = new FakeClock(random);
  const inner = new TimedConn(clock);
  return { clock, inner, conn: throttled(inner, limits, clock) };
}

const bytes = (text: string) => Buffer.from(text);

/** Writes all of a text, as a socket does. */
async function writeText(conn: Conn, text: string): Promise<void> {
  for (let sent = 0; sent < text.length;) sent += await conn.write(bytes(text.slice(sent)));
}

Deno.test("a write is done at once and arrives after the latency, in order", async () => {
  const { clock, inner, conn } = link({ latencyMs: 100 });
  assert.equal(await conn.write(bytes("a")), 1);
  await clock.advance(30);
  assert.equal(await conn.write(bytes("b")), 1);
  await clock.advance(69);
  assert.deepEqual(inner.arrivals, []);
  await clock.advance(1000);
  assert.deepEqual(inner.arrivals, [["a", 100], ["b", 130]]);
});

Deno.test("what is under way is a copy: the writer may reuse its buffer", async () => {
  const { clock, inner, conn } = link({ latencyMs: 100 });
  const buffer = bytes("a");
  await conn.write(buffer);
  buffer.fill("z");
  await clock.advance(100);
  assert.deepEqual(inner.arrivals, [["a", 100]]);
});

Deno.test("jitter moves arrivals both ways, but never past one another", async () => {
  const chances = [0.5, 0, 0.999, 0, 0.75];
  const { clock, inner, conn } = link({ latencyMs: 100, jitterMs: 40 }, () => chances.shift()!);
  for (const text of "abcde") await conn.write(bytes(text));
  await clock.advance(1000);
  assert.deepEqual(inner.arrivals.map(([text, at]) => [text, Math.round(at)]), [
    ["a", 100], // In the middle.
    ["b", 100], // 60, behind a.
    ["c", 140],
    ["d", 140], // 60, behind c.
    ["e", 140], // 120, behind c.
  ]);
});

Deno.test("writes pass at the rate of the link", async () => {
  const { clock, inner, conn } = link({ uploadBytesPerSecond: 1000 });
  const written = writeText(conn, "x".repeat(100)).then(() => clock.now());
  await clock.advance(5000);
  assert.deepEqual(inner.arrivals, [20, 40, 60, 80, 100].map((at) => ["x".repeat(20), at]));
  assert.equal(await written, 1100);
});

Deno.test("rate and latency add up", async () => {
  const { clock, inner, conn } = link({ uploadBytesPerSecond: 1000, latencyMs: 500 });
  const written = writeText(conn, "x".repeat(40)).then(() => clock.now());
  await clock.advance(5000);
  assert.deepEqual(inner.arrivals.map(([, at]) => at), [520, 540]);
  assert.equal(await written, 1040);
});

Deno.test("reads come at the rate of the link, whatever the buffer holds", async () => {
  const { clock, inner, conn } = link({ downloadBytesPerSecond: 1000 });
  inner.incoming.push("x".repeat(50), null);
  const arrivals: [number | null, number][] = [];
  const reading = (async () => {
    for (let count: number | null = 0; count !== null;) {
      count = await conn.read(new Uint8Array(1000));
      arrivals.push([count, clock.now() - 1000]);
    }
  })();
  await clock.advance(5000);
  await reading;
  assert.deepEqual(arrivals, [[20, 20], [20, 40], [10, 50], [null, 50]]);
});

Deno.test("at most 1 MiB is under way, small writes included: more waits for an arrival", async () => {
  for (const size of [1, 100, 65_536]) {
    const { clock, conn } = link({ latencyMs: 100 });
    const data = new Uint8Array(size);
    let written = 0;
    let going = true;
    const writing = (async () => {
      while (going) written += await conn.write(data);
    })().catch(() => {});
    await settled();
    assert.ok(written > 0 && written <= 1024 * 1024 + 65_536, `${written} bytes are under way`);
    const full = written;
    await clock.advance(99);
    assert.equal(written, full);
    going = false;
    await clock.advance(1);
    await writing;
    assert.equal(written, full + size);
    conn.close();
  }
});

Deno.test("the end of the writing side arrives behind all that was written", async () => {
  const { clock, inner, conn } = link({ latencyMs: 100 });
  await conn.write(bytes("a"));
  await clock.advance(10);
  let ended = false;
  const ending = conn.closeWrite().then(() => ended = true);
  await clock.advance(99);
  assert.equal(ended, false);
  await clock.advance(1);
  await ending;
  assert.deepEqual(inner.arrivals, [["a", 100], ["end", 110]]);
});

Deno.test("close ends all that waits and leaves no timer", async () => {
  const { clock, inner, conn } = link({
    latencyMs: 100,
    uploadBytesPerSecond: 1000,
    downloadBytesPerSecond: 1000,
  });
  inner.incoming.push("x".repeat(20));
  const reading = conn.read(new Uint8Array(20));
  const first = conn.write(bytes("x".repeat(20)));
  await clock.advance(20);
  await Promise.all([reading, first]);
  inner.incoming.push("x".repeat(20));
  const pending = [conn.read(new Uint8Array(20)), conn.write(bytes("y".repeat(20)))];
  const failing = pending.map((promise) => assert.rejects(promise, Deno.errors.BadResource));
  await settled();
  assert.equal(clock.waiting, 3);
  conn.close();
  assert.equal(clock.waiting, 0);
  assert.equal(inner.closes, 1);
  await Promise.all(failing);
  await assert.rejects(conn.write(bytes("z")), Deno.errors.BadResource);
  await assert.rejects(conn.closeWrite(), Deno.errors.BadResource);
  await clock.advance(1000);
  assert.deepEqual(inner.arrivals, []);
});

Deno.test("close ends a write that waits for room, and an end that waits for arrivals", async () => {
  const { clock, conn } = link({ latencyMs: 100 });
  while (
    await Promise.race([conn.write(new Uint8Array(65_536)), settled().then(() => "full")]) !==
      "full"
  );
  const ending = assert.rejects(conn.closeWrite(), Deno.errors.BadResource);
  conn.close();
  await ending;
  assert.equal(clock.waiting, 0);
});

Deno.test("without a latency a failed write is its own, else that of the next one", async () => {
  const near = link({ uploadBytesPerSecond: 1e9 });
  near.inner.failure = new Deno.errors.BrokenPipe("gone");
  const failing = assert.rejects(near.conn.write(bytes("a")), Deno.errors.BrokenPipe);
  await near.clock.advance(1);
  await failing;

  const far = link({ latencyMs: 100 });
  far.inner.failure = new Deno.errors.BrokenPipe("gone");
  assert.equal(await far.conn.write(bytes("a")), 1);
  await far.clock.advance(100);
  await assert.rejects(far.conn.write(bytes("b")), Deno.errors.BrokenPipe);
  await assert.rejects(far.conn.closeWrite(), Deno.errors.BrokenPipe);
  far.inner.incoming.push("late");
  assert.equal(await far.conn.read(new Uint8Array(10)), 4); // Reading goes on.
});

Deno.test("without limits everything passes at once", async () => {
  const { clock, inner, conn } = link({});
  inner.incoming.push("in", null);
  await conn.write(bytes("out"));
  assert.equal(await conn.write(bytes("")), 0);
  assert.equal(await conn.read(new Uint8Array(10)), 2);
  assert.equal(await conn.read(new Uint8Array(10)), null);
  await conn.closeWrite();
  conn.ref();
  conn.unref();
  assert.deepEqual(inner.arrivals, [["out", 0], ["end", 0], ["ref", 0], ["unref", 0]]);
  assert.equal(clock.waiting, 0);
});
