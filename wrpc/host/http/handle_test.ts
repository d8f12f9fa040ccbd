import assert from "node:assert/strict";
import { client, serve, tcpServer } from "../../mod.ts";
import { componentTest } from "../components_for_tests.ts";
import { type ComponentHost, hostComponent } from "../mod.ts";
import { HTTP_WIT } from "../../http/wit.ts";

const HANDLER = "wrpc:http/incoming-handler@0.1.0";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Response {
  readonly tag: string;
  readonly val: {
    readonly status: number;
    readonly headers: [string, Uint8Array[]][];
    readonly body: AsyncIterable<Uint8Array>;
    readonly trailers: Promise<[string, Uint8Array[]][] | undefined>;
  };
}

function request(body: AsyncIterable<Uint8Array>, trailers?: unknown): unknown {
  return {
    method: { tag: "other", val: "PURGE" },
    pathWithQuery: "/a?b=c",
    scheme: { tag: "HTTP" },
    authority: "example.com",
    headers: [["x-one", [encoder.encode("1"), encoder.encode("2")]]],
    body,
    trailers: Promise.resolve(trailers),
  };
}

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let n = 0; n < count; n++) yield await Promise.resolve(new Uint8Array(size).fill(n));
}

async function send(host: ComponentHost, message: unknown): Promise<Response> {
  return await host.call(HANDLER, "handle", [message]) as Response;
}

await componentTest("echo", "a handler gets requests and gives responses", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  assert.deepEqual(host.exports.map(({ name }) => name), [HANDLER]);
  const body = chunks(20, 50_000); // More than may be under way.
  const { tag, val } = await send(host, request(body, [["sum", [encoder.encode("7")]]]));
  assert.equal(tag, "ok");
  assert.equal(val.status, 200);
  const headers = val.headers.map((
    [name, values],
  ) => [name, ...values.map((v) => decoder.decode(v))]);
  assert.deepEqual(headers, [
    ["echo-method", "PURGE"],
    ["echo-path", "/a?b=c"],
    ["echo-x-one", "1", "2"],
  ]);
  const received = (await Array.fromAsync(val.body)).flatMap((chunk) => [...chunk]);
  assert.equal(received.length, 1_000_000);
  assert.ok(received.every((byte, at) => byte === Math.floor(at / 50_000)));
  const trailers = await val.trailers;
  assert.deepEqual(trailers!.map(([name, [value]]) => [name, decoder.decode(value)]), [[
    "sum",
    "7",
  ]]);
  assert.equal(host.open, 0);
});

await componentTest("echo", "a response begins before its request has ended", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  const gate = Promise.withResolvers<void>();
  const body = async function* () {
    yield encoder.encode("first");
    await gate.promise;
    yield encoder.encode("second");
  };
  const { val } = await send(host, request(body()));
  const texts: string[] = [];
  for await (const chunk of val.body) {
    texts.push(decoder.decode(chunk));
    gate.resolve();
  }
  assert.deepEqual(texts, ["first", "second"]);
  assert.equal(await val.trailers, undefined);
});

await componentTest("echo", "a request whose body breaks breaks the response", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  const gate = Promise.withResolvers<void>();
  const broken = async function* () {
    yield encoder.encode("first");
    await gate.promise;
    throw new Error("the sender is gone");
  };
  const { val } = await send(host, request(broken()));
  const read = async () => {
    for await (const _chunk of val.body) gate.resolve();
  };
  await assert.rejects(read(), { code: "aborted" });
  const { val: next } = await send(host, request(chunks(1, 3)));
  assert.equal((await Array.fromAsync(next.body)).length, 1);
});

await componentTest("echo", "a body that nobody wants is given up", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  const { val } = await send(host, request(chunks(1000, 50_000)));
  for await (const _chunk of val.body) break;
  await assert.rejects(val.trailers, { code: "aborted" });
  const { val: next } = await send(host, request(chunks(1, 3)));
  assert.equal((await Array.fromAsync(next.body)).length, 1);
});

await componentTest("echo", "a handler is served over wRPC", async (path) => {
  await using host = await hostComponent(path, { processes: 1 });
  const wit = { wit: HTTP_WIT, interface: HANDLER };
  const implementation = host.implementation(HANDLER);
  await using server = await serve(tcpServer(), { ...wit, implementation });
  await using caller = client({ ...wit, tcp: server.address });
  const response = await caller.call("handle", [
    request(chunks(10, 50_000), [["sum", [encoder.encode("7")]]]),
  ]) as Response;
  assert.equal(response.tag, "ok");
  let length = 0;
  for await (const chunk of response.val.body) length += chunk.length;
  assert.equal(length, 500_000);
  assert.equal((await response.val.trailers)!.length, 1);
});
