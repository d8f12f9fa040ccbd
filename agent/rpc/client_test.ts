import assert from "node:assert/strict";
import { GobStream } from "../gob/mod.ts";
import golden from "../gob/testdata/golden.json" with { type: "json" };
import { createRpcClient } from "./client.ts";
import { fakeServer } from "./_conn_for_tests.ts";

const RESPONSES = Uint8Array.fromHex(golden["rpc responses"]);
/** Calls of the recording: 300 that go well, numbered from 0, one that fails, one of no method. */
const CALLS = 302;

/** Makes the calls of the recording; ours are numbered from 1, so that 0 is answered to nobody. */
function callAll(client: ReturnType<typeof createRpcClient>): Promise<(string | null)[]> {
  return Promise.all(
    Array.from(
      { length: CALLS - 1 },
      () =>
        client.call("Server.Run").then(() => null, (error) => `${error.code}: ${error.message}`),
    ),
  );
}

const EXPECTED = [
  ...Array(299).fill(null),
  "rpc_error: unexpected EOF",
  "rpc_error: rpc: can't find method Server.Missing",
];

Deno.test("what Go's server has answered settles the calls, by their numbers", async () => {
  const { conn, send } = fakeServer();
  await using client = createRpcClient(conn);
  const answers = callAll(client);
  assert.equal(client.inFlight, CALLS - 1);
  await send(RESPONSES);
  assert.deepEqual(await answers, EXPECTED);
  assert.equal(client.inFlight, 0);
});

Deno.test("wherever the answers are split, the same calls are settled", async () => {
  const splits = Array.from({ length: 260 }, (_, i) => i);
  const late = Array.from({ length: 130 }, (_, i) => RESPONSES.length - 1 - i);
  for (const at of [...splits, ...late]) {
    const { conn, send } = fakeServer();
    await using client = createRpcClient(conn);
    const answers = callAll(client);
    if (at > 0) await send(RESPONSES.slice(0, at));
    await send(RESPONSES.slice(at));
    assert.deepEqual(await answers, EXPECTED, `split at ${at}`);
  }
});

Deno.test("requests are what Go's client writes", async () => {
  const { conn, written } = fakeServer();
  const client = createRpcClient(conn);
  const calls = callAll(client);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(written.length, 1, "calls of one turn are one write");
  const values = (bytes: Uint8Array): unknown[] => {
    const stream = new GobStream();
    stream.push(bytes);
    const read: unknown[] = [];
    while (stream.next()) read.push(stream.read());
    return read;
  };
  // Ours are numbered from 1, and the recording's last two call other methods.
  const theirs = values(Uint8Array.fromHex(golden["rpc requests"])).slice(2, 2 * 300);
  assert.deepEqual(values(written[0]!).slice(0, theirs.length), theirs);
  // Byte for byte, but for the numbers of the two types.
  const recorded = golden["rpc requests"];
  const [, header, argument] = /11(ff..)010a5365727665722e52756e01010003(ff..)00/.exec(recorded)!;
  for (const number of ["02", "ff80", "fe0101"]) {
    const length = (16 + number.length / 2).toString(16);
    const request = `${length}${header}010a5365727665722e52756e01${number}0003${argument}00`;
    assert(recorded.includes(request), request);
    const ours = request.replace(header!, "ff80").replace(`${argument}00`, "ff8200");
    assert(written[0]!.toHex().includes(ours), ours);
  }
  await client.close();
  await calls;
});

Deno.test("a connection that ends fails what is in flight, and what comes after", async () => {
  const { conn, send } = fakeServer();
  const client = createRpcClient(conn);
  const first = assert.rejects(client.call("Server.Run"), { code: "rpc_closed" });
  const cut = RESPONSES.slice(0, 70);
  send(cut).then(() => send(null));
  await first;
  assert.match((await client.closed).message, /closed the connection within a response/);
  await assert.rejects(client.call("Server.Run"), { code: "rpc_closed" });
  await client.close();
});

Deno.test("a peer that speaks something else is told apart from one that is gone", async () => {
  const { conn, send } = fakeServer();
  await using client = createRpcClient(conn);
  const call = assert.rejects(client.call("Server.Run"), {
    code: "rpc_invalid",
    phase: "read",
    message: /the server's answer is no net\/rpc/,
  });
  send(
    new TextEncoder().encode(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n".repeat(4),
    ),
  );
  await call;
});

Deno.test("a call that is given up fails at once, its answer is nobody's", async () => {
  const { conn, send } = fakeServer();
  await using client = createRpcClient(conn);
  const stop = new AbortController();
  const given = client.call("Server.Run", stop.signal);
  const others = callAll(client);
  stop.abort("enough");
  await assert.rejects(given, { code: "rpc_aborted", cause: "enough" });
  await assert.rejects(client.call("Server.Run", stop.signal), { code: "rpc_aborted" });
  assert.equal(client.inFlight, CALLS - 1);
  await send(RESPONSES);
  assert.equal(client.inFlight, 1, "the recording has no answer for the last");
  await client.close();
  assert.match((await others).at(-1)!, /^rpc_closed/);
});

Deno.test("closing it fails what is in flight", async () => {
  const client = createRpcClient(fakeServer().conn);
  const call = assert.rejects(client.call("Server.Run"), { code: "rpc_closed" });
  await client.close();
  await call;
  assert.equal((await client.closed).message, "the RPC connection was closed here");
});

Deno.test("a write that fails fails the calls", async () => {
  const { conn } = fakeServer();
  const broken = { ...conn, write: () => Promise.reject(new Error("broken pipe")) };
  await using client = createRpcClient(broken);
  await assert.rejects(client.call("Server.Run"), { code: "rpc_closed", phase: "write" });
});
