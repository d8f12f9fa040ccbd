import assert from "node:assert/strict";
import { type Addresses, MAX_NAMES, NameCache } from "./_name_cache.ts";

const never = new AbortController().signal;

/** A cache whose searches the test answers, with a clock that the test moves. */
function setUp() {
  const searches: (PromiseWithResolvers<Addresses> & { host: string; signal: AbortSignal })[] = [];
  const clock = { ms: 0 };
  const cache = new NameCache((host, signal) => {
    const search = { ...Promise.withResolvers<Addresses>(), host, signal };
    searches.push(search);
    return search.promise;
  }, () => clock.ms);
  return { cache, searches, clock };
}

Deno.test("found addresses are kept for their time", async () => {
  const { cache, searches, clock } = setUp();
  const first = cache.get("a", never);
  searches[0]!.resolve({ ips: ["192.0.2.1"], ttlMs: 100 });
  assert.deepEqual(await first, ["192.0.2.1"]);
  clock.ms = 99;
  assert.deepEqual(await cache.get("a", never), ["192.0.2.1"]);
  assert.equal(searches.length, 1);
  clock.ms = 100;
  const second = cache.get("a", never);
  searches[1]!.resolve({ ips: ["192.0.2.2"], ttlMs: Infinity });
  assert.deepEqual(await second, ["192.0.2.2"]);
  clock.ms = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(await cache.get("a", never), ["192.0.2.2"]);
});

Deno.test("what may not be kept is searched for each time", async () => {
  const { cache, searches } = setUp();
  for (let i = 0; i < 3; i++) {
    const found = cache.get("a", never);
    searches[i]!.resolve({ ips: ["192.0.2.1"], ttlMs: 0 });
    await found;
  }
  assert.equal(searches.length, 3);
});

Deno.test("a failure goes to all who wait, and isn't kept", async () => {
  const { cache, searches } = setUp();
  const waiting = [cache.get("a", never), cache.get("a", never)];
  searches[0]!.reject(new Error("broken"));
  for (const found of waiting) await assert.rejects(found, /broken/);
  const again = cache.get("a", never);
  searches[1]!.resolve({ ips: ["192.0.2.1"], ttlMs: 1 });
  assert.deepEqual(await again, ["192.0.2.1"]);
});

Deno.test("a name is searched for once at a time, names apart", async () => {
  const { cache, searches } = setUp();
  const waiting = [cache.get("a", never), cache.get("b", never), cache.get("a", never)];
  assert.deepEqual(searches.map(({ host }) => host), ["a", "b"]);
  for (const { host, resolve } of searches) resolve({ ips: [`ip of ${host}`], ttlMs: 1 });
  assert.deepEqual((await Promise.all(waiting)).flat(), ["ip of a", "ip of b", "ip of a"]);
});

Deno.test("an abort of one who waits doesn't touch the others", async () => {
  const { cache, searches } = setUp();
  const controller = new AbortController();
  const reason = new Error("enough");
  const stopped = cache.get("a", controller.signal);
  const other = cache.get("a", never);
  controller.abort(reason);
  await assert.rejects(stopped, reason);
  assert.equal(searches[0]!.signal.aborted, false);
  searches[0]!.resolve({ ips: ["192.0.2.1"], ttlMs: 1 });
  assert.deepEqual(await other, ["192.0.2.1"]);
});

Deno.test("a search that nobody waits for is stopped, and the next one is new", async () => {
  const { cache, searches } = setUp();
  const controller = new AbortController();
  const stopped = [cache.get("a", controller.signal), cache.get("a", controller.signal)];
  controller.abort();
  for (const found of stopped) await assert.rejects(found);
  assert.equal(searches[0]!.signal.aborted, true);
  const next = cache.get("a", never);
  assert.equal(searches.length, 2);
  searches[0]!.reject(searches[0]!.signal.reason);
  searches[1]!.resolve({ ips: ["192.0.2.1"], ttlMs: 1 });
  assert.deepEqual(await next, ["192.0.2.1"]);
  await assert.rejects(cache.get("a", AbortSignal.abort()));
  assert.equal(searches.length, 2);
});

Deno.test("the oldest name goes when there are too many", async () => {
  let found = 0;
  const cache = new NameCache(() => {
    found++;
    return Promise.resolve({ ips: ["192.0.2.1"], ttlMs: Infinity });
  }, () => 0);
  for (let i = 0; i <= MAX_NAMES; i++) await cache.get(`n${i}`, never);
  assert.equal(found, MAX_NAMES + 1);
  await cache.get(`n${MAX_NAMES}`, never);
  await cache.get("n1", never);
  assert.equal(found, MAX_NAMES + 1);
  await cache.get("n0", never);
  assert.equal(found, MAX_NAMES + 2);
});
