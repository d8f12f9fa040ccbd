import assert from "node:assert/strict";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { type Way, WAYS } from "../_servers_for_tests.ts";
import { serve } from "../serve.ts";
import { tcpServer } from "../tcp/server.ts";
import { pair, total } from "./_pair_for_tests.ts";
import { http } from "./client.ts";
import { HTTP_ERROR_CODES, type HttpErrorCode } from "./error_codes.ts";
import { WrpcHttpError } from "./errors.ts";
import { httpInterface } from "./interface.ts";
import { serveHttp } from "./serve_http.ts";

const URL_HERE = "http://example.test/";

for (const way of WAYS) {
  Deno.test(`bodies stream both ways over ${way.name} while the request is on`, () => streams(way));
}

async function streams(way: Way): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(
    await serveHttp(await way.server(stack), ({ body }) => new Response(body)),
  );
  const calls = stack.use(http({ ...way.choice(server), consume: "stream" }));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const response = await calls.post(URL_HERE, readable);
  assert.equal(response.status, 200);
  const reader = response.body.getReader();
  for (const byte of [1, 2, 3]) {
    await writer.write(Uint8Array.of(byte));
    assert.deepEqual((await reader.read()).value, Uint8Array.of(byte), "before the next is sent");
  }
  await writer.close();
  assert.equal((await reader.read()).done, true);
  const large = crypto.getRandomValues(new Uint8Array(65_536));
  const all = await calls.post(URL_HERE, ReadableStream.from(Array(40).fill(large)));
  assert.equal((await all.bytes()).length, 40 * 65_536);
}

Deno.test("any status of 200 to 299 is a valid response, 201 among them", async () => {
  const statuses = [200, 201, 204, 299, 300, 404, 500];
  await using both = await pair(() => new Response(null, { status: statuses.shift()! }));
  for (const _ of [...statuses]) await both.http.get(URL_HERE);
  const { registry } = both;
  assert.equal(total(registry, "wrpc_http_response"), 7);
  assert.equal(total(registry, "wrpc_http_invalid_response"), 3);
  for (const status of ["200", "201", "204", "299"]) {
    assert.equal(total(registry, "wrpc_http_invalid_response", { status }), 0, status);
    const tags = { status, expected_response: "true", method: "GET", name: URL_HERE };
    assert.equal(total(registry, "wrpc_http_response", tags), 1, status);
  }
});

Deno.test("a client, a call and setResponseCallback say which statuses are expected", async () => {
  await using both = await pair(() => new Response(null, { status: 404 }), {
    expectedStatuses: [200, [400, 410]],
  });
  const { http: calls, registry } = both;
  const invalid = () => total(registry, "wrpc_http_invalid_response");
  await calls.get(URL_HERE);
  assert.equal(invalid(), 0);
  await calls.get(URL_HERE, { responseCallback: calls.expectedStatuses(200) });
  assert.equal(invalid(), 1);
  await calls.get(URL_HERE);
  assert.equal(invalid(), 1, "expectedStatuses says nothing about other calls");
  calls.setResponseCallback(calls.expectedStatuses({ min: 500, max: 599 }));
  await calls.get(URL_HERE);
  assert.equal(invalid(), 2);
  calls.setResponseCallback(null);
  await calls.get(URL_HERE);
  assert.equal(invalid(), 2, "nobody judges");
});

Deno.test("each request is a response or an error, with the tags of client and call", async () => {
  await using both = await pair((request) => {
    if (request.url.endsWith("/bad")) throw new WrpcHttpError("connection-refused");
    return new Response("ok");
  }, { tags: { scenario: "basic" } });
  await both.http.get(URL_HERE, { tags: { name: "home" } });
  const failed = await both.http.get(`${URL_HERE}bad`);
  assert.equal(failed.status, 0);
  assert.equal(failed.error?.code, "connection-refused");
  await assert.rejects(failed.text(), { code: "connection-refused" });
  const { registry } = both;
  assert.equal(total(registry, "wrpc_http_request", { scenario: "basic" }), 2);
  assert.equal(total(registry, "wrpc_http_response", { name: "home", url: "home" }), 1);
  assert.equal(total(registry, "wrpc_http_error", { code: "connection-refused" }), 1);
  const duration = registry.select("wrpc_http_duration");
  assert(duration?.type === "trend" && duration.histogram.count === 1);
});

/** A payload of each case that carries one. */
const PAYLOADS: Partial<Record<HttpErrorCode, unknown>> = {
  "DNS-error": { rcode: "NXDOMAIN", infoCode: 3 },
  "TLS-alert-received": { alertId: 40, alertMessage: "handshake_failure" },
  "HTTP-request-body-size": 2n ** 40n,
  "HTTP-request-header-section-size": 7,
  "HTTP-request-header-size": { fieldName: "x", fieldSize: 9 },
  "HTTP-request-trailer-section-size": 1,
  "HTTP-request-trailer-size": { fieldName: "x", fieldSize: 9 },
  "HTTP-response-header-section-size": 1,
  "HTTP-response-header-size": { fieldName: "x", fieldSize: 9 },
  "HTTP-response-body-size": 5n,
  "HTTP-response-trailer-section-size": 1,
  "HTTP-response-trailer-size": { fieldName: "x", fieldSize: 9 },
  "HTTP-response-transfer-coding": "zip",
  "HTTP-response-content-coding": "zip",
  "internal-error": "out of ideas",
};

Deno.test("the 39 error codes of wasi:http arrive with what they carry", async () => {
  assert.equal(HTTP_ERROR_CODES.length, 39);
  const left = [...HTTP_ERROR_CODES];
  await using both = await pair(() => {
    const code = left.shift()!;
    throw new WrpcHttpError(code, PAYLOADS[code]);
  });
  for (const code of HTTP_ERROR_CODES) {
    const { error } = await both.http.get(URL_HERE);
    assert(error instanceof WrpcHttpError);
    assert.deepEqual([error.code, error.payload, error.phase], [code, PAYLOADS[code], "handle"]);
  }
});

Deno.test("error codes stand in the order of the interface", () => {
  const { result } = httpInterface().functions.get("handle")!;
  assert(result?.kind === "result" && result.err?.kind === "variant");
  assert.deepEqual(result.err.cases.map(({ name }) => name), HTTP_ERROR_CODES);
});

Deno.test("what a handler throws is an internal error, and the server is told", async () => {
  await using both = await pair(() => {
    throw new TypeError("of the handler");
  });
  const { error } = await both.http.get(URL_HERE);
  assert(error instanceof WrpcHttpError);
  assert.deepEqual([error.code, error.payload], ["internal-error", "of the handler"]);
  assert.deepEqual(both.errors.map(({ code }) => code), ["implementation_failed"]);
});

Deno.test("a method that web requests don't know is refused by the server", async () => {
  await using both = await pair(() => new Response());
  for (const method of ["TRACE", "CONNECT"]) {
    const { error } = await both.http.request(method, URL_HERE);
    assert.equal(error?.code, "HTTP-request-method-invalid", method);
  }
});

Deno.test("no answer in time is a response of status 0, or an exception with throw", async () => {
  await using both = await pair(() => new Promise<Response>(() => {}), { timeout: 30 });
  const late = await both.http.get(URL_HERE);
  assert.deepEqual([late.status, late.ok, late.error?.code], [0, false, "deadline"]);
  await assert.rejects(both.http.get(URL_HERE, { throw: true, timeout: "20ms" }), {
    code: "deadline",
  });
  assert.equal(total(both.registry, "wrpc_http_error", { code: "deadline" }), 2);
});

Deno.test("a signal stops a request", async () => {
  const stop = new AbortController();
  await using both = await pair(() => {
    stop.abort();
    return new Promise<Response>(() => {});
  });
  const { error } = await both.http.get(URL_HERE, { signal: stop.signal });
  assert.equal(error?.code, "aborted");
});

Deno.test("consume: false reads the body and drops it", async () => {
  let sent = 0;
  await using both = await pair(() =>
    new Response(ReadableStream.from((function* () {
      for (; sent < 50; sent++) yield new Uint8Array(1000);
    })()))
  );
  const dropped = await both.http.get(URL_HERE, { consume: false });
  assert.equal(sent, 50);
  assert.equal(dropped.status, 200);
  await assert.rejects(dropped.text(), /was dropped: ask for it with consume: true/);
});

Deno.test("a body in memory can be read again, a stream once", async () => {
  await using both = await pair(() => new Response('{"a":1}'));
  const kept = await both.http.get(URL_HERE);
  assert.deepEqual([await kept.json(), await kept.text()], [{ a: 1 }, '{"a":1}']);
  assert.equal(await new Response(kept.body).text(), '{"a":1}');
  assert.deepEqual(new Uint8Array(await kept.arrayBuffer()), await kept.bytes());
  assert.equal(kept.bodyUsed, false);
  const live = await both.http.get(URL_HERE, { consume: "stream" });
  assert.deepEqual(await live.json(), { a: 1 });
  assert.equal(live.bodyUsed, true);
  await assert.rejects(live.bytes(), { code: "body_used" });
});

Deno.test("a body that isn't JSON says how it begins", async () => {
  await using both = await pair(() => new Response("<html>"));
  const response = await both.http.get(URL_HERE);
  await assert.rejects(response.json(), /\(status 200\) is not JSON: "<html>"/);
});

Deno.test("a body of more than maxBodyBytes fails, in memory and as a stream", async () => {
  await using both = await pair(() => new Response("12345678"), { maxBodyBytes: 7 });
  const { error } = await both.http.get(URL_HERE);
  assert(error instanceof WrpcHttpError);
  assert.deepEqual([error.code, error.phase], ["HTTP-response-body-size", "receive"]);
  const live = await both.http.get(URL_HERE, { consume: "stream" });
  await assert.rejects(live.text(), { code: "HTTP-response-body-size" });
  assert.equal(
    (await both.http.get(URL_HERE, { consume: false })).status,
    200,
    "dropped is no matter",
  );
});

Deno.test("a source of a request's body that fails, fails the request", async () => {
  await using both = await pair(async (request) => new Response(await request.text()));
  const broken = ReadableStream.from((function* () {
    yield Uint8Array.of(1);
    throw new Error("disk full");
  })());
  const { error } = await both.http.post(URL_HERE, broken);
  assert.equal(error?.code, "stream_failed");
});

Deno.test("timings say how long the head and the body took", async () => {
  await using both = await pair(() => new Response("x"));
  const { timings } = await both.http.get(URL_HERE);
  assert(timings.waiting > 0 && timings.receiving > 0);
  assert.equal(timings.duration, timings.waiting + timings.receiving);
});

Deno.test("fields that HTTP doesn't allow make the response an error", async () => {
  const handle = () => ({
    tag: "ok",
    val: { status: 200, headers: [["a b", [Uint8Array.of(1)]]], body: [], trailers: undefined },
  });
  await using server = await serve(tcpServer(), {
    wit: httpInterface(),
    implementation: { handle },
  });
  await using calls = http({ tcp: server.address });
  const { error } = await calls.get(URL_HERE);
  assert(error instanceof WrpcHttpError);
  assert.deepEqual([error.code, error.phase], ["HTTP-protocol-error", "receive"]);
});

Deno.test("the jar is empty again at the next iteration", async () => {
  await using server = await serveHttp(
    tcpServer(),
    (request) => new Response(request.headers.get("cookie"), { headers: { "set-cookie": "a=1" } }),
  );
  const context = newContext(new Registry());
  await runInContext(context, async () => {
    await using calls = http({ tcp: server.address });
    await calls.get(URL_HERE);
    assert.equal(await (await calls.get(URL_HERE)).text(), "a=1");
    context.turn.count++;
    assert.equal(await (await calls.get(URL_HERE)).text(), "");
  });
});

Deno.test("a client and its open bodies end with the virtual user", async () => {
  await using server = await serveHttp(tcpServer(), () => new Response(new ReadableStream()));
  const context = newContext(new Registry());
  const calls = runInContext(context, () => http({ tcp: server.address, consume: "stream" }));
  const open = await runInContext(context, () => calls.get(URL_HERE));
  assert.equal(open.status, 200);
  await closeContext(context);
  assert.equal((await calls.get(URL_HERE)).error?.code, "closed");
});

Deno.test("options of a client that can't be are refused", () => {
  assert.throws(() => http({}), /wrpc\.http takes one of/);
  assert.throws(() => http({ tcp: "a:1", maxBodyBytes: 0 }), /maxBodyBytes is 0/);
  assert.throws(() => http(Object({ tcp: "a:1", timeuot: 1 })), /did you mean timeout/);
  assert.throws(() => http({ tcp: "a:1", expectedStatuses: 7 }), /expectedStatuses has 7/);
});
