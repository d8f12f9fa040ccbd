import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { connect, type Connection, type Message } from "../../nats/mod.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../../nats/server/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { client, type WrpcClient, type WrpcClientOptions } from "../client.ts";
import type { WrpcError } from "../errors.ts";
import { serve, type WrpcServeOptions } from "../serve.ts";
import type { Serving } from "../transport.ts";
import { natsServer } from "./server.ts";
import type { NatsServerOptions as ServingOptions } from "./options.ts";

const WIT = `
package test:faults@0.1.0;
interface faults {
  add: func(a: u8, b: u8) -> u8;
  length: func(bytes: list<u8>) -> u32;
  bytes: func() -> stream<u8>;
  hang: func() -> u8;
}`;
const INSTANCE = "wrpc.0.0.1.test:faults/faults@0.1.0";
const QUICK = { reconnectWait: "10ms", reconnectJitter: 0, maxReconnects: -1 } as const;

const implementation = {
  add: (a: number, b: number) => a + b,
  length: (bytes: Uint8Array) => bytes.length,
  bytes: () => [Uint8Array.of(1)],
  hang: () => new Promise<number>(() => {}),
};

/** What a test works with: all of it ends with the test. */
interface Kit {
  readonly server: NatsServer;
  readonly url: string;
  /** What our server was told of. */
  readonly codes: string[];
  raw(): Promise<Connection>;
  serving(options?: ServingOptions, more?: Partial<WrpcServeOptions>): Promise<Serving>;
  calls(options?: Partial<WrpcClientOptions>): WrpcClient;
}

function faultTest(
  name: string,
  body: (kit: Kit) => Promise<void>,
  options: NatsServerOptions = {},
): void {
  natsTest(name, async () => {
    await using server = await startNatsServer({ jetStream: false, ...options });
    await using ending = new AsyncDisposableStack();
    const { url } = server;
    const codes: string[] = [];
    await body({
      server,
      url,
      codes,
      raw: async () => ending.use(await connect({ urls: url, ...QUICK })),
      serving: async (options, more) =>
        ending.use(
          await serve(natsServer(options?.connection ? options : { url, ...QUICK, ...options }), {
            ...{ wit: WIT, implementation, onError: ({ code }) => void codes.push(code) },
            ...more,
          }),
        ),
      calls: (options) =>
        ending.use(client({ wit: WIT, timeoutMs: 5000, nats: { url, ...QUICK }, ...options })),
    });
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A server that answers a request as `answer` does, over a bare connection. */
async function answering(
  { raw }: Kit,
  name: string,
  answer: (conn: Connection, rc: string, request: Message) => void,
): Promise<Connection> {
  const conn = await raw();
  conn.subscribe(`${INSTANCE}.${name}`, "", (request) => answer(conn, request.reply, request));
  await conn.flush();
  return conn;
}

/** Everything as it should be, up to the results. */
function accept(conn: Connection, rc: string): void {
  conn.publish(rc, undefined, { reply: "rs.1" });
}

faultTest(
  "fault 67: a request without an inbox is refused, and others are answered",
  async (kit) => {
    await kit.serving();
    const conn = await kit.raw();
    conn.publish(`${INSTANCE}.add`, Uint8Array.of(1, 2));
    await conn.flush();
    assert.equal(await kit.calls().call("add", [1, 2]), 3);
    assert.deepEqual(kit.codes, ["handshake_invalid"]);
  },
);

faultTest("fault 67: an answer without an inbox fails the call", async (kit) => {
  await answering(kit, "add", (conn, rc) => conn.publish(rc));
  await assert.rejects(kit.calls().call("add", [1, 2]), { code: "handshake_invalid" });
});

faultTest("fault 67: no answer at all fails with the deadline", async (kit) => {
  await answering(kit, "add", () => {});
  await assert.rejects(kit.calls().call("add", [1, 2], { timeoutMs: 50 }), { code: "deadline" });
});

faultTest("a function that nobody serves fails at once", async (kit) => {
  const calls = kit.calls({ timeoutMs: Infinity });
  await assert.rejects(calls.call("add", [1, 2]), {
    code: "no_responders",
    message: `nobody serves ${INSTANCE}.add`,
  });
});

for (
  const [what, code, name, answer] of [
    ["the end of all before a result", "invocation_failed", "add", [["results", []]]],
    ["an end inside a result", "truncated", "length", [["results", [0x80]], ["results", []]]],
    ["bytes after a result", "data_after_end", "add", [["results", [3, 3]]]],
    ["a path that the function hasn't", "path_unknown", "add", [["results.0", [1]]]],
    ["a path that is none", "path_unknown", "add", [["results.0.x", [1]]]],
    ["a path too deep", "path_too_deep", "add", [[`results${".0".repeat(33)}`, [1]]]],
    [
      "a stream that ends inside a chunk",
      "truncated",
      "bytes",
      [["results", [0]], ["results.0", [2, 1]], ["results.0", []]],
    ],
    [
      "a stream without its end",
      "truncated",
      "bytes",
      [["results", [0]], ["results.0", [1, 1]], ["results.0", []]],
    ],
    [
      "data after the end of a stream",
      "data_after_end",
      "bytes",
      [["results", [0]], ["results.0", [1, 1, 0, 7]]],
    ],
    [
      "a stream that is never ended",
      "deadline",
      "bytes",
      [["results", [0]], ["results.0", [1, 1]]],
    ],
  ] as [string, string, string, [string, number[]][]][]
) {
  const fault = { path_unknown: 63, path_too_deep: 61, data_after_end: 64, deadline: 64 }[code] ??
    67;
  faultTest(`fault ${fault}: ${what} fails the call: ${code}`, async (kit) => {
    await answering(kit, name, (conn, rc) => {
      accept(conn, rc);
      for (const [tail, bytes] of answer) conn.publish(`${rc}.${tail}`, Uint8Array.from(bytes));
    });
    const call = async () => {
      const args = { add: [1, 2], length: [new Uint8Array(1)], bytes: [] }[name];
      const value = await kit.calls({ timeoutMs: 300 }).call(name, args);
      if (name === "bytes") await Array.fromAsync(value as AsyncIterable<unknown>);
    };
    await assert.rejects(call(), { name: "WrpcError", code });
  });
}

faultTest("fault 67: parameters and results are cut at the server's max_payload", async (kit) => {
  const sizes: number[] = [];
  const conn = await answering(kit, "length", (conn, rc, request) => {
    sizes.push(request.data.length);
    accept(conn, rc);
  });
  conn.subscribe("rs.1.params", "", ({ data }) => {
    sizes.push(data.length);
    if (data.length === 0) return; // The end.
  });
  await conn.flush();
  const failed = assert.rejects(
    kit.calls({ timeoutMs: 300 }).call("length", [new Uint8Array(2500)]),
    { code: "deadline" },
  );
  await until(() => sizes.length === 4);
  assert.deepEqual(sizes, [1024, 1024, 2502 - 2048, 0]);
  await failed;
}, { maxPayloadBytes: 1024 });

faultTest("a late answer and results of nobody's call are dropped", async (kit) => {
  const rcs: string[] = [];
  const conn = await answering(kit, "add", (conn, rc) => {
    rcs.push(rc);
    accept(conn, rc);
    conn.publish(`${rc}.results`, Uint8Array.of(9));
    conn.publish(`${rc}.results`);
  });
  const calls = kit.calls();
  assert.equal(await calls.call("add", [1, 2]), 9);
  for (const subject of [rcs[0]!, `${rcs[0]}.results`, `${rcs[0]}99.results`, `${rcs[0]}x.y`]) {
    conn.publish(subject, Uint8Array.of(1), { reply: "rs.2" });
  }
  await conn.flush();
  assert.equal(await calls.call("add", [1, 2]), 9);
});

faultTest(
  "a NATS server that is killed fails what is open; what comes after works",
  async (kit) => {
    const serving = await kit.serving();
    const calls = kit.calls({ timeoutMs: 10_000 });
    const failed = assert.rejects(calls.call("hang"), { code: "connection_lost" });
    await until(() => serving.open === 1);
    await kit.server.restart({ kill: true });
    await failed;
    await until(() => serving.open === 0);
    assert.deepEqual(kit.codes, ["connection_lost"]);
    // The server of the function may be back later than the caller.
    for (;;) {
      const sum = await calls.call("add", [1, 2]).catch((error: WrpcError) => error.code);
      if (sum === 3) break;
      assert.equal(sum, "no_responders");
    }
  },
);

faultTest(
  "a caller that gives up tells the server, and a server that fails the caller",
  async (kit) => {
    const serving = await kit.serving();
    const stop = new AbortController();
    const failed = assert.rejects(kit.calls().call("hang", [], { signal: stop.signal }), {
      code: "aborted",
    });
    await until(() => serving.open === 1);
    stop.abort();
    await failed;
    await until(() => serving.open === 0);
    assert.deepEqual(kit.codes, ["invocation_failed"]);
  },
);

faultTest("invocations beyond the server's limit are refused at once", async (kit) => {
  const serving = await kit.serving({ maxInvocations: 1 });
  const calls = kit.calls();
  const first = assert.rejects(calls.call("hang"), { code: "closed" });
  await until(() => serving.open === 1);
  await assert.rejects(calls.call("add", [1, 2]), {
    code: "invocation_failed",
    message: /overloaded/,
  });
  assert.deepEqual(kit.codes, ["overloaded"]);
  await calls.close();
  await first;
});

faultTest("each call of a queue group goes to one of its servers", async (kit) => {
  const served = [0, 0];
  for (const i of [0, 1]) {
    const add = (a: number, b: number) => (served[i]!++, a + b);
    await kit.serving({ queueGroup: "group" }, { implementation: { ...implementation, add } });
  }
  const calls = kit.calls();
  const sums = Array.from({ length: 200 }, (_, i) => calls.call("add", [i % 100, 1]));
  assert.deepEqual(await Promise.all(sums), Array.from({ length: 200 }, (_, i) => i % 100 + 1));
  assert.equal(served[0]! + served[1]!, 200);
  assert.ok(served[0]! > 0 && served[1]! > 0, String(served));
});

faultTest("without a queue group all servers work, and the first answer counts", async (kit) => {
  for (const _ of [0, 1]) await kit.serving();
  const calls = kit.calls();
  const sums = Array.from({ length: 100 }, (_, i) => calls.call("add", [i, 1]));
  assert.deepEqual(await Promise.all(sums), Array.from({ length: 100 }, (_, i) => i + 1));
});

faultTest("headers of a call reach the server", async (kit) => {
  const seen: (string | undefined)[] = [];
  const serving = await natsServer({ url: kit.url, prefix: "a.b" }).serve([{
    ...{ instance: "test:faults/faults@0.1.0", name: "bytes", paths: [] },
    async handle(invocation) {
      seen.push(invocation.headers?.get("Trace-Id"));
      await invocation.write([]).write(Uint8Array.of(1, 0));
      await invocation.close();
    },
  }], () => {});
  const calls = kit.calls({ nats: { url: kit.url, prefix: "a.b" } });
  await calls.call("bytes", [], { headers: { "Trace-Id": "é7" } });
  await calls.call("bytes", []);
  assert.deepEqual(seen, ["é7", undefined]);
  await assert.rejects(calls.call("bytes", [], { headers: { "bad name": "x" } }), {
    code: "value_invalid",
  });
  await serving.close();
});

faultTest("a connection that is given is shared and stays open", async (kit) => {
  const connection = await kit.raw();
  const serving = await kit.serving({ connection, prefix: "p" });
  const calls = kit.calls({ nats: { connection, prefix: "p" } });
  assert.equal(await calls.call("add", [1, 2]), 3);
  await calls.close();
  await serving.close();
  assert.equal(connection.isConnected(), true);
});

faultTest("a connection that is closed fails what is open, and what comes", async (kit) => {
  const connection = await kit.raw();
  const serving = await kit.serving();
  const calls = kit.calls({ nats: { connection } });
  const failed = assert.rejects(calls.call("hang"), { code: "connection_lost" });
  await until(() => serving.open === 1);
  await connection.close();
  await failed;
  await assert.rejects(calls.call("add", [1, 2]), { code: "connection_failed" });
});

faultTest("a subject that isn't allowed fails calls, and serving", async (kit) => {
  const user = { user: "u", password: "p" };
  const nats = { url: kit.url, ...user };
  await assert.rejects(kit.calls({ nats }).call("add", [1, 2]), { code: "connection_failed" });
  await assert.rejects(kit.serving(user), { code: "connection_failed" });
}, {
  users: [{
    ...{ user: "u", password: "p" },
    permissions: { publish: { deny: ["wrpc.>"] }, subscribe: { deny: ["wrpc.>"] } },
  }],
});

faultTest("calls wait for the first connection as long as they may", async (kit) => {
  const calls = kit.calls();
  await kit.server.stop();
  await assert.rejects(calls.call("add", [1, 2]), { code: "connection_failed", phase: "connect" });
  await assert.rejects(calls.call("add", [1, 2], { signal: AbortSignal.abort() }), {
    code: "aborted",
  });
  await kit.server.start();
  await kit.serving();
  assert.equal(await calls.call("add", [1, 2]), 3);
});

faultTest("10 000 calls in flight are all answered", async (kit) => {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const add = async (a: number, b: number) => {
    if (++begun === 10_000) resolve();
    await all;
    return a + b;
  };
  await kit.serving({}, { implementation: { ...implementation, add } });
  const calls = kit.calls({ timeoutMs: 60_000 });
  const sums = await Promise.all(
    Array.from({ length: 10_000 }, (_, i) => calls.call("add", [i % 200, 1])),
  );
  assert.ok(sums.every((sum, i) => sum === i % 200 + 1));
});

natsTest(
  "the connection lives as long as what made the transport, not as its first call",
  async () => {
    await using server = await startNatsServer({ jetStream: false });
    await using _serving = await serve(natsServer({ url: server.url }), {
      wit: WIT,
      implementation,
    });
    const context = newContext(new Registry());
    const calls = runInContext(context, () => client({ wit: WIT, nats: server.url }));
    const iteration = newContext(new Registry());
    await runInContext(iteration, () => calls.call("add", [1, 2]));
    assert.deepEqual([context.owned?.size, iteration.owned?.size], [1, 0]);
    await calls.close();
    assert.equal(context.owned?.size, 0);
  },
);
