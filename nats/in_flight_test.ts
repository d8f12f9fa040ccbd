import assert from "node:assert/strict";
import { Random } from "../internal/fuzz_for_tests.ts";
import { type Awaiting, InFlight } from "./in_flight.ts";

const never = () => assert.fail("it has not waited too long");

function added(flights: InFlight<Awaiting>, deadline: number = Infinity): Awaiting {
  const item = { number: flights.next(), deadline };
  flights.add(item);
  return item;
}

/** Resolves when as many as that were handed to what it returns; the process is kept alive. */
function awaiting(count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {}, 60_000);
  const items: Awaiting[] = [];
  return {
    items,
    done: promise.finally(() => clearInterval(timer)),
    take(item: Awaiting) {
      items.push(item);
      if (items.length === count) resolve();
    },
  };
}

Deno.test("numbers find what is there, never what was there before", () => {
  const flights = new InFlight<Awaiting>(8, never);
  const gone = added(flights);
  flights.delete(gone);
  const here = added(flights);
  assert.equal(gone.number % 8, here.number % 8, "the slot is used again");
  assert.equal(flights.get(gone.number), undefined);
  assert.equal(flights.get(here.number), here);
  flights.delete(gone);
  assert.equal(flights.size, 1);
  for (const number of [0, -1, NaN, 1.5, Infinity, 2 ** 60]) {
    assert.equal(flights.get(number), undefined, String(number));
  }
});

Deno.test("whatever comes and goes, all is what a map would hold, the first added first", () => {
  const seed = Date.now() & 0x7fffffff;
  const random = new Random(seed);
  const flights = new InFlight<Awaiting>(16, never);
  const model = new Map<number, Awaiting>();
  for (let step = 0; step < 5000; step++) {
    if (model.size < 16 && random.once(2)) {
      const item = added(flights);
      assert.ok(!model.has(item.number), `seed ${seed}`);
      model.set(item.number, item);
    } else if (model.size > 0) {
      const item = [...model.values()][random.below(model.size)]!;
      flights.delete(item);
      model.delete(item.number);
    }
    assert.equal(flights.size, model.size, `seed ${seed}`);
    assert.deepEqual(flights.all(), [...model.values()], `seed ${seed}`);
  }
});

Deno.test("those whose deadline is over are told, in order, and no others", async () => {
  const now = performance.now();
  const told = awaiting(3);
  const flights = new InFlight<Awaiting>(8, (item) => {
    assert.equal(item.deadline, Infinity);
    flights.delete(item);
    told.take(item);
  });
  const late = added(flights, now + 3_600_000);
  const first = added(flights, now - 1);
  const answered = added(flights, now - 1);
  const second = added(flights, now - 1);
  // Added last: should time stand still here, it is over with the others, and still the last.
  const third = added(flights, now + 60);
  flights.delete(answered);
  await told.done;
  assert.deepEqual(told.items, [first, second, third]);
  assert.deepEqual(flights.all(), [late]);
  flights.end();
});

Deno.test("a deadline can be moved, also by the one that is told", async () => {
  const told = awaiting(3);
  const flights = new InFlight<Awaiting>(8, (item) => {
    told.take(item);
    if (told.items.length < 3) flights.expect(item, performance.now());
  });
  const item = added(flights, performance.now() + 3_600_000);
  flights.expect(item, performance.now());
  await told.done;
  assert.deepEqual(told.items, [item, item, item]);
  flights.end();
});

Deno.test("after the end no timer is left, whatever is added", () => {
  const flights = new InFlight<Awaiting>(8, never);
  added(flights, performance.now());
  flights.end();
  added(flights, performance.now());
  assert.equal(flights.size, 2);
});
