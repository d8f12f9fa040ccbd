import assert from "node:assert/strict";
import { pair, type TransportKit } from "./_pair_for_tests.ts";
import type { WrpcClient } from "./client.ts";

const WIT = `
package test:pending@0.1.0;
interface pending {
  variant choice { now(u32), later(future<u32>), many(stream<string>) }
  listed: func(all: list<stream<u8>>) -> list<stream<u8>>;
  perhaps: func(one: option<future<string>>) -> tuple<option<future<string>>>;
  chosen: func(one: choice) -> choice;
  deep: func(all: list<option<stream<list<future<u32>>>>>)
    -> list<option<stream<list<future<u32>>>>>;
  take: func(bytes: stream<u8>) -> u64;
  give: func() -> stream<u8>;
  turn: func();
}`;

const CHUNK = 64 * 1024;
/** What a producer may run ahead of who reads: what both systems' sockets hold, and some. */
const MAX_AHEAD = 64 * 1024 * 1024;
/** Calls during which a producer that makes nothing is one that waits. */
const QUIET_CALLS = 30;

/** Counts what is taken out of it. */
class Producer {
  made = 0;
  enough = MAX_AHEAD;

  async *bytes(): AsyncGenerator<Uint8Array> {
    while (this.made < this.enough) {
      this.made += CHUNK;
      yield await Promise.resolve(new Uint8Array(CHUNK));
    }
  }

  /** Resolves when nothing was taken during many calls; fails when too much is. */
  async waits(client: WrpcClient): Promise<void> {
    for (let quiet = 0; quiet < QUIET_CALLS;) {
      const { made } = this;
      await client.call("turn");
      assert.ok(this.made < MAX_AHEAD, `${this.made} bytes were made while nobody reads`);
      quiet = made > 0 && this.made === made ? quiet + 1 : 0;
    }
  }
}

async function lengthOf(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of bytes) length += chunk.length;
  return length;
}

const implementation = {
  listed: (all: unknown) => all,
  perhaps: (one: unknown) => [one],
  chosen: (one: unknown) => one,
  deep: (all: unknown) => all,
  take: async (bytes: AsyncIterable<Uint8Array>) => BigInt(await lengthOf(bytes)),
  give: (): AsyncIterable<Uint8Array> => new Producer().bytes(),
  turn: () => {},
};

type Choice = { readonly tag: string; readonly val: unknown };

/** Futures and streams inside other types, and who is held back by whom: registers the tests. */
export function testPending(name: string, kit: TransportKit): void {
  const test = (
    what: string,
    fn: (client: WrpcClient) => Promise<void>,
    changes: Partial<typeof implementation> = {},
  ) =>
    Deno.test(`${name}: ${what}`, async () => {
      const served = { wit: WIT, implementation: { ...implementation, ...changes } };
      await using both = await pair(kit, served);
      await fn(both.client);
    });

  test("streams in a list go both ways, each on its own", async (client) => {
    const sent = [[Uint8Array.of(1, 2), Uint8Array.of(3)], [], new Uint8Array(100_000)];
    const all = await client.call("listed", [sent]) as AsyncIterable<Uint8Array>[];
    // The last is read first.
    const lengths = await Promise.all(all.toReversed().map(lengthOf));
    assert.deepEqual(lengths, [100_000, 0, 3]);
  });

  test("a future in an option comes later, or isn't there", async (client) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const [some] = await client.call("perhaps", [promise]) as [Promise<string>];
    resolve("late");
    assert.equal(await some, "late");
    assert.deepEqual(await client.call("perhaps", [undefined]), [undefined]);
  });

  test("what is pending in a variant depends on its case", async (client) => {
    const chosen = async (tag: string, val: unknown) =>
      (await client.call("chosen", [{ tag, val }]) as Choice).val;
    assert.equal(await chosen("now", 7), 7);
    assert.equal(await await chosen("later", Promise.resolve(8)), 8);
    const many = await chosen("many", ["a", "b"]) as AsyncIterable<string>;
    assert.deepEqual(await Array.fromAsync(many), ["a", "b"]);
  });

  test("futures in lists in streams in options in a list arrive where they belong", async (client) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const sent = [undefined, [[1, promise], []], [[Promise.resolve(3)], [4, 5]]];
    type Deep = (AsyncIterable<Promise<number>[]> | undefined)[];
    const [none, first, second] = await client.call("deep", [sent]) as Deep;
    assert.equal(none, undefined);
    const whole = async (stream: AsyncIterable<Promise<number>[]>) =>
      await Promise.all((await Array.fromAsync(stream)).map((list) => Promise.all(list)));
    assert.deepEqual(await whole(second!), [[3], [4, 5]]);
    resolve(2);
    assert.deepEqual(await whole(first!), [[1, 2], []]);
  });

  // NATS can't be told to wait: there what nobody reads has a limit.
  if (kit.server().kind === "nats") return;

  const { promise: reading, resolve: read } = Promise.withResolvers<void>();
  test(
    "a caller's stream that nobody reads stops its source until somebody does",
    async (client) => {
      const producer = new Producer();
      const taken = client.call("take", [producer.bytes()]);
      taken.catch(() => {}); // What is wrong with its source is told first.
      await producer.waits(client);
      producer.enough = producer.made + 100 * CHUNK;
      read();
      assert.equal(await taken, BigInt(producer.enough));
    },
    { take: (bytes) => reading.then(() => implementation.take(bytes)) },
  );

  const source = new Producer();
  test(
    "a server's stream that nobody reads stops its source until somebody does",
    async (client) => {
      const bytes = await client.call("give") as AsyncIterable<Uint8Array>;
      await source.waits(client);
      source.enough = source.made + 100 * CHUNK;
      assert.equal(await lengthOf(bytes), source.enough);
    },
    { give: () => source.bytes() },
  );
}
