import assert from "node:assert/strict";
import { CookieJar } from "../../http/semantics/mod.ts";
import { OptionError } from "../../internal/mod.ts";
import { echo, type Echoed, pair } from "./_pair_for_tests.ts";
import type { WrpcHttp } from "./client.ts";
import type { WrpcBody } from "./body.ts";
import type { WrpcHttpParams } from "./params.ts";

const URL_HERE = "http://example.test:81/path?q=1";

async function echoed(
  call: (http: WrpcHttp) => ReturnType<WrpcHttp["get"]>,
): Promise<Echoed> {
  await using both = await pair(echo);
  const response = await call(both.http);
  assert.equal(response.error, null);
  return await response.json() as Echoed;
}

for (const name of ["post", "put", "patch", "del", "options"] as const) {
  const method = name === "del" ? "DELETE" : name.toUpperCase();
  Deno.test(`${name} sends ${method} with its body`, async () => {
    const { headers, ...rest } = await echoed((http) => http[name](URL_HERE, "the body"));
    assert.deepEqual(rest, { method, url: URL_HERE, body: "the body" });
    assert.equal(headers["content-length"], "8");
  });
}

for (const name of ["get", "head"] as const) {
  Deno.test(`${name} sends ${name.toUpperCase()} without a body`, async () => {
    const { method, url, body, headers } = await echoed((http) => http[name](URL_HERE));
    assert.deepEqual([method, url, body], [name.toUpperCase(), URL_HERE, ""]);
    assert.deepEqual(headers, {});
  });
}

Deno.test("request and asyncRequest send any method", async () => {
  const post = await echoed((http) => http.asyncRequest("POST", URL_HERE, "b"));
  assert.deepEqual([post.method, post.body], ["POST", "b"]);
  const other = await echoed((http) => http.request("PROPFIND", new URL("http://a.test/#x"), "b"));
  assert.deepEqual([other.method, other.url], ["PROPFIND", "http://a.test/"]);
});

const BODIES: readonly (readonly [what: string, body: WrpcBody, type: RegExp, text: string])[] = [
  ["text", "grüße", /^undefined$/, "grüße"],
  ["bytes", new TextEncoder().encode("bytes"), /^undefined$/, "bytes"],
  ["an ArrayBuffer", new TextEncoder().encode("buffer").buffer, /^undefined$/, "buffer"],
  ["an object, as JSON", { hello: "world" }, /^application\/json$/, '{"hello":"world"}'],
  ["an array, as JSON", [1, 2], /^application\/json$/, "[1,2]"],
  ["a blob of its type", new Blob(["b"], { type: "text/css" }), /^text\/css$/, "b"],
  ["a stream", ReadableStream.from([Uint8Array.of(97), Uint8Array.of(98)]), /^undefined$/, "ab"],
  ["nothing", undefined, /^undefined$/, ""],
];

for (const [what, body, type, text] of BODIES) {
  Deno.test(`a body can be ${what}`, async () => {
    const { headers, body: came } = await echoed((http) => http.post(URL_HERE, body));
    assert.equal(came, text);
    assert.match(String(headers["content-type"]), type);
  });
}

Deno.test("a form is sent as multipart/form-data", async () => {
  const form = new FormData();
  form.set("name", "value");
  const { headers, body } = await echoed((http) => http.post(URL_HERE, form));
  assert.match(headers["content-type"] ?? "", /^multipart\/form-data; boundary=/);
  assert.match(body, /name="name"\r\n\r\nvalue\r\n/);
});

Deno.test("headers of the client and the call go together; the caller's content type wins", async () => {
  await using both = await pair(echo, { headers: { "X-Client": "1", "X-Both": "client" } });
  const headers = { "X-Both": "call", "Content-Type": "text/plain" };
  const response = await both.http.post(URL_HERE, { a: 1 }, { headers });
  assert.deepEqual((await response.json() as Echoed).headers, {
    "content-length": "7",
    "content-type": "text/plain",
    "x-both": "call",
    "x-client": "1",
  });
});

Deno.test("repeated headers arrive as such, Latin-1 as it is", async () => {
  await using both = await pair((request) =>
    new Response(request.headers.get("x-many"), { headers: { "x-name": "J\xfcrgen" } })
  );
  const response = await both.http.get(URL_HERE, { headers: { "x-many": ["a", "\xe9"] } });
  assert.equal(await response.text(), "a, \xe9");
  assert.equal(response.headers.get("x-name"), "J\xfcrgen");
});

const AUTH: readonly (readonly [
  what: string,
  url: string,
  auth: WrpcHttpParams["auth"],
  sent: string | undefined,
])[] = [
  [
    "a name and a password",
    "http://a.test/",
    { username: "user", password: "pass" },
    "Basic dXNlcjpwYXNz",
  ],
  [
    "of type basic",
    "http://a.test/",
    { type: "basic", username: "user", password: "pass" },
    "Basic dXNlcjpwYXNz",
  ],
  ["a token", "http://a.test/", { type: "bearer", token: "abc" }, "Bearer abc"],
  ["those of the URL", "http://us%65r:pass@a.test/", "basic", "Basic dXNlcjpwYXNz"],
  [
    "those of the URL without a word",
    "http://user:pass@a.test/",
    undefined,
    "Basic dXNlcjpwYXNz",
  ],
  ["none", "http://a.test/", null, undefined],
];

for (const [what, url, auth, sent] of AUTH) {
  Deno.test(`credentials are ${what}`, async () => {
    const params = auth === undefined ? {} : { auth };
    const { headers, url: asked } = await echoed((http) => http.get(url, params));
    assert.equal(headers["authorization"], sent);
    assert.equal(asked, "http://a.test/", "the URL tells nobody");
  });
}

Deno.test("the jar keeps what a response sets, and cookies of a call go beside it once", async () => {
  await using both = await pair((request) => {
    const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2; Path=/elsewhere"]]);
    return new Response(request.headers.get("cookie"), { headers });
  });
  const get = async (params: WrpcHttpParams = {}) =>
    await (await both.http.get(URL_HERE, params)).text();
  assert.equal(await get(), "");
  assert.equal(await get(), "a=1");
  assert.equal(await get({ cookies: { c: "3" } }), "a=1; c=3");
  assert.equal(await get(), "a=1");
  const jar = new CookieJar();
  jar.set(URL_HERE, "own", "jar");
  assert.equal(await get({ jar }), "own=jar");
  assert.deepEqual(jar.cookiesForURL(URL_HERE), { own: ["jar"], a: ["1"] });
});

Deno.test("trailers go both ways, in memory and streamed", async () => {
  await using both = await pair(async (request, { trailers, sendTrailers }) => {
    await request.text();
    sendTrailers(trailers.then((came) => ({ "x-back": came.get("x-sum") ?? "none" })));
    return new Response("body");
  });
  const kept = await both.http.post(URL_HERE, "b", { trailers: { "X-Sum": "1" } });
  assert.deepEqual([...kept.trailers], [["x-back", "1"]]);
  const trailers = Promise.resolve({ "X-Sum": "2" });
  const live = await both.http.post(URL_HERE, "b", { trailers, consume: "stream" });
  assert.equal(await live.text(), "body");
  assert.deepEqual([...live.trailers], [["x-back", "2"]]);
  const without = await both.http.post(URL_HERE, "b");
  assert.deepEqual([...without.trailers], [["x-back", "none"]]);
});

Deno.test("trailers that can't be sent end their request alone", async () => {
  await using both = await pair(async ({ url }, { sendTrailers }) => {
    sendTrailers({ "no name": "x" });
    await new Promise((resolve) => setTimeout(resolve, 0)); // Nobody has sent them yet.
    if (url.endsWith("throws")) throw new Error("on purpose");
    return new Response("body");
  });
  const thrown = await both.http.get(`${URL_HERE}throws`);
  assert.equal(thrown.error?.code, "internal-error");
  const cut = await both.http.get(URL_HERE);
  assert.ok(cut.error !== null && cut.error !== undefined);
  assert.deepEqual(both.errors.map(({ code }) => code), ["implementation_failed", "stream_failed"]);
});

const REFUSED: readonly (readonly [what: string, params: object, said: RegExp])[] = [
  ["a misspelt name", { cookeis: {} }, /did you mean cookies/],
  ["a jar of nothing", { jar: {} }, /jar is no jar/],
  ["an unknown way to consume", { consume: "maybe" }, /choose true, false or "stream"/],
  ["digest, which asks twice", { auth: "digest" }, /auth is digest/],
  [
    "digest of a name",
    { auth: { type: "digest", username: "a", password: "b" } },
    /auth is digest/,
  ],
  ["a limit of nothing", { timeout: 0 }, /timeout is 0/],
  ["a header that can't be", { headers: { "a b": "1" } }, /is not a token/],
  ["statuses that are no function", { responseCallback: 200 }, /expectedStatuses/],
];

for (const [what, params, said] of REFUSED) {
  Deno.test(`${what} in params is refused`, async () => {
    await using both = await pair(echo);
    await assert.rejects(both.http.get(URL_HERE, params), said);
  });
}

Deno.test("methods and URLs that can't be are refused", async () => {
  await using both = await pair(echo);
  const option = (name: string) => (error: unknown) =>
    error instanceof OptionError && error.option === name;
  await assert.rejects(both.http.request("G E T", URL_HERE), option("method"));
  await assert.rejects(both.http.get("/path"), option("url"));
  await assert.rejects(both.http.get("data:,x"), option("url"));
});
