import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { startNatsServer } from "../../nats/server/mod.ts";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { client } from "../client.ts";
import type { WrpcError } from "../errors.ts";
import { serve } from "../serve.ts";
import { faultTest, implementation, WIT } from "./_kit_for_tests.ts";
import { natsServer } from "./server.ts";

faultTest(
  "a NATS server that is killed fails what is open; what comes after works",
  async (kit) => {
    const serving = await kit.serving();
    const calls = kit.calls({ timeoutMs: 10_000 });
    const failed = assert.rejects(calls.call("hang"), { code: "connection_lost" });
    await until("the call is there", () => serving.open === 1);
    await kit.server.restart({ kill: true });
    await failed;
    await until("the call is over", () => serving.open === 0);
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
    const calls = kit.calls();
    const failed = assert.rejects(calls.call("hang", [], { signal: stop.signal }), {
      code: "aborted",
    });
    await until("the call is there", () => serving.open === 1);
    stop.abort();
    await failed;
    await until("the call is over", () => serving.open === 0);
    assert.deepEqual(kit.codes, ["invocation_failed"]);
  },
);

faultTest("invocations beyond the server's limit are refused at once", async (kit) => {
  const serving = await kit.serving({ maxInvocations: 1 });
  const calls = kit.calls();
  const first = assert.rejects(calls.call("hang"), { code: "closed" });
  await until("the call is there", () => serving.open === 1);
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
  await until("the call is there", () => serving.open === 1);
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

const NO_INBOX = { user: "u", password: "p" };

faultTest(
  "an inbox that isn't allowed fails calls and serving, and leaves no connection",
  async (kit) => {
    const nats = { url: kit.url, ...NO_INBOX };
    const calls = kit.calls({ nats });
    for (let n = 0; n < 3; n++) {
      await assert.rejects(calls.call("add", [1, 2]), { code: "connection_lost" });
    }
    await assert.rejects(kit.serving(NO_INBOX), { code: "connection_failed" });
    await until("all connections are closed", async () => {
      const { connections } = await kit.server.monitor("/connz") as { connections: unknown[] };
      return connections.length === 0;
    });
  },
  {
    users: [{ ...NO_INBOX, permissions: { subscribe: { deny: ["_INBOX.>"] } } }],
  },
);

faultTest("a call that can't be sent is refused, and leaves nothing open", async (kit) => {
  await kit.serving();
  const calls = kit.calls();
  const headers = { long: "x".repeat(2000) };
  await assert.rejects(calls.call("add", [1, 2], { headers }), { code: "connection_lost" });
  assert.equal(await calls.call("add", [1, 2]), 3);
}, { maxPayloadBytes: 1024 });

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
