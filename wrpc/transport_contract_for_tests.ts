import assert from "node:assert/strict";
import { until } from "../internal/until_for_tests.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { type Pair, pair, type TransportKit } from "./_pair_for_tests.ts";
import type { WrpcClient } from "./client.ts";
import type { WrpcError } from "./errors.ts";
import { testPending } from "./pending_contract_for_tests.ts";

const WIT = `
package test:contract@0.1.0;
interface calls {
  add: func(a: u32, b: u32) -> u32;
  nothing: func();
  fail: func() -> string;
  fail-quietly: func();
  length: func(bytes: list<u8>) -> u32;
  bytes: func(length: u32) -> list<u8>;
  echo: func(bytes: stream<u8>, text: future<string>) -> tuple<stream<u8>, future<string>>;
  count: func(to: u32) -> stream<u32>;
  lengths: func(of: future<stream<string>>) -> stream<future<u32>>;
  later: func(to: u32) -> tuple<future<stream<u32>>>;
  never: func() -> tuple<future<u8>>;
  hang: func() -> u8;
}`;

async function* count(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) yield await Promise.resolve(i);
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

const implementation = {
  add: (a: number, b: number) => a + b,
  nothing: () => {},
  fail: () => {
    throw new Error("on purpose");
  },
  failQuietly: () => Promise.reject(new Error("on purpose")),
  length: (bytes: Uint8Array) => bytes.length,
  bytes: (length: number) => new Uint8Array(length).fill(7),
  echo: (stream: AsyncIterable<Uint8Array>, future: Promise<string>) => [stream, future],
  count,
  lengths: async function* lengths(of: Promise<AsyncIterable<string>>) {
    for await (const text of await of) yield Promise.resolve(text.length);
  },
  later: (to: number) => [nextTurn().then(() => count(to))],
  never: () => [new Promise<number>(() => {})],
  hang: () => new Promise<number>(() => {}),
};

/** A future that never comes, of a call whose head does: that takes as long as it takes. */
async function pendingFuture(
  client: WrpcClient,
  onTry: () => void = () => {},
): Promise<[Promise<number>]> {
  for (let timeoutMs = 50;; timeoutMs *= 2) {
    onTry();
    try {
      return await client.call("never", [], { timeoutMs }) as [Promise<number>];
    } catch (error) {
      assert.ok(timeoutMs < 10_000, String(error));
    }
  }
}

const served = { wit: WIT, implementation };
const code = (expected: string) => (error: WrpcError) => error.code === expected;

async function all<T>(stream: unknown): Promise<T[]> {
  return await Array.fromAsync(stream as AsyncIterable<T>);
}

/** What every transport has to do: registers the tests. @param name stands in front of theirs */
export function testTransport(name: string, kit: TransportKit): void {
  const test = (what: string, fn: (pair: Pair) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      await using both = await pair(kit, served);
      await fn(both);
    });

  test("a call returns its result", async ({ client }) => {
    assert.equal(await client.call("add", [1, 2]), 3);
  });

  test("a function without parameters and result returns undefined", async ({ client }) => {
    assert.equal(await client.call("nothing"), undefined);
  });

  test("calls at the same time get each their own result", async ({ client }) => {
    const sums = Array.from({ length: 200 }, (_, i) => client.call("add", [i, i]));
    assert.deepEqual(await Promise.all(sums), Array.from({ length: 200 }, (_, i) => i * 2));
  });

  test("parameters and results of megabytes arrive whole", async ({ client }) => {
    assert.equal(await client.call("length", [new Uint8Array(20_000_000)]), 20_000_000);
    const bytes = await client.call("bytes", [20_000_000]) as Uint8Array;
    assert.equal(bytes.length, 20_000_000);
    assert.ok(bytes.every((byte) => byte === 7));
  });

  test("a function that throws fails the call and tells the server why", async ({ client, errors }) => {
    await assert.rejects(client.call("fail"), code("invocation_failed"));
    assert.deepEqual(errors.map((error) => error.code), ["implementation_failed"]);
  });

  test("a function without a result that throws fails the call too", async ({ client }) => {
    await assert.rejects(client.call("fail-quietly"), code("invocation_failed"));
  });

  test("streams and futures go both ways while the call is on", async ({ client }) => {
    const { promise: later, resolve } = Promise.withResolvers<string>();
    const sent = [new Uint8Array(100_000).fill(1), Uint8Array.of(2)];
    const [stream, future] = await client.call("echo", [sent, later]) as unknown[];
    const got = await all<Uint8Array>(stream);
    assert.equal(got.reduce((sum, chunk) => sum + chunk.length, 0), 100_001);
    assert.equal(got.at(-1)!.at(-1), 2);
    resolve("late");
    assert.equal(await future, "late");
  });

  test("an empty stream is over at once", async ({ client }) => {
    const [stream] = await client.call("echo", [[], Promise.resolve("")]) as unknown[];
    assert.deepEqual(await all(stream), []);
  });

  test("elements of a stream arrive in order", async ({ client }) => {
    assert.deepEqual(await all(await client.call("count", [50])), [...Array(50).keys()]);
  });

  test("streams and futures are found inside each other", async ({ client }) => {
    const lengths = await client.call("lengths", [Promise.resolve(["a", "bcd", ""])]);
    assert.deepEqual(await all(lengths), [1, 3, 0]);
  });

  test("a stream inside a future that comes later is read to its end", async ({ client }) => {
    const [future] = await client.call("later", [50]) as [Promise<unknown>];
    assert.deepEqual(await all(await future), [...Array(50).keys()]);
  });

  test("a stream that is left early ends the invocation", async ({ client, serving }) => {
    for await (const one of await client.call("count", [100_000]) as AsyncIterable<number>) {
      if (one === 3) break;
    }
    assert.equal(await client.call("add", [1, 1]), 2);
    await serving.close();
    assert.equal(serving.open, 0);
  });

  test("a source of a stream that throws fails the reader", async ({ client }) => {
    const broken = (async function* () {
      yield await Promise.resolve(Uint8Array.of(1));
      throw new Error("source");
    })();
    const failed = async () => {
      const [stream] = await client.call("echo", [broken, "now"]) as unknown[];
      await all(stream);
    };
    await assert.rejects(failed(), code("stream_failed"));
  });

  test("a call that isn't answered in time fails with its deadline", async ({ client }) => {
    await client.call("add", [1, 2]);
    await assert.rejects(client.call("hang", [], { timeoutMs: 500 }), code("deadline"));
  });

  test("a future that never comes fails with the deadline", async ({ client }) => {
    await client.call("add", [1, 2]);
    const [future] = await pendingFuture(client);
    await assert.rejects(future, code("deadline"));
  });

  test("the caller's signal stops a call", async ({ client }) => {
    const stop = new AbortController();
    const call = client.call("hang", [], { signal: stop.signal });
    queueMicrotask(() => stop.abort("enough"));
    await assert.rejects(call, (error: WrpcError) => {
      return error.code === "aborted";
    });
    await assert.rejects(client.call("add", [1, 1], { signal: stop.signal }), code("aborted"));
  });

  test("closing the server fails what is open there", async ({ client, serving }) => {
    const call = client.call("hang");
    const failed = assert.rejects(call, (error: WrpcError) => {
      return ["connection_lost", "invocation_failed", "connection_failed"].includes(error.code);
    });
    await until("the call is there", () => serving.open > 0);
    await serving.close();
    await failed;
  });

  test("closing the client fails what is open, and later calls", async ({ client, serving }) => {
    const failed = assert.rejects(client.call("hang"), code("closed"));
    await until("the call is there", () => serving.open > 0);
    await client.close();
    await failed;
    await assert.rejects(client.call("add", [1, 1]), code("closed"));
  });

  test("what breaks behind the result is counted too", async ({ client }) => {
    const registry = new Registry();
    let tries = 0;
    await runInContext(newContext(registry), async () => {
      await client.call("add", [1, 2]);
      const [future] = await pendingFuture(client, () => tries++);
      await assert.rejects(future, code("deadline"));
    });
    const errors = registry.select("wrpc_transport_error", { code: "deadline" });
    assert.equal(errors?.type === "counter" && errors.total, tries);
  });

  Deno.test(`${name}: invocations, bytes and errors are counted by transport`, async () => {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using both = await pair(kit, served);
      await both.client.call("add", [1, 2]);
      await assert.rejects(both.client.call("fail"));
    });
    const { kind } = kit.server();
    const sum = (metric: string) =>
      [...registry.series(`wrpc_transport_${metric}`)].reduce((total, { tags, aggregate }) => {
        assert.equal(tags.get("transport"), kind);
        return total + (aggregate.type === "counter" ? aggregate.total : 0);
      }, 0);
    assert.equal(sum("invocations_out"), 2);
    assert.equal(sum("invocations_in"), 2);
    assert.equal(sum("error"), 2); // One of each side.
    assert.equal(sum("bytes_out"), sum("bytes_in"));
    const connecting = registry.select("wrpc_transport_connecting", { transport: kind });
    assert.ok(connecting?.type === "trend" && connecting.histogram.count > 0);
  });

  testPending(name, kit);
}
