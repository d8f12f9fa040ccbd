import assert from "node:assert/strict";
import { rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, HttpError, type RequestOptions } from "./mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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
  assert.equal(response.error?.code, "connection_refused");
  assert.equal(response.error?.phase, "connect");
  assert.equal(response.errorCode, 1212);
});

Deno.test("a slow response times out with the phase it was in", async () => {
  await using server = rawServer((x) =>
    x.send(
      x.head.includes("/body") ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" : "HTTP/1.1 2",
    )
  );
  await using client = new Client({ timeout: 1000 }); // Time for what comes before.
  const cases = [["/head", "headers"], ["/body", "body"]];
  await Promise.all(cases.map(async ([path, phase]) => {
    const response = await client.get(server.url + path);
    assert.equal(response.error?.code, "request_timeout");
    assert.equal(response.error?.phase, phase);
    assert.equal(response.errorCode, 1050);
  }));
});

Deno.test("16 a 100 and then nothing times out", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 100 Continue\r\n\r\n"));
  await using client = new Client();
  const response = await client.get(server.url, { timeout: "1000ms" });
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

Deno.test("strict says how responses are read", async () => {
  await using server = rawServer((x) => x.send("HTTP/1.1 200 Fine\nA: 1\nContent-Length: 2\n\nok"));
  await using client = new Client({ strict: "lenient" });
  const response = await client.get(server.url);
  assert.equal(response.statusText, "Fine");
  assert.equal(response.headers.get("a"), "1");
  assert.equal(await response.text(), "ok");
  await using standard = new Client();
  assert.equal((await standard.get(server.url)).error?.code, "response_malformed");
  assert.throws(() => new Client({ strict: "very" as "all" }), { code: "option_invalid" });
});
