import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { Client } from "../client.ts";
import { HttpError } from "../errors.ts";
import { NO_HEADERS } from "../headers.ts";
import { asUser, serve } from "./_user_for_tests.ts";
import http, { type Params, Response } from "./mod.ts";

Deno.test("a response has k6's fields", async () => {
  await using server = rawServer((x) =>
    x.send(
      "HTTP/1.1 404 Not Here\r\ncontent-type: text/plain\r\nx-two: 1\r\nX-TWO: 2\r\n" +
        "set-cookie: a=1; Path=/; HttpOnly\r\nset-cookie: a=2; Max-Age=5\r\n" +
        "Content-Length: 2\r\n\r\nhi",
    )
  );
  await asUser(async () => {
    const response = await http.get(`${server.url}/p?q=1#f`, { headers: { "x-own": "1" } });
    const { timings, remote_port: port, ...rest } = JSON.parse(JSON.stringify(response));
    assert.deepEqual(rest, {
      remote_ip: "127.0.0.1",
      url: `${server.url}/p?q=1`,
      status: 404,
      status_text: "404 Not Here",
      proto: "HTTP/1.1",
      headers: {
        "Content-Type": "text/plain",
        "X-Two": "1, 2",
        "Set-Cookie": "a=1; Path=/; HttpOnly, a=2; Max-Age=5",
        "Content-Length": "2",
      },
      cookies: {
        a: [
          {
            ...{ name: "a", value: "1", domain: "", path: "/", http_only: true, secure: false },
            ...{ max_age: 0, expires: 0 },
          },
          {
            ...{ name: "a", value: "2", domain: "", path: "", http_only: false, secure: false },
            ...{ max_age: 5, expires: 0 },
          },
        ],
      },
      body: "hi",
      tls_version: "",
      tls_cipher_suite: "",
      ocsp: {
        ...{ status: "", produced_at: 0, this_update: 0, next_update: 0, revoked_at: 0 },
        revocation_reason: "",
      },
      error: "",
      error_code: 1404,
      request: {
        method: "GET",
        url: `${server.url}/p?q=1`,
        headers: { "User-Agent": response.request.headers["User-Agent"], "X-Own": ["1"] },
        body: "",
        cookies: {},
      },
    });
    assert.equal(port, Number(new URL(server.url).port));
    assert.deepEqual(Object.keys(timings).sort(), [
      "blocked",
      "connecting",
      "duration",
      "looking_up",
      "receiving",
      "sending",
      "tls_handshaking",
      "waiting",
    ]);
    assert.ok(timings.waiting > 0 && timings.duration >= timings.waiting);
    assert.equal(timings.looking_up, 0);
  });
});

Deno.test("responseType decides what the body is; the run may discard bodies", async () => {
  await using target = startTarget();
  const url = `${target.url}/gzip`;
  const kinds = async (params?: Params): Promise<string> => {
    const { body } = await http.get(url, params);
    return body === null ? "null" : typeof body === "string" ? "text" : body.constructor.name;
  };
  await asUser(async () => {
    assert.deepEqual(
      [
        await kinds(),
        await kinds({ responseType: "text" }),
        await kinds({ responseType: "binary" }),
      ],
      ["text", "text", "ArrayBuffer"],
    );
    assert.equal(await kinds({ responseType: "none" }), "null");
    assert.equal(typeof (await http.get(url)).json(), "object", "decoded");
    const text: string | null = (await http.get(url)).body;
    const binary: ArrayBuffer | null = (await http.get(url, { responseType: "binary" })).body;
    assert.ok(text !== null && binary !== null && text.length === binary.byteLength);
    const none = await http.get(url, { responseType: "none" });
    assert.throws(() => none.json(), /body of .* is null: it was dropped/);
  });
  await asUser(async () => {
    assert.deepEqual([await kinds(), await kinds({ responseType: "text" })], ["null", "text"]);
  }, { discardResponseBodies: true });
});

Deno.test("what can't be read as JSON is told, and html is not there", async () => {
  await using server = serve(() => new globalThis.Response("<p>"));
  await asUser(async () => {
    const response = await http.get(server.url);
    assert.throws(() => response.json(), /is not JSON: "<p>"/);
    assert.throws(() => response.html(), /html\(\) isn't there: parse response\.body/);
    assert.throws(() => response.submitForm(), HttpError);
    assert.throws(() => response.clickLink(), HttpError);
  });
});

Deno.test("a failed request is a response with k6's code, or rejects where throw is on", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const refused = `http://127.0.0.1:${listener.addr.port}/`;
  listener.close();
  await using silent = rawServer(() => {});
  await using broken = serve(() =>
    new globalThis.Response("no gzip", { headers: { "content-encoding": "gzip" } })
  );
  const cases: [url: string, params: Params, code: number][] = [
    [refused, {}, 1212],
    ["http://nowhere.invalid/", {}, 1101],
    [silent.url, { timeout: 1000 }, 1050],
    [silent.url, { timeout: "1s" }, 1050],
    ["not a url", {}, 1020],
    ["ftp://x/", {}, 1020],
    [broken.url, {}, 1701],
  ];
  await asUser(async () => {
    http.cookieJar().set("http://127.0.0.1/", "a", "1");
    for (const [url, params, code] of cases) {
      const response = await http.get(url, params);
      const { status, body, error_code: got } = response;
      assert.deepEqual([status, body, got], [0, null, code], url);
      assert.ok(response.error.length > 0);
      assert.equal(response.status_text, "");
      assert.equal(typeof response.timings.duration, "number");
      assert.throws(() => response.json(), /is null/);
      assert.equal(JSON.parse(JSON.stringify(response)).error_code, code);
      await assert.rejects(http.get(url, { ...params, throw: true }), url);
    }
  });
  await asUser(async () => {
    await assert.rejects(http.get(refused), { code: "connection_refused" });
    await assert.rejects(http.get("not a url"), { code: "url_invalid" });
    assert.equal((await http.get(refused, { throw: false })).error_code, 1212);
  }, { throw: true });
});

Deno.test("a header named like a property of objects is a header", async () => {
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 200 OK\r\n__proto__: x\r\ntoString: y\r\nContent-Length: 0\r\n\r\n")
  );
  await asUser(async () => {
    const { headers } = await http.get(server.url);
    assert.deepEqual(Object.entries(headers).slice(0, 2), [["__proto__", "x"], ["Tostring", "y"]]);
  });
});

Deno.test("TLS is told in k6's words where its engine tells", async () => {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(["IP:127.0.0.1"]);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => new globalThis.Response("x"),
  );
  await runInContext(newContext(new Registry()), async () => {
    await using client = new Client({ tls: { caCerts: [authority.cert], details: true } });
    const answer = await client.get(`https://127.0.0.1:${server.addr.port}/`);
    const sent = { method: "GET", url: answer.url, defaults: NO_HEADERS, headers: undefined };
    const response = new Response({
      ...{ sent: { ...sent, body: null, cookie: null }, answer, error: answer.error },
      ...{ bytes: null, binary: false },
    });
    assert.equal(response.tls_version, http.TLS_1_3, response.error);
    assert.match(response.tls_cipher_suite, /^TLS_/);
    assert.equal(response.ocsp.status, http.OCSP_STATUS_UNKNOWN);
    assert.equal(response.proto, "HTTP/2.0");
  });
});
