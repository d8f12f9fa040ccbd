import assert from "node:assert/strict";
import { seeded } from "../_random_for_tests.ts";
import { RangeQueue } from "./_range_queue.ts";

Deno.test("numbers come out in the order in which they went in", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed);
    const queue = new RangeQueue();
    const model: number[] = [];
    let next = 0;
    for (let i = 0; i < 200; i++) {
      if (random(2) === 0) assert.equal(queue.shift(), model.shift(), `seed ${seed}`);
      else {
        next += random(3) === 0 ? 2 : 1;
        queue.push(next);
        model.push(next);
      }
      assert.equal(queue.size, model.length, `seed ${seed}`);
    }
  }
});
