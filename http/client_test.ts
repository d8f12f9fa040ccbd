import assert from "node:assert/strict";
import { DownpourError, OptionError } from "../internal/mod.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server.ts";
import { Client, HttpError, Request, type RequestOptions, setClientDefaults } from "./mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** The error that a call rejects with; fails when it doesn't. */
async function rejection(call: () => Promise<unknown>): Promise<DownpourError> {
  try {
    await call();
  } catch (error) {
    assert(error instanceof DownpourError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "it did not reject" });
}

Deno.test("a client sends one plain request and reads status, headers and body", async () => {
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 201 Made It\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello")
  );
  await using client = new Client();
  const response = await client.get(`${server.url}/a/b?c=d#e`);
  assert.equal(response.status, 201);
  assert.equal(response.statusText, "Made It");
  assert.equal(response.ok, true);
  assert.equal(response.headers.get("X-a"), "1, 2");
  assert.equal(await response.text(), "hello");
  assert.equal(await response.text(), "hello", "a body in memory can be read again");
  assert.equal(response.url, `${server.url}/a/b?c=d`);
  assert.equal(response.error, null);
  assert.equal(response.errorCode, 0);
  assert.match(
    server.heads[0]!,
    /^GET \/a\/b\?c=d HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUser-Agent: downpour\/[\d.]+$/,
  );
});

Deno.test("connections are kept and used again, the last one first", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  for (let i = 0; i < 5; i++) assert.equal((await client.get(server.url)).status, 200);
  assert.equal(server.connections, 1);
  assert.equal(server.heads.length, 5);
  assert.equal(client.socket?.active, true);
});

Deno.test("requests at the same time get a connection each", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  await Promise.all(Array.from({ length: 4 }, () => client.get(server.url)));
  assert.equal(server.connections, 4);
});

Deno.test("noConnectionReuse and Connection: close end the connection after a response", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ noConnectionReuse: true });
  await client.get(server.url);
  await client.get(server.url);
  assert.equal(server.connections, 2);
  await using closing = rawServer((x) =>
    x.send(OK.replace("OK\r\n", "OK\r\nConnection: close\r\n"))
  );
  await using other = new Client();
  await other.get(closing.url);
  await other.get(closing.url);
  assert.equal(closing.connections, 2);
});

Deno.test("json, text, bytes and streams are framed and typed", async () => {
  const bodies: string[] = [];
  await using server = rawServer(async (x) => {
    let body = x.rest;
    const length = Number(/content-length: (\d+)/i.exec(x.head)?.[1] ?? 0);
    const chunked = x.head.includes("chunked");
    while (chunked ? !body.endsWith("0\r\n\r\n") : body.length < length) {
      body += await x.receive();
    }
    bodies.push(body);
    await x.send(OK);
  });
  await using client = new Client();
  const cases: [RequestOptions, RegExp | null, string][] = [
    [
      { json: { a: [1, "é"] } },
      /Content-Type: application\/json\r\nContent-Length: 14/,
      '{"a":[1,"Ã©"]}',
    ],
    [
      { json: 1, headers: { "content-type": "x/y" } },
      /content-type: x\/y\r\nContent-Length: 1$/,
      "1",
    ],
    [{ body: "hé" }, /Content-Length: 3/, "hÃ©"],
    [{ body: new Uint8Array([1, 0, 255]) }, /Content-Length: 3/, "\x01\0\xff"],
    [{ body: "" }, /Content-Length: 0/, ""],
    [{}, /Content-Length: 0/, ""],
    [{ body: "x".repeat(200_000) }, /Content-Length: 200000/, "x".repeat(200_000)],
    [
      {
        body: ReadableStream.from([
          new Uint8Array([65]),
          new Uint8Array(0),
          new Uint8Array([66, 67]),
        ]),
      },
      /Transfer-Encoding: chunked/,
      "1\r\nA\r\n2\r\nBC\r\n0\r\n\r\n",
    ],
  ];
  for (const [options, head, body] of cases) {
    const response = await client.post(server.url, options);
    assert.equal(response.status, 200);
    assert.match(server.heads.at(-1)!, head!);
    assert.equal(bodies.at(-1), body);
  }
  await client.get(server.url);
  assert.doesNotMatch(server.heads.at(-1)!, /content-length/i, "a GET without body has no length");
});

Deno.test("what can't be sent is refused before any byte", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  let reads = 0;
  const changing = { toString: () => (reads++ === 0 ? "fine" : "a\r\nEvil: 1") };
  const refused: [string, () => Promise<unknown>, string][] = [
    [
      "25 CR LF in a value",
      () => client.get(server.url, { headers: { A: "b\r\nC: d" } }),
      "request_invalid",
    ],
    [
      "25 NUL in a value",
      () => client.get(server.url, { headers: { A: "\0" } }),
      "request_invalid",
    ],
    ["25 above U+00FF", () => client.get(server.url, { headers: { A: "€" } }), "request_invalid"],
    [
      "25 CR LF in a name",
      () => client.get(server.url, { headers: { "A\r\nB": "c" } }),
      "request_invalid",
    ],
    [
      "25 space in a name",
      () => client.get(server.url, { headers: { "A B": "c" } }),
      "request_invalid",
    ],
    [
      "25 CR LF in a method",
      () => client.request("GET /x HTTP/1.1\r\nA:", server.url),
      "request_invalid",
    ],
    ["25 empty method", () => client.request("", server.url), "request_invalid"],
    [
      "framing header",
      () => client.post(server.url, { headers: { "Content-Length": "9" } }),
      "request_invalid",
    ],
    ["body and json", () => client.post(server.url, { body: "a", json: 1 }), "request_invalid"],
    ["bad scheme", () => client.get("ftp://127.0.0.1/"), "url_invalid"],
    ["no scheme", () => client.get("127.0.0.1:80/"), "url_invalid"],
    [
      "unknown option",
      () => client.get(server.url, { hedaers: {} } as RequestOptions),
      "option_invalid",
    ],
    ["bad timeout", () => client.get(server.url, { timeout: "soon" }), "option_invalid"],
    ["bad maxRedirects", () => client.get(server.url, { maxRedirects: -1 }), "option_invalid"],
  ];
  for (const [name, call, code] of refused) assert.equal((await rejection(call)).code, code, name);
  assert.equal(server.heads.length, 0);
  // 26: a value is turned into text once; what was checked is what goes out.
  await client.get(server.url, { headers: { A: changing as unknown as string } });
  assert.match(server.heads[0]!, /\r\nA: fine$/);
  assert.equal(reads, 1);
});

Deno.test("25 line breaks in a path are percent-encoded or dropped by the URL parser, never sent", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  await client.get(`${server.url}/a b\r\nEvil: 1`);
  assert.match(server.heads[0]!, /^GET \/a%20bEvil:%201 HTTP\/1\.1\r\nHost/);
});

Deno.test("headers merge client < request < call by name, and null takes one away", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({
    headers: { "X-One": "client", "X-Two": "client", "X-Three": "client" },
  });
  const request = new Request(server.url, {
    headers: { "x-two": "request", "Case-Sensitive": "r" },
  });
  await client.get(request, { headers: { "X-THREE": null, "case-sensitive": "call" } });
  assert.match(server.heads[0]!, /X-One: client\r\nx-two: request\r\ncase-sensitive: call$/);
  await client.get(request);
  assert.match(
    server.heads[1]!,
    /X-Three: client\r\nCase-Sensitive: r$/,
    "sending left the request alone",
  );
  const clash = await rejection(() => client.post(request));
  assert.equal(clash.code, "request_invalid");
});

Deno.test("query parameters are appended, arrays repeat, undefined is left out", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ baseUrl: server.url });
  const response = await client.get("/p?a=1", {
    query: { b: "x y", c: [1, 2], d: undefined, e: true },
  });
  assert.match(server.heads[0]!, /^GET \/p\?a=1&b=x\+y&c=1&c=2&e=true /);
  assert.equal(response.request.url, `${server.url}/p?a=1&b=x+y&c=1&c=2&e=true`);
});

Deno.test("chunked bodies, bodies to the end of the connection, and trailers", async () => {
  const replies = [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nto the end",
  ];
  await using server = rawServer(async (x) => {
    const reply = replies[x.head.includes("/end") ? 1 : 0]!;
    const middle = reply.indexOf("\r\n\r\n") + 6;
    await x.send(reply.slice(0, middle));
    await x.send(reply.slice(middle));
    if (x.head.includes("/end")) x.close();
  });
  await using client = new Client();
  const chunked = await client.get(server.url);
  assert.equal(await chunked.text(), "abcde");
  assert.equal(chunked.trailers.get("x-sum"), "5");
  assert.equal((await client.get(`${server.url}/end`)).trailers.get("x-sum"), null);
  assert.equal(await (await client.get(`${server.url}/end`)).text(), "to the end");
});

Deno.test("bodies larger than any buffer arrive whole, with and without a length", async () => {
  const size = 3_000_000;
  const text = Array.from({ length: 1000 }, (_, i) => String(i % 10)).join("").repeat(size / 1000);
  await using server = rawServer(async (x) => {
    if (x.head.includes("/chunked")) {
      await x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let at = 0; at < size; at += 100_000) {
        await x.send(`186a0\r\n${text.slice(at, at + 100_000)}\r\n`);
      }
      await x.send("0\r\n\r\n");
    } else {
      await x.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${text}`);
    }
  });
  await using client = new Client();
  for (const path of ["/length", "/chunked", "/length"]) {
    assert.equal(await (await client.get(server.url + path)).text(), text, path);
    assert.equal((await client.get(server.url + path, { responseType: "none" })).status, 200);
  }
  assert.equal(server.connections, 1);
});

Deno.test("HEAD, 204 and 304 have no body and leave the connection usable", async () => {
  await using server = rawServer((x) => {
    if (x.head.startsWith("HEAD")) return x.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    return x.send(
      `HTTP/1.1 ${x.head.includes("/304") ? "304 Not Modified" : "204 No Content"}\r\n\r\n`,
    );
  });
  await using client = new Client();
  assert.equal((await client.head(server.url)).status, 200);
  assert.equal((await client.get(`${server.url}/204`)).status, 204);
  assert.equal((await client.get(`${server.url}/304`)).status, 304);
  assert.equal(await (await client.get(`${server.url}/204`)).text(), "");
  assert.equal(server.connections, 1);
});

Deno.test("responseType none drops the body and says so when it is asked for", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ discardResponseBodies: true });
  const dropped = await client.get(server.url);
  assert.equal((await rejection(() => dropped.text())).code, "request_invalid");
  assert.equal(await (await client.get(server.url, { responseType: "bytes" })).text(), "ok");
});

Deno.test("responseType stream resolves at the head; reading to the end frees the connection", async () => {
  let finish = (): void => {};
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    await new Promise<void>((resolve) => finish = resolve);
    await x.send("3\r\ntwo\r\n0\r\n\r\n");
  });
  await using client = new Client();
  const response = await client.get(server.url, { responseType: "stream" });
  const reader = response.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "one");
  finish();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "two");
  assert.equal((await reader.read()).done, true);
  const again = client.get(server.url, { responseType: "stream" });
  await (await again).body.cancel();
  assert.equal(server.connections, 1, "the second request went over the first connection");
  finish();
});

Deno.test("a failed request gives status 0 with its error, or rejects with throw", async () => {
  await using server = rawServer((x) => x.send("garbage\r\n\r\n"));
  await using client = new Client();
  const response = await client.get(server.url);
  assert.equal(response.status, 0);
  assert.equal(response.ok, false);
  assert.equal(response.error?.code, "response_malformed");
  assert.equal(response.errorCode, 1000);
  assert.equal(await rejection(() => response.json()), response.error);
  const error = await rejection(() => client.get(server.url, { throw: true }));
  assert(error instanceof HttpError);
  assert.equal(error.phase, "headers");
});

Deno.test("a refused connection is a response with k6's code 1212", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using client = new Client();
  const response = await client.get(`http://127.0.0.1:${port}/`);
  assert.equal(response.error?.code, "tcp_refused");
  assert.equal(response.error?.phase, "connect");
  assert.equal(response.errorCode, 1212);
});

Deno.test("a slow response times out with the phase it was in", async () => {
  await using server = rawServer((x) =>
    x.send(
      x.head.includes("/body") ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" : "HTTP/1.1 2",
    )
  );
  await using client = new Client({ timeout: 60 });
  for (const [path, phase] of [["/head", "headers"], ["/body", "body"]]) {
    const response = await client.get(server.url + path);
    assert.equal(response.error?.code, "request_timeout");
    assert.equal(response.error?.phase, phase);
    assert.equal(response.errorCode, 1050);
  }
});

Deno.test("16 a 100 and then nothing times out", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 100 Continue\r\n\r\n"));
  await using client = new Client();
  const response = await client.get(server.url, { timeout: "50ms" });
  assert.equal(response.error?.code, "request_timeout");
});

Deno.test("an abort signal ends a request, before and while it runs", async () => {
  await using server = rawServer(() => {});
  await using client = new Client();
  const controller = new AbortController();
  const running = rejection(() => client.get(server.url, { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error("enough")), 20);
  assert.equal((await running).code, "aborted");
  const before = await rejection(() => client.get(server.url, { signal: AbortSignal.abort() }));
  assert.equal(before.code, "aborted");
});

Deno.test("metrics have one set of samples an attempt, with k6's tags", async () => {
  await using server = rawServer((x) =>
    x.send(x.head.includes("/no") ? OK.replace("200", "404") : OK)
  );
  const registry = new Registry();
  const context = newContext(registry, registry.tags.with("scenario", "s"));
  await runInContext(context, async () => {
    await using client = new Client({ tags: { team: "a" } });
    await client.get(`${server.url}/yes?x=1`);
    await client.get(`${server.url}/yes?x=2`);
    await client.get(`${server.url}/no`, { name: "missing", tags: { kind: "b" } });
  });
  const series = [...registry.series("http_reqs")].map((one) => ({
    tags: Object.fromEntries(one.tags.entries),
    aggregate: one.aggregate,
  }));
  assert.deepEqual(series, [
    {
      tags: {
        expected_response: "true",
        method: "GET",
        name: `${server.url}/yes`,
        proto: "HTTP/1.1",
        scenario: "s",
        status: "200",
        team: "a",
        url: `${server.url}/yes`,
      },
      aggregate: { type: "counter", total: 2 },
    },
    {
      tags: {
        error_code: "1404",
        expected_response: "false",
        kind: "b",
        method: "GET",
        name: "missing",
        proto: "HTTP/1.1",
        scenario: "s",
        status: "404",
        team: "a",
        url: "missing",
      },
      aggregate: { type: "counter", total: 1 },
    },
  ]);
  const failed = registry.select("http_req_failed");
  assert.deepEqual(failed, { type: "rate", passes: 1, total: 3 });
  for (
    const phase of [
      "blocked",
      "connecting",
      "tls_handshaking",
      "sending",
      "waiting",
      "receiving",
      "duration",
    ]
  ) {
    const trend = registry.select(`http_req_${phase}`);
    assert(trend?.type === "trend");
    assert.equal(trend.histogram.count, 3, phase);
  }
});

Deno.test("a client takes the defaults that the run's options set", async () => {
  await using server = rawServer((x) => x.send(OK));
  const context = newContext(new Registry());
  setClientDefaults(context, { userAgent: "mine/1", discardResponseBodies: true });
  await runInContext(context, async () => {
    await using client = new Client({ headers: { "X-A": "1" } });
    const response = await client.get(server.url);
    assert.equal((await rejection(() => response.text())).code, "request_invalid");
  });
  assert.match(server.heads[0]!, /User-Agent: mine\/1\r\nX-A: 1$/);
  assert.throws(() => setClientDefaults(context, { nope: 1 }), OptionError);
});
