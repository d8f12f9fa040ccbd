import assert from "node:assert/strict";
import { until } from "../../internal/until_for_tests.ts";
import type { Connection, Message } from "../../nats/mod.ts";
import { faultTest, INSTANCE, type Kit } from "./_kit_for_tests.ts";

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
      const timeoutMs = code === "deadline" ? 300 : 30_000;
      const value = await kit.calls({ timeoutMs }).call(name, args);
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
  const stop = new AbortController();
  const failed = assert.rejects(
    kit.calls().call("length", [new Uint8Array(2500)], { signal: stop.signal }),
    { code: "aborted" },
  );
  await until("all messages are there", () => sizes.length === 4);
  assert.deepEqual(sizes, [1024, 1024, 2502 - 2048, 0]);
  stop.abort();
  await failed;
}, { maxPayloadBytes: 1024 });

faultTest("a server that answers a call only after its end hears of that", async (kit) => {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<string>();
  const { promise: told, resolve: onTold } = Promise.withResolvers<string | null>();
  const conn = await answering(kit, "add", (_conn, rc) => onAsked(rc));
  conn.subscribe(
    "rs.1.params",
    "",
    ({ headers }) => onTold(headers?.get("Nats-Service-Error") ?? null),
  );
  await conn.flush();
  const stop = new AbortController();
  const call = kit.calls().call("add", [1, 2], { signal: stop.signal });
  const failed = assert.rejects(call, { code: "aborted" });
  const rc = await asked;
  stop.abort();
  await failed;
  accept(conn, rc);
  assert.equal(await told, "aborted");
});

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
