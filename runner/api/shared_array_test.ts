import assert from "node:assert/strict";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { NO_SECRETS } from "../secrets.ts";
import { ScriptScope } from "./script_scope.ts";
import { SharedArray } from "./shared_array.ts";

let made = 0;
const shared = <T>(elements: readonly T[]) => new SharedArray(`test ${++made}`, () => elements);

const ELEMENTS = [
  { name: "ada", roles: ["admin"] },
  "täxt 🚀 \ud800",
  7,
  null,
  true,
  [],
  "",
  { deep: { er: [{}] } },
];

Deno.test("a shared array reads as the array it was made of", () => {
  const array = shared<unknown>(ELEMENTS);
  assert.ok(Array.isArray(array));
  assert.equal(array.length, ELEMENTS.length);
  assert.deepEqual([...array], ELEMENTS);
  assert.deepEqual(array.map((one) => one), ELEMENTS);
  assert.deepEqual(array.slice(1, 3), ELEMENTS.slice(1, 3));
  assert.deepEqual(array.at(-1), ELEMENTS.at(-1));
  assert.deepEqual(array.filter((one) => typeof one === "number"), [7]);
  assert.equal(array.indexOf(7), 2);
  assert.equal(JSON.stringify(array), JSON.stringify(ELEMENTS));
  assert.deepEqual(Object.keys(array), Object.keys(ELEMENTS));
  assert.deepEqual(Object.entries(array), Object.entries(ELEMENTS));
  assert.deepEqual([0 in array, 7 in array, 8 in array, (-1) in array], [true, true, false, false]);
  const seen: unknown[] = [];
  for (const one of array) seen.push(one);
  assert.deepEqual(seen, ELEMENTS);
  assert.deepEqual(array.concat([1]), [...ELEMENTS, 1]);
});

Deno.test("there is nothing beyond its elements", () => {
  const array = shared([1, 2]);
  const at = (key: unknown) => (array as unknown as Record<string, unknown>)[key as string];
  for (const key of [2, -1, 1.5, "01", "1 ", "", "1e0", "x"]) assert.equal(at(key), undefined);
  assert.equal(at("1"), 2);
  assert.equal(shared([]).length, 0);
  assert.deepEqual([...shared([])], []);
});

Deno.test("writing to a shared array or to an element of it throws", () => {
  const array = shared([{ tags: ["a"] }, { tags: ["b"] }]);
  const writable = array as unknown as { tags: string[] }[];
  const writes = [
    () => writable[0] = { tags: [] },
    () => writable.push({ tags: [] }),
    () => writable.pop(),
    () => writable.sort(),
    () => writable.length = 0,
    () => delete writable[0],
    () => Object.defineProperty(writable, 0, { value: 1 }),
    () => Object.setPrototypeOf(writable, null),
    () => Object.freeze(writable),
    () => writable[0]!.tags = [],
    () => writable[0]!.tags.push("c"),
  ];
  for (const write of writes) assert.throws(write, TypeError, String(write));
  assert.throws(() => writable.reverse(), { message: /^SharedArray is immutable/ });
  assert.deepEqual([...array], [{ tags: ["a"] }, { tags: ["b"] }]);
});

Deno.test("an array of a name is loaded once in a script, and again in the next", () => {
  let loads = 0;
  const load = () => [++loads];
  const inScript = async () => {
    const scope = new ScriptScope(NO_SECRETS);
    const firsts: unknown[] = [];
    for (let vu = 0; vu < 3; vu++) {
      const context = newContext(new Registry());
      await runInContext(context, () =>
        scope.init(() => {
          firsts.push(new SharedArray("numbers", load)[0]);
          return Promise.resolve();
        }));
      closeContext(context);
    }
    return firsts;
  };
  return (async () => {
    assert.deepEqual(await inScript(), [1, 1, 1]);
    assert.deepEqual(await inScript(), [2, 2, 2]);
  })();
});

Deno.test("once the script has loaded no shared array is made", async () => {
  const scope = new ScriptScope(NO_SECRETS);
  const context = newContext(new Registry());
  const make = () => new SharedArray("late", () => [1]);
  await runInContext(context, async () => {
    const array = await scope.init(() => Promise.resolve(make()));
    assert.equal(array[0], 1);
    assert.throws(make, { code: "not_in_init", message: /^new SharedArray works only while/ });
  });
  closeContext(context);
});

Deno.test("names, loaders and elements that can't be are refused", () => {
  const make = SharedArray as unknown as new (...args: unknown[]) => unknown;
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const cases: [args: unknown[], message: string | RegExp][] = [
    [["", () => []], `SharedArray needs a name: ""`],
    [[5, () => []], "SharedArray needs a name: 5"],
    [["x"], `SharedArray "x" needs a function that returns its elements`],
    [["x", () => ({})], /"x" must return an array, it returned object$/],
    [["x", () => null], /it returned null$/],
    [["x", () => Promise.resolve([])], /it returned a promise: await/],
    [["x", () => [1, undefined]], `SharedArray "x": element 1 is undefined, which JSON can't hold`],
    [["x", () => [() => 1]], /element 0 is function/],
    [["x", () => [1n]], /element 0: .*BigInt/],
    [["x", () => [cyclic]], /element 0: .*circular/i],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => new make(...args), { code: "option_invalid", message });
  }
  assert.throws(() => new make("x", () => assert.fail("boo")), { message: "boo" });
  assert.deepEqual(new SharedArray("x", () => [1])[0], 1);
});

Deno.test("a hundred thousand elements survive the growing of their memory", () => {
  const array = new SharedArray(
    "many",
    () => Array.from({ length: 100_000 }, (_, id) => ({ id, name: "ü".repeat(id % 50) })),
  );
  assert.equal(array.length, 100_000);
  for (const id of [0, 1, 49, 65_535, 99_999]) {
    assert.deepEqual(array[id], { id, name: "ü".repeat(id % 50) });
  }
});
