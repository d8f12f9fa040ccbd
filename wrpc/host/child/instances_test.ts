import assert from "node:assert/strict";
import type { Instance } from "./instance.ts";
import { Instances } from "./instances.ts";

/** Instances of a component that numbers them. */
function numbered(fresh: boolean) {
  let made = 0;
  const numbers = new Map<Instance, number>();
  const instantiate = () => {
    const instance: Instance = { function: () => () => Promise.resolve(), end: () => {} };
    numbers.set(instance, ++made);
    return Promise.resolve(instance);
  };
  const instances = new Instances({ instantiate }, fresh);
  const call = async () => {
    const instance = await instances.take();
    instances.give(instance);
    return numbers.get(instance);
  };
  return { instances, call, made: () => made };
}

Deno.test("an instance that is given back is taken again", async () => {
  const { instances, call, made } = numbered(false);
  await instances.warm();
  assert.deepEqual([await call(), await call(), await call()], [1, 1, 1]);
  assert.equal(made(), 1);
});

Deno.test("calls at the same time have an instance each, reused or not", async () => {
  for (const fresh of [false, true]) {
    const { instances, made } = numbered(fresh);
    const taken = await Promise.all([instances.take(), instances.take(), instances.take()]);
    assert.equal(new Set(taken).size, 3);
    for (const one of taken) instances.give(one);
    const again = await Promise.all([instances.take(), instances.take()]);
    assert.equal(made(), fresh ? 5 : 3);
    assert.equal(again.every((one) => taken.includes(one)), !fresh);
  }
});

Deno.test("a fresh instance serves one call, the one made ahead too", async () => {
  const { instances, call, made } = numbered(true);
  await instances.warm();
  assert.deepEqual([await call(), await call(), await call()], [1, 2, 3]);
  assert.equal(made(), 3);
});

Deno.test("an instance that isn't given back is replaced", async () => {
  const { instances, call } = numbered(false);
  await instances.take(); // Its call failed.
  assert.deepEqual([await call(), await call()], [2, 2]);
});
