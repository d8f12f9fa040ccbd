import assert from "node:assert/strict";
import { interleave, race, type RaceOptions } from "./happy_eyeballs.ts";

/** Timers that end when the test says so. */
class FakeClock {
  now = 0;
  readonly #timers = new Set<{ at: number; call: () => void }>();

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.now + ms, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, one timer at a time. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const [first] = [...this.#timers].filter((t) => t.at <= until).sort((a, b) => a.at - b.at);
      if (first === undefined) break;
      this.now = first.at;
      this.#timers.delete(first);
      first.call();
    }
    this.now = until;
  }
}

/** A network of names, whose attempts end when the test says so. */
class FakeNetwork {
  readonly clock = new FakeClock();
  /** What happened, with the time: `0 v6`, `250 v4`, `250 v6 aborted`. */
  readonly log: string[] = [];
  /** Attempts that take no notice of their signal. */
  readonly deaf = new Set<string>();
  readonly #open = new Map<string, PromiseWithResolvers<FakeConn>>();

  readonly connect = (name: string, signal: AbortSignal): Promise<FakeConn> => {
    this.#note(name);
    const attempt = Promise.withResolvers<FakeConn>();
    this.#open.set(name, attempt);
    signal.addEventListener("abort", () => {
      this.#note(`${name} aborted`);
      if (this.deaf.has(name) || !this.#open.delete(name)) return;
      attempt.reject(new Error(`${name} aborted`));
    });
    return attempt.promise;
  };

  #note(event: string): void {
    this.log.push(`${this.clock.now} ${event}`);
  }

  /** Whether an attempt is under way. */
  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  async answer(name: string): Promise<FakeConn> {
    const conn = new FakeConn(name);
    this.#take(name).resolve(conn);
    await settled();
    return conn;
  }

  async refuse(name: string): Promise<void> {
    this.#take(name).reject(new Error(`${name} refused`));
    await settled();
  }

  #take(name: string): PromiseWithResolvers<FakeConn> {
    const attempt = this.#open.get(name);
    assert.ok(attempt !== undefined, `no attempt at ${name} is under way`);
    this.#open.delete(name);
    return attempt;
  }

  race(names: string[], options: Partial<RaceOptions> = {}): Promise<FakeConn> {
    const { signal } = new AbortController();
    const won = race(names, this.connect, { signal, clock: this.clock, ...options });
    won.catch(() => {}); // Tests look at it later.
    return won;
  }
}

class FakeConn {
  closed = false;
  constructor(readonly name: string) {}

  close(): void {
    this.closed = true;
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await null;
}

const ORDERS: [string, string][] = [
  ["", ""],
  ["a4", "a4"],
  ["a6 b4", "a6 b4"],
  ["a6 b6 c6 d4 e4", "a6 d4 b6 e4 c6"],
  ["a4 b4 c6", "a4 c6 b4"],
  ["a4 b6 c6 d6", "a4 b6 c6 d6"],
  ["a6 b6 c6", "a6 b6 c6"],
];
for (const [given, expected] of ORDERS) {
  Deno.test(`families take turns: ${given || "nothing"} is tried as ${expected || "nothing"}`, () => {
    const familyOf = (name: string) => (name.endsWith("6") ? 6 : 4);
    assert.equal(interleave(given.split(" "), familyOf).join(" "), expected);
  });
}

Deno.test("an address that answers at once is the only one tried", async () => {
  const network = new FakeNetwork();
  const won = network.race(["v6", "v4"]);
  await network.clock.pass(249);
  const conn = await network.answer("v6");
  assert.equal(await won, conn);
  await network.clock.pass(1000);
  assert.deepEqual(network.log, ["0 v6"]);
  assert.equal(network.clock.pending, 0);
});

Deno.test("a dead address costs 250 ms: the next begins beside it, and it is aborted", async () => {
  const network = new FakeNetwork();
  const won = network.race(["v6", "v4"]);
  await network.clock.pass(250);
  const conn = await network.answer("v4");
  assert.equal(await won, conn);
  assert.equal(conn.closed, false);
  assert.deepEqual(network.log, ["0 v6", "250 v4", "250 v6 aborted"]);
});

Deno.test("the slower address may still win", async () => {
  const network = new FakeNetwork();
  const won = network.race(["v6", "v4"]);
  await network.clock.pass(300);
  assert.equal((await network.answer("v6")).name, (await won).name);
  assert.deepEqual(network.log, ["0 v6", "250 v4", "300 v4 aborted"]);
});

Deno.test("a connection that loses although it was made is closed", async () => {
  const network = new FakeNetwork();
  network.deaf.add("v6");
  const won = network.race(["v6", "v4"]);
  await network.clock.pass(250);
  const conn = await network.answer("v4");
  const late = await network.answer("v6");
  assert.equal(await won, conn);
  assert.deepEqual([conn.closed, late.closed], [false, true]);
});

Deno.test("a failure starts the next at once, and its own delay begins anew", async () => {
  const network = new FakeNetwork();
  const won = network.race(["a", "b", "c", "d"]);
  await network.clock.pass(100);
  await network.refuse("a");
  await network.clock.pass(250);
  await network.refuse("b");
  assert.deepEqual(network.log, ["0 a", "100 b", "350 c", "350 d"]);
  await network.answer("c");
  assert.equal((await won).name, "c");
  assert.equal(network.clock.pending, 0);
});

Deno.test("when all fail, so does the race, with every error in the order of the addresses", async () => {
  const network = new FakeNetwork();
  const won = network.race(["a", "b", "c"]);
  await network.clock.pass(600);
  for (const name of ["c", "a", "b"]) await network.refuse(name);
  await assert.rejects(won, (error) => {
    assert.ok(error instanceof AggregateError);
    const messages = error.errors.map(({ message }) => message);
    assert.deepEqual(messages, ["a refused", "b refused", "c refused"]);
    return true;
  });
  assert.equal(network.clock.pending, 0);
});

Deno.test("a final error ends the race without trying the others", async () => {
  const network = new FakeNetwork();
  const isFinal = (error: unknown) => (error as Error).message === "b refused";
  const won = network.race(["a", "b", "c"], { isFinal });
  await network.clock.pass(250);
  await network.refuse("b");
  await assert.rejects(won, { message: "b refused" });
  assert.deepEqual(network.log, ["0 a", "250 b", "250 a aborted"]);
  assert.equal(network.clock.pending, 0);
});

Deno.test("the oldest attempt makes room when there are too many at once", async () => {
  const network = new FakeNetwork();
  const won = network.race(["a", "b", "c", "d"], { maxAtOnce: 2, delayMs: 100 });
  await network.clock.pass(1000);
  assert.deepEqual(network.log, [
    "0 a",
    "100 b",
    "200 a aborted",
    "200 c",
    "300 b aborted",
    "300 d",
  ]);
  await network.answer("d");
  assert.equal((await won).name, "d");
});

Deno.test("an abort ends the race with the signal's reason, every attempt and the timer", async () => {
  const network = new FakeNetwork();
  network.deaf.add("a");
  const controller = new AbortController();
  const won = network.race(["a", "b", "c"], { signal: controller.signal });
  await network.clock.pass(250);
  const reason = new Error("the script is over");
  controller.abort(reason);
  await assert.rejects(won, reason);
  assert.deepEqual(network.log, ["0 a", "250 b", "250 a aborted", "250 b aborted"]);
  assert.equal(network.clock.pending, 0);
  assert.equal((await network.answer("a")).closed, true);
});

Deno.test("an aborted signal starts nothing", async () => {
  const network = new FakeNetwork();
  const reason = new Error("over");
  await assert.rejects(network.race(["a", "b"], { signal: AbortSignal.abort(reason) }), reason);
  assert.deepEqual(network.log, []);
});

Deno.test("an attempt that throws at once is a failed one", async () => {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const connect = (name: string): Promise<FakeConn> => {
    if (name !== "c") throw new Error("at once");
    return Promise.resolve(new FakeConn(name));
  };
  const won = await race(["a", "b", "c", "d"], connect, { signal, clock });
  assert.equal(won.name, "c");
  assert.equal(clock.pending, 0);
});

Deno.test("however a race ends, only the winner's connection stays open, and no timer", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  let wins = 0;
  for (let round = 0; round < 300; round++) {
    const network = new FakeNetwork();
    const names = Array.from({ length: 2 + next(6) }, (_, i) => `n${i}`);
    for (const name of names) if (next(3) === 0) network.deaf.add(name);
    const controller = new AbortController();
    const won = network.race(names, { signal: controller.signal, maxAtOnce: 1 + next(4) });
    const made: FakeConn[] = [];
    for (let step = 0; step < 12; step++) {
      const name = names[next(names.length)]!;
      const what = next(16);
      if (what === 0) controller.abort();
      else if (what < 8) await network.clock.pass(next(400));
      else if (!network.isOpen(name)) continue;
      else if (what < 12) made.push(await network.answer(name));
      else await network.refuse(name);
    }
    controller.abort();
    const winner = await won.catch(() => null);
    for (const name of names) if (network.isOpen(name)) made.push(await network.answer(name));
    if (winner !== null) wins++;
    for (const conn of made) {
      assert.equal(conn.closed, conn !== winner, `seed ${seed}: ${conn.name}`);
    }
    assert.equal(network.clock.pending, 0, `seed ${seed}`);
  }
  assert.ok(wins > 50 && wins < 300, `seed ${seed}: ${wins} wins`);
});
