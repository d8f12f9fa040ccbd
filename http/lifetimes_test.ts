import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { rawServer } from "./_raw_server_for_tests.ts";
import { readConnecting, readConnection, readLimits } from "./check_transport.ts";
import { Lifetimes } from "./lifetimes.ts";
import { Pool } from "./pool.ts";
import { encode } from "./prepare.ts";
import { sendRequest } from "./send.ts";
import { readSettings } from "./settings.ts";
import { parseTarget } from "./target.ts";
import type { TransportOptions } from "./transport_options.ts";

/** A clock that a test moves. */
function fakeClock() {
  const timers = new Set<{ at: number; call: () => void }>();
  let now = 1000;
  return {
    now: () => now,
    after(ms: number, call: () => void) {
      const timer = { at: now + ms, call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    /** How many wait. */
    get waiting(): number {
      return timers.size;
    },
    pass(ms: number): void {
      now += ms;
      for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.call();
    },
  };
}

const NO_LIMITS = {
  maxConnections: Infinity,
  maxIdle: Infinity,
  maxIdleMs: Infinity,
  maxAgeMs: Infinity,
};

function aging(name: string, closed: string[], idle: Set<unknown>) {
  const one = {
    close: () => {
      closed.push(name);
      idle.delete(one);
    },
  };
  return one;
}

Deno.test("idle ones are closed each at its time, by one timer", () => {
  const clock = fakeClock();
  const closed: string[] = [];
  const idle = new Set<ReturnType<typeof aging>>();
  const lifetimes = new Lifetimes({ ...NO_LIMITS, maxIdleMs: 100 }, () => idle, clock);
  const ones = ["a", "b", "c"].map((name) => aging(name, closed, idle));
  for (const one of ones) {
    lifetimes.made(one);
    assert.equal(lifetimes.use(one), true);
  }
  assert.equal(clock.waiting, 0, "none is idle");
  for (const one of ones) {
    idle.add(one);
    lifetimes.rest(one);
    clock.pass(40);
    assert.equal(clock.waiting, 1);
  }
  assert.deepEqual(closed, ["a"]);
  idle.delete(ones[1]!);
  assert.equal(lifetimes.use(ones[1]!), true);
  clock.pass(60);
  assert.deepEqual(closed, ["a", "c"], "what is used stays");
  assert.equal(clock.waiting, 0, "no timer while nothing is idle");
  idle.add(ones[1]!);
  lifetimes.rest(ones[1]!);
  clock.pass(99);
  lifetimes.rest(ones[1]!);
  assert.equal(lifetimes.use(ones[1]!), true, "a moment before its end");
  lifetimes.rest(ones[1]!);
  clock.pass(100);
  assert.deepEqual(closed, ["a", "c", "b"]);
});

Deno.test("an idle one that gets too old is closed, and not used a moment later", () => {
  const clock = fakeClock();
  const closed: string[] = [];
  const idle = new Set<ReturnType<typeof aging>>();
  const lifetimes = new Lifetimes({ ...NO_LIMITS, maxAgeMs: 50, maxIdleMs: 40 }, () => idle, clock);
  const [old, young] = [aging("old", closed, idle), aging("young", closed, idle)];
  lifetimes.made(old);
  clock.pass(30);
  lifetimes.made(young);
  for (const one of [old, young]) {
    idle.add(one);
    lifetimes.rest(one);
  }
  clock.pass(19);
  assert.deepEqual([closed, lifetimes.isOld(old)], [[], false]);
  clock.pass(1);
  assert.deepEqual(closed, ["old"]);
  assert.deepEqual([lifetimes.isOld(old), lifetimes.use(old)], [true, false]);
  lifetimes.stop();
  clock.pass(1000);
  assert.deepEqual([closed, clock.waiting], [["old"], 0], "stopped");
});

Deno.test("a time beyond what a timer holds is waited for in parts", () => {
  const clock = fakeClock();
  const closed: string[] = [];
  const idle = new Set<ReturnType<typeof aging>>();
  const lifetimes = new Lifetimes({ ...NO_LIMITS, maxIdleMs: 2 ** 32 }, () => idle, clock);
  const one = aging("one", closed, idle);
  lifetimes.made(one);
  idle.add(one);
  lifetimes.rest(one);
  clock.pass(2 ** 31);
  assert.deepEqual([closed, clock.waiting], [[], 1]);
  clock.pass(2 ** 31);
  assert.deepEqual([closed, clock.waiting], [["one"], 0]);
});

function poolOf(options: TransportOptions, clock: ReturnType<typeof fakeClock>): Pool {
  return new Pool(readConnecting(options), readConnection(options), readLimits(options), clock);
}

function get(pool: Pool, url: string) {
  const request = encode("GET", parseTarget(url, undefined, undefined), new Map(), null);
  return sendRequest(pool, request, readSettings({}, null));
}

Deno.test("a pool closes idle connections by itself, and the server sees it", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    if ((await x.receive()) === "") ended.resolve();
  });
  const clock = fakeClock();
  const pool = poolOf({ maxIdleTime: "1s" }, clock);
  assert.equal((await get(pool, server.url)).status, 200);
  assert.ok(pool.lastSocket?.active);
  clock.pass(1000);
  assert.equal(pool.lastSocket, null);
  await ended.promise;
  assert.equal(clock.waiting, 0);
  pool.close();
});

Deno.test("a pool without such limits has no timer, and a closed one none", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  for (const options of [{}, { maxIdle: 3 }, { maxConnections: 3 }]) {
    const clock = fakeClock();
    const pool = poolOf(options, clock);
    assert.equal((await get(pool, server.url)).status, 200);
    assert.equal(clock.waiting, 0);
    pool.close();
  }
  const clock = fakeClock();
  const pool = poolOf({ maxIdleTime: "1s" }, clock);
  assert.equal((await get(pool, server.url)).status, 200);
  assert.equal(clock.waiting, 1);
  pool.close();
  assert.equal(clock.waiting, 0);
});

Deno.test("HTTP/2 connections get idle and old too", async () => {
  const server = createServer((_, response) => response.end("ok"));
  let sessions = 0;
  server.on("session", () => sessions++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clock = fakeClock();
  const pool = poolOf({ version: 2, maxIdleTime: 100, maxAge: 150 }, clock);
  for (const [passed, expected] of [[0, 1], [99, 1], [50, 1], [1, 2], [100, 3]] as const) {
    clock.pass(passed);
    const { status, error } = await get(pool, url);
    assert.equal(status, 200, error?.message);
    assert.equal(sessions, expected, `after ${passed} ms more`);
  }
  clock.pass(100);
  assert.deepEqual([pool.lastSocket, clock.waiting], [null, 0]);
  pool.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
