import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, CookieJar, type CookiesInput, HttpError, Request, type Response } from "./mod.ts";

/** Answers with the `Cookie` field it got; `/go?to=URL` sets `hop=1` and redirects. */
function cookieServer() {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const headers = new Headers();
    if (pathname === "/set") headers.set("set-cookie", "set=1; Path=/");
    if (pathname === "/go") {
      headers.set("location", searchParams.get("to")!);
      headers.set("set-cookie", "hop=1; Path=/");
    }
    const status = pathname === "/go" ? 302 : 200;
    return new globalThis.Response(request.headers.get("cookie") ?? "-", { status, headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function text(response: Promise<Response>): Promise<string> {
  return await (await response).text();
}

Deno.test("cookies of a call are sent beside the jar's, in their place, or neither is", async () => {
  await using server = cookieServer();
  const jar = new CookieJar();
  jar.set(server.url, "a", "jar");
  jar.set(server.url, "b", "x=y");
  await using client = new Client({ baseUrl: server.url, jar });
  const table: [cookies: CookiesInput, sent: string][] = [
    [{}, "a=jar; b=x=y"],
    [{ c: "3" }, "a=jar; b=x=y; c=3"],
    [{ a: "2" }, "a=jar; b=x=y; a=2"],
    [{ a: { value: "2", replace: false } }, "a=jar; b=x=y; a=2"],
    [{ a: { value: "2", replace: true } }, "b=x=y; a=2"],
    [{ a: null }, "b=x=y"],
    [{ a: null, b: null }, "-"],
    [{ a: null, b: null, c: "" }, "c="],
    [{ x: "" }, "a=jar; b=x=y; x="],
  ];
  for (const [cookies, sent] of table) {
    for (const retry of [null, 2]) { // Both ways through the client.
      assert.equal(await text(client.get("/", { cookies, retry })), sent, JSON.stringify(cookies));
    }
  }
  assert.equal(await text(client.get("/")), "a=jar; b=x=y", "they aren't kept");
});

Deno.test("cookies merge client < request < call by name, and null takes one away", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url, cookies: { a: "client", b: "client" } });
  assert.equal(await text(client.get("/")), "a=client; b=client");
  assert.equal(
    await text(client.get("/", { cookies: { b: "call", c: "call" } })),
    "a=client; b=call; c=call",
  );
  assert.equal(await text(client.get("/", { cookies: { a: null } })), "b=client");
  const request = new Request("/", { cookies: { b: "request", c: "request" } });
  assert.equal(await text(client.request(request)), "a=client; b=request; c=request");
  const cookies = { c: "call", a: null };
  assert.equal(await text(client.request(request, { cookies })), "b=request; c=call");
  await using other = client.extend({ cookies: { b: null, d: "other" } });
  assert.equal(await text(other.get("/")), "a=client; d=other");
});

Deno.test("cookies of options come before what the server sets, and go without a jar", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url, cookies: { own: "1" } });
  await client.get("/set");
  assert.equal(await text(client.get("/")), "set=1; own=1");
  assert.deepEqual((await client.cookies())!.cookiesForURL(server.url), { set: ["1"] });
  await using bare = new Client({ baseUrl: server.url, jar: null, cookies: { own: "1" } });
  await bare.get("/set");
  assert.equal(await text(bare.get("/")), "own=1");
  assert.equal(await text(bare.get("/", { headers: { cookie: "mine=1" } })), "mine=1");
});

Deno.test("cookies of options stay with the call's host at every hop", async () => {
  await using server = cookieServer();
  const there = server.url.replace("127.0.0.1", "localhost");
  for (const retry of [null, 2]) {
    await using client = new Client({ baseUrl: server.url, cookies: { own: "1" }, retry });
    assert.equal(await text(client.get("/go?to=/")), "hop=1; own=1");
    const away = `/go?to=${encodeURIComponent(`${there}/`)}`;
    assert.equal(await text(client.get(away)), "-");
    const back = encodeURIComponent(`${there}/go?to=${encodeURIComponent(`${server.url}/`)}`);
    assert.equal(await text(client.get(`/go?to=${back}`)), "hop=1; own=1");
  }
});

Deno.test("cookies that can't be are refused by name, without their values", async () => {
  const table: [cookies: unknown, code: string, message: RegExp][] = [
    [{ "a b": "hunter2" }, "cookie_invalid", /cookie "a b" has a character/],
    [{ "": "hunter2" }, "cookie_invalid", /cookie "" has a character/],
    [{ "a\r\nX": null }, "cookie_invalid", /has a character/],
    [{ a: "hunter2;b=c" }, "cookie_invalid", /cookie "a" has a character/],
    [{ a: "hunter2\r\n" }, "cookie_invalid", /cookie "a" has a character/],
    [{ a: { value: "hunter2\u20ac" } }, "cookie_invalid", /cookie "a" has a character/],
    [{ a: undefined }, "option", /cookie "a" is undefined: give text/],
    [{ a: ["hunter2"] }, "option", /cookie "a" is object: give text/],
    [{ a: { value: ["hunter2"] } }, "option", /cookie "a" is object: give text/],
    [{ a: { value: "hunter2", replaces: true } }, "option", /did you mean replace/],
    ["hunter2", "option", /cookies must be an object of names and values/],
    [null, "option", /cookies must be an object of names and values/],
  ];
  await using client = new Client();
  for (const [given, code, message] of table) {
    const cookies = given as CookiesInput;
    const fits = (error: unknown): boolean => {
      assert.ok(error instanceof HttpError || error instanceof OptionError, String(error));
      assert.equal(error instanceof OptionError ? "option" : error.code, code);
      assert.match(error.message, message);
      return !error.message.includes("hunter2");
    };
    assert.throws(() => new Client({ cookies }), fits);
    assert.ok(fits(await rejection(() => client.get("http://127.0.0.1:9/", { cookies }))));
  }
});
