import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { type BatchRequest, Client, Request } from "./mod.ts";

/** A server that tells what it was asked. */
function startEcho() {
  let requests = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      requests++;
      const { pathname, search } = new URL(request.url);
      const type = request.headers.get("content-type") ?? "-";
      const own = request.headers.get("x-own") ?? "-";
      const text = await request.text();
      return new Response([request.method, pathname + search, type, own, text].join(" "));
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get requests() {
      return requests;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const FORM = "application/x-www-form-urlencoded";
const headers = { "X-Own": "1" };

const SHAPES: readonly (readonly [request: BatchRequest, asked: string])[] = [
  ["/a", "GET /a - - "],
  [new Request("/a", { method: "PUT", body: "x" }), "PUT /a - - x"],
  [["DELETE", "/a"], "DELETE /a - - "],
  [["POST", "/a", { json: 1, headers }], "POST /a application/json 1 1"],
  [["GET", "/a", undefined], "GET /a - - "],
  // k6's lists.
  [["POST", "/a", "text"], "POST /a - - text"],
  [["POST", "/a", new TextEncoder().encode("bytes").buffer], "POST /a - - bytes"],
  [["GET", "/a", null], "GET /a - - "],
  [["POST", "/a", "text", { headers }], "POST /a - 1 text"],
  [["POST", "/a", { b: [1, 2] }, { headers }], `POST /a ${FORM} 1 b=1&b=2`],
  [["POST", "/a", new URLSearchParams("b=1"), {}], `POST /a ${FORM} - b=1`],
  [["GET", "/a", null, null], "GET /a - - "],
  [["GET", "/a", undefined, { query: { b: 1 } }], "GET /a?b=1 - - "],
  // Objects, k6's and with options at hand.
  [{ url: "/a" }, "GET /a - - "],
  [{ method: "POST", url: "/a", body: "text", params: { headers } }, "POST /a - 1 text"],
  [{ method: "POST", url: "/a", body: { b: 1 }, params: null }, `POST /a ${FORM} - b=1`],
  [{ method: "POST", url: "/a", json: 1, headers }, "POST /a application/json 1 1"],
  [
    { method: "PUT", url: "/a", json: 1, query: { c: 1 }, params: { query: { b: 1 }, headers } },
    "PUT /a?c=1 application/json 1 1",
  ],
];

Deno.test("a batch takes a request in every shape, k6's too, and gives responses in its own", async () => {
  await using server = startEcho();
  await using client = new Client({ baseUrl: server.url });
  const list = await client.batch(SHAPES.map(([request]) => request));
  const asked = await Promise.all(list.map((response) => response.text()));
  assert.deepEqual(asked, SHAPES.map(([, asked]) => asked));
  const { a, b } = await client.batch({
    a: new URL("/u", server.url),
    b: { method: "POST", url: "/b", body: "x" },
  });
  assert.deepEqual([await a.text(), await b.text()], ["GET /u - - ", "POST /b - - x"]);
});

Deno.test("what is no request of a batch is refused with what would be one, before any is sent", async () => {
  await using server = startEcho();
  await using client = new Client({ baseUrl: server.url });
  const { url } = server;
  const none = /^batch request 1 is .*: write a URL, a Request, \[method, url, options\], \[method/;
  const cases: [request: unknown, message: RegExp][] = [
    [3, none],
    [null, none],
    [undefined, none],
    [[], none],
    [["GET"], none],
    [["GET", 3], none],
    [["POST", url, "text", {}, {}], none],
    [{ method: "GET" }, none],
    [new globalThis.Request(url), none],
    [[3, url], /^method of batch request 1 is 3$/],
    [{ method: null, url }, /^method of batch request 1 is null$/],
    [["GET", url, { quary: {} }], /no option quary: did you mean query/],
    [["GET", url, null, { redirects: 1 }], /no option redirects: did you mean maxRedirects/],
    [["GET", url, null, "params"], /takes an object of options: params/],
    [["GET", url, 3], /takes an object of options: 3/],
    [{ url, params: 3 }, /takes an object of options: 3/],
    [{ url, parms: {} }, /no option parms/],
  ];
  for (const [request, message] of cases) {
    const batch = client.batch(["/good", request as BatchRequest]);
    await assert.rejects(batch, (error) => {
      assert(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
  assert.equal(server.requests, 0);
});
