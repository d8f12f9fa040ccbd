import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { type CallOptions, Client, file, HttpTransport, Request } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };
const TEXT = new TextEncoder().encode("content");

/** A server that tells the bodies it got, whole ones only. */
function startEcho() {
  const bodies: string[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve({ ...options, ...leaf }, async (request) => {
    const { pathname } = new URL(request.url);
    const text = await request.text().catch(() => null);
    if (text !== null) bodies.push(text);
    if (pathname === "/busy") return new Response("busy", { status: 503 });
    if (pathname !== "/go") return new Response("ok");
    return new Response(null, { status: 307, headers: { location: "/there" } });
  });
  return {
    bodies,
    url: `https://localhost:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield TEXT;
}

const STREAMS: readonly [name: string, make: () => AsyncIterable<Uint8Array>][] = [
  ["a stream", () => ReadableStream.from([TEXT])],
  ["a byte stream", () => new Blob([TEXT]).stream()],
  ["a generator", pieces],
  ["a stream of Node", () => Readable.from([TEXT])],
];

for (const version of [1.1, 2] as const) {
  Deno.test(`HTTP/${version}: a stream that was sent is refused the next time, before any byte`, async () => {
    await using server = startEcho();
    await using client = new Client({ tls, version, baseUrl: server.url });
    const ways: ((body: AsyncIterable<Uint8Array>) => CallOptions)[] = [
      (body) => ({ body }),
      (body) => ({ body, compression: "gzip" }),
      (body) => ({ multipart: { a: file(body) } }),
      (body) => ({ body, eventHandlers: { bodyChunkSent() {}, requestToBeSent() {} } }),
    ];
    for (const [name, make] of STREAMS) {
      for (const [i, options] of ways.entries()) {
        const body = make();
        const first = await client.post("/", options(body));
        assert.equal(first.status, 200, `${name}, ${i}: ${first.error?.message}`);
        assert.notEqual(server.bodies.splice(0).join(), "", `${name}, ${i}`);
        for (const again of ways) {
          await assert.rejects(client.post("/", again(body)), {
            code: "request_invalid",
            message: /is a stream that is being read or was sent already$/,
          }, `${name}, ${i}`);
        }
      }
    }
    assert.deepEqual(server.bodies, []);
  });

  Deno.test(`HTTP/${version}: a Request with a stream can be sent once`, async () => {
    await using server = startEcho();
    await using client = new Client({ tls, version, baseUrl: server.url });
    for (const [name, make] of STREAMS) {
      const request = new Request("/", { method: "POST", body: make() });
      assert.equal((await client.request(request)).status, 200, name);
      await assert.rejects(client.request(request), { code: "request_invalid" }, name);
    }
    assert.deepEqual(server.bodies, STREAMS.map(() => "content"));
  });

  Deno.test(`HTTP/${version}: of two requests at once with one stream the second fails`, async () => {
    await using server = startEcho();
    for (const [name, make] of STREAMS) {
      // Both are prepared before it has a connection.
      await using client = new Client({ tls, version, baseUrl: server.url });
      const body = make();
      const sent = await Promise.all([client.post("/", { body }), client.post("/", { body })]);
      const [failed] = sent.filter(({ status }) => status === 0);
      assert.equal(failed?.error?.code, "request_body_failed", name);
      const { code, message } = failed.error.cause as { code?: string; message: string };
      assert.deepEqual([code, message], [
        "request_invalid",
        "the stream is being read or was sent already",
      ]);
    }
    // Deno takes the reset of a stream for the end of its body.
    const whole = server.bodies.filter((text) => text !== "");
    assert.deepEqual(whole, STREAMS.map(() => "content"));
  });

  Deno.test(`HTTP/${version}: retries and redirects say for themselves what a stream forbids`, async () => {
    await using server = startEcho();
    await using client = new Client({ tls, version, baseUrl: server.url });
    for (const [name, make] of STREAMS) {
      const busy = await client.put("/busy", { body: make(), retry: 3 });
      assert.deepEqual([busy.status, busy.attempts], [503, 1], name);
      const gone = await client.put("/go", { body: make() });
      assert.equal(gone.error?.code, "redirect_refused", name);
      assert.match(gone.error.message, /its body is a stream, which can be sent once$/);
    }
    assert.equal(server.bodies.length, 2 * STREAMS.length);
  });
}

Deno.test("a stream of which somebody has read is refused, and one that can be read anew isn't", async () => {
  await using server = startEcho();
  await using client = new Client({ tls, baseUrl: server.url });
  const stream = ReadableStream.from([TEXT, TEXT]);
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
  await assert.rejects(client.post("/", { body: stream }), { code: "request_invalid" });
  const anew = { [Symbol.asyncIterator]: pieces };
  const blob = new Blob([TEXT]);
  for (const body of [anew, blob, anew, blob]) {
    assert.equal((await client.post("/", { body })).status, 200);
  }
  assert.deepEqual(server.bodies, Array(4).fill("content"));
  await stream.cancel();
});

Deno.test("a stream that was never begun can be sent by the next request", async () => {
  await using server = startEcho();
  await using client = new Client({ tls });
  const body = ReadableStream.from([TEXT]);
  const { error } = await client.post("http://127.0.0.1:1/", { body });
  assert.equal(error?.code, "connection_refused");
  assert.equal((await client.post(server.url, { body })).status, 200);
  assert.deepEqual(server.bodies, ["content"]);
});

Deno.test("a transport refuses a stream that it has sent", async () => {
  await using server = startEcho();
  const transport = new HttpTransport({ tls });
  const request = {
    id: "1",
    hop: 0,
    method: "POST",
    url: server.url,
    headers: {},
    body: ReadableStream.from([TEXT]),
  };
  assert.equal((await transport.send(request)).status, 200);
  await assert.rejects(transport.send(request), { code: "request_invalid" });
  transport.close();
});
