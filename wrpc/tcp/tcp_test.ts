import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { until } from "../../internal/until_for_tests.ts";
import { TCP } from "../../net/mod.ts";
import { client } from "../client.ts";
import type { WrpcError } from "../errors.ts";
import { frameHead } from "../framing/frames.ts";
import { encodeHeader } from "../framing/header.ts";
import { serve } from "../serve.ts";
import { testTransport } from "../transport_contract_for_tests.ts";
import { tcpTransport, unixTransport } from "./client.ts";
import { tcpServer, unixServer } from "./server.ts";

testTransport("TCP", { server: () => tcpServer(), transport: tcpTransport });
testTransport("Unix socket", { server: () => unixServer(), transport: unixTransport });
testTransport("TCP with a pool", {
  server: () => tcpServer(),
  transport: (address) => tcpTransport({ address, pool: 3 }),
});

const authority = await makeAuthority();
const leaf = await authority.issue(["IP:127.0.0.1"]);
testTransport("TLS", {
  server: () => tcpServer({ tls: leaf }),
  transport: (address) => tcpTransport({ address, tls: { caCerts: [authority.cert] } }),
});

const WIT = `
package test:raw@0.1.0;
interface raw { add: func(a: u8, b: u8) -> u8; nothing: func(); bytes: func() -> stream<u8>; }`;
const implementation = {
  add: (a: number, b: number) => a + b,
  nothing: () => {},
  bytes: () => [],
};
const [ADD, NOTHING] = ["add", "nothing"].map((name) =>
  encodeHeader({ instance: "test:raw/raw@0.1.0", name })
) as [Uint8Array, Uint8Array];

/** What a server answers to bytes, and what it was told of. */
async function answer(...pieces: Uint8Array[]): Promise<{ bytes: number[]; codes: string[] }> {
  const codes: string[] = [];
  const onError = ({ code }: WrpcError) => void codes.push(code);
  await using serving = await serve(tcpServer(), { wit: WIT, implementation, onError });
  await using socket = await TCP.open(serving.address);
  for (const piece of pieces) await socket.write(piece);
  await socket.closeWrite();
  const bytes: number[] = [];
  for (let read = await socket.read(); read !== null; read = await socket.read()) {
    bytes.push(...read);
  }
  return { bytes, codes };
}

/** What a client makes of the bytes that a server answers. */
async function outcome(name: string, answer: Uint8Array): Promise<unknown> {
  await using listener = TCP.listen();
  const answering = (async () => {
    const socket = (await listener.accept())!;
    while (await socket.read() !== null);
    await socket.write(answer);
    await socket.closeWrite();
    return socket;
  })();
  await using calls = client({ wit: WIT, tcp: listener.address, timeoutMs: 5000 });
  const result = await calls.call(name, name === "add" ? [1, 2] : []).catch((error) => error.code);
  (await answering).close();
  return result;
}

const frame = (...data: number[]) => new Uint8Array([...frameHead([], data.length), ...data]);

Deno.test("a framed server answers what SPEC.md says", async () => {
  const { bytes, codes } = await answer(ADD, frame(1, 2));
  assert.deepEqual([bytes, codes], [[0, 1, 3], []]);
});

Deno.test("a framed server takes an invocation in single bytes", async () => {
  const all = [...ADD, ...frame(1), ...frame(2)].map((byte) => Uint8Array.of(byte));
  assert.deepEqual((await answer(...all)).bytes, [0, 1, 3]);
});

Deno.test("a function without a result answers nothing but the end", async () => {
  assert.deepEqual((await answer(NOTHING, frame())).bytes, []);
});

const FAULTS: Readonly<Record<string, number>> = {
  truncated: 59,
  version_unsupported: 59,
  header_invalid: 59,
  invocation_failed: 59,
  function_unknown: 59,
  path_too_deep: 61,
  frame_too_large: 62,
  path_unknown: 63,
  data_after_end: 64,
};

for (
  const [what, code, ...pieces] of [
    ["another version", "version_unsupported", Uint8Array.of(1)],
    ["a header that is cut", "truncated", ADD.subarray(0, 9)],
    ["a name that isn't UTF-8", "header_invalid", Uint8Array.of(0, 1, 0xff)],
    ["a name of megabytes", "header_invalid", Uint8Array.of(0, 0xff, 0xff, 0xff, 0x7f)],
    ["a function that isn't served", "function_unknown", Uint8Array.of(0, 1, 97, 1, 98)],
    ["parameters that are cut", "truncated", ADD, frame(1)],
    ["a frame that is cut", "invocation_failed", ADD, Uint8Array.of(0)],
    ["bytes after the parameters", "data_after_end", ADD, frame(1, 2, 3)],
    ["a frame for a path with nothing pending", "path_unknown", ADD, Uint8Array.of(1, 0, 1, 9)],
    ["a path too deep", "path_too_deep", ADD, Uint8Array.of(33)],
    ["a frame too large", "frame_too_large", ADD, Uint8Array.of(0, 0xff, 0xff, 0xff, 0x7f)],
  ] as [string, string, ...Uint8Array[]][]
) {
  Deno.test(`fault ${FAULTS[code]}: a framed server refuses ${what}`, async () => {
    const { bytes, codes } = await answer(...pieces);
    assert.deepEqual(codes, [code]);
    assert.deepEqual(bytes, [0]); // A frame that is cut: the client can't take it for an end.
  });
}

for (
  const [what, name, bytes, expected] of [
    ["a result", "add", frame(3), 3],
    ["no result", "add", new Uint8Array(0), "invocation_failed"],
    ["an end inside a frame", "add", Uint8Array.of(0, 2, 3), 3],
    ["an end inside the first frame's head", "nothing", Uint8Array.of(0), "invocation_failed"],
    ["an empty frame for a function without a result", "nothing", frame(), undefined],
    ["a result of a function without one", "nothing", frame(1), "data_after_end"],
    ["two results", "add", frame(3, 3), "data_after_end"],
    ["a frame for a path with nothing pending", "add", Uint8Array.of(1, 9, 1, 9), "path_unknown"],
  ] as const
) {
  Deno.test(`a framed client that gets ${what} says so`, async () => {
    assert.equal(await outcome(name, bytes), expected);
  });
}

Deno.test("fault 64: a stream without its end is truncated, and one that ends twice is taken", async () => {
  await using listener = TCP.listen();
  const answers = [[0, 1, 0, 1, 0, 2, 1, 9], [0, 1, 0, 1, 0, 4, 1, 9, 0, 0]];
  const answering = (async () => {
    for (const bytes of answers) {
      const socket = (await listener.accept())!;
      while (await socket.read() !== null);
      await socket.write(Uint8Array.from(bytes));
      await socket.closeWrite();
      socket.close();
    }
  })();
  await using calls = client({ wit: WIT, tcp: listener.address, timeoutMs: 5000 });
  const cut = await calls.call("bytes") as AsyncIterable<Uint8Array>;
  await assert.rejects(Array.fromAsync(cut), { code: "truncated" });
  const twice = await calls.call("bytes") as AsyncIterable<Uint8Array>;
  assert.deepEqual(await Array.fromAsync(twice), [Uint8Array.of(9)]);
  await answering;
});

Deno.test("calling where nobody listens fails to connect", async () => {
  const listener = TCP.listen();
  listener.close();
  await using calls = client({ wit: WIT, tcp: listener.address });
  await assert.rejects(calls.call("nothing"), { code: "connection_failed", phase: "connect" });
});

Deno.test("a connection whose handshake doesn't end fails after connectTimeoutMs", async () => {
  await using listener = TCP.listen(); // The system connects; nobody answers.
  const tcp = { address: listener.address, tls: true, connectTimeoutMs: 50 };
  await using calls = client({ wit: WIT, tcp });
  await assert.rejects(calls.call("nothing"), (error: WrpcError) => {
    assert.equal(error.name, "WrpcError");
    assert.deepEqual([error.code, error.phase], ["connection_failed", "connect"]);
    assert.equal((error.cause as { code: string }).code, "tls_timeout");
    return true;
  });
});

Deno.test("a call whose connection isn't ready within its own limit fails with the deadline", async () => {
  await using listener = TCP.listen();
  const tcp = { address: listener.address, tls: true };
  await using calls = client({ wit: WIT, tcp, timeoutMs: 50 });
  await assert.rejects(calls.call("nothing"), { code: "deadline", phase: "connect" });
});

Deno.test("a connection beyond the limit is closed at once", async () => {
  const codes: string[] = [];
  await using serving = await serve(tcpServer({ maxInvocations: 1 }), {
    ...{ wit: WIT, implementation, onError: ({ code }) => void codes.push(code) },
  });
  await using first = await TCP.open(serving.address);
  await until("the connection is there", () => serving.open > 0);
  await using calls = client({ wit: WIT, tcp: serving.address });
  await assert.rejects(calls.call("add", [1, 2]));
  assert.deepEqual(codes, ["overloaded"]);
  first.close();
});

Deno.test("a connection that says nothing is closed", async () => {
  const codes: string[] = [];
  await using serving = await serve(tcpServer({ headerTimeoutMs: 20 }), {
    ...{ wit: WIT, implementation, onError: ({ code }) => void codes.push(code) },
  });
  await using socket = await TCP.open(serving.address);
  await socket.read().catch(() => null);
  assert.deepEqual(codes, ["deadline"]);
});

for (
  const [option, value] of [
    ...[["maxInvocations", NaN], ["maxInvocations", 0], ["maxInvocations", 1.5]],
    ...[["headerTimeoutMs", NaN], ["headerTimeoutMs", 0]],
  ] as [string, number][]
) {
  Deno.test(`${option} of a server can't be ${value}`, () => {
    assert.throws(() => tcpServer({ [option]: value }), { name: "OptionError", option });
    assert.throws(() => unixServer(undefined, { [option]: value }), { option });
  });
}

for (const option of ["connectTimeoutMs", "poolIdleMs"]) {
  Deno.test(`${option} of a client is a time above 0`, () => {
    for (const value of [0, -1, NaN, "50" as never]) {
      const refusal = { name: "OptionError", option };
      assert.throws(() => tcpTransport({ address: "127.0.0.1:1", [option]: value }), refusal);
      assert.throws(() => unixTransport({ path: "a", [option]: value }), refusal);
    }
  });
}
