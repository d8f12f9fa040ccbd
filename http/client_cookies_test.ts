import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { Client, CookieJar, type Response } from "./mod.ts";

interface CookieServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Answers with the `Cookie` field it got. `/set?a=1` sets cookies, `/go?a=1&to=URL` sets them and
 * redirects.
 */
function cookieServer(): CookieServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const headers = new Headers();
    for (const [name, value] of searchParams) {
      if (name === "to") headers.set("location", value);
      else headers.append("set-cookie", `${name}=${value}; Path=/`);
    }
    const status = pathname === "/go" ? 302 : 200;
    return new globalThis.Response(request.headers.get("cookie") ?? "", { status, headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function text(response: Promise<Response>): Promise<string> {
  return await (await response).text();
}

Deno.test("cookies that a server sets go with the next requests, and can be looked at", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  const first = await client.get("/set?a=1&b=2");
  assert.equal(await first.text(), "");
  assert.deepEqual(first.getSetCookie(), ["a=1; Path=/", "b=2; Path=/"]);
  assert.equal(await text(client.get("/")), "a=1; b=2");
  assert.equal(await text(client.post("/", { body: "x" })), "a=1; b=2");
  await client.get("/set?a=3");
  assert.equal(await text(client.get("/")), "a=3; b=2");
  const jar = await client.cookies();
  assert.deepEqual(jar!.cookiesForURL(server.url), { a: ["3"], b: ["2"] });
  jar!.set(server.url, "c", "4");
  jar!.delete(server.url, "a");
  assert.equal(await text(client.get("/")), "b=2; c=4");
});

Deno.test("a redirect carries the cookies that it sets, and those from before", async () => {
  await using server = cookieServer();
  for (const retry of [null, 2]) { // Both ways through the client.
    await using client = new Client({ baseUrl: server.url, retry });
    await client.get("/set?a=1");
    assert.equal(await text(client.get("/go?b=2&to=/")), "a=1; b=2");
    const twice = encodeURIComponent("/go?a=3&to=/");
    assert.equal(await text(client.get(`/go?c=4&to=${twice}`)), "a=3; b=2; c=4");
  }
});

Deno.test("a redirect elsewhere carries that host's cookies alone", async () => {
  await using server = cookieServer();
  const other = server.url.replace("127.0.0.1", "localhost");
  for (const retry of [null, 2]) {
    await using client = new Client({ baseUrl: server.url, retry });
    await client.get("/set?mine=1");
    const to = encodeURIComponent(`${other}/`);
    assert.equal(await text(client.get(`/go?more=2&to=${to}`)), "");
    assert.equal(await text(client.get("/")), "mine=1; more=2");
  }
});

Deno.test("each iteration begins without cookies, unless the client keeps them", async () => {
  await using server = cookieServer();
  const cases = [
    [{}, ""],
    [{ keepCookies: true }, "a=1"],
    [{ jar: new CookieJar() }, "a=1"],
  ] as const;
  for (const [options, expected] of cases) {
    const context = newContext(new Registry());
    await runInContext(context, async () => {
      await using client = new Client({ ...options, baseUrl: server.url });
      context.turn.count++;
      await client.get("/set?a=1");
      assert.equal(await text(client.get("/")), "a=1");
      context.turn.count++;
      assert.equal(await text(client.get("/")), expected);
      const jar = await client.cookies();
      assert.equal(jar!.empty, expected === "");
    });
  }
});

Deno.test("what was set before a redirect of the iteration before is forgotten", async () => {
  await using server = cookieServer();
  const context = newContext(new Registry());
  await runInContext(context, async () => {
    await using client = new Client({ baseUrl: server.url });
    for (const name of ["a", "b"]) {
      context.turn.count++;
      assert.equal(await text(client.get(`/go?${name}=1&to=/`)), `${name}=1`);
    }
  });
});

Deno.test("jar: null takes no cookies", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url, jar: null });
  const response = await client.get("/set?a=1");
  assert.deepEqual(response.getSetCookie(), ["a=1; Path=/"]);
  assert.equal(await text(client.get("/")), "");
  assert.equal(await text(client.get("/go?a=1&to=/")), "");
  assert.equal(await client.cookies(), null);
});

Deno.test("a jar of the caller is filled, sent from, and may be shared", async () => {
  await using server = cookieServer();
  const jar = new CookieJar();
  jar.set(server.url, "own", "1");
  await using one = new Client({ baseUrl: server.url, jar });
  await using two = new Client({ baseUrl: server.url, jar });
  await one.get("/set?a=2");
  assert.equal(await text(two.get("/")), "own=1; a=2");
  assert.equal(await one.cookies(), jar);
});

Deno.test("two clients share no cookies, nor does one that was extended", async () => {
  await using server = cookieServer();
  await using one = new Client({ baseUrl: server.url });
  await one.get("/set?a=1");
  await using two = new Client({ baseUrl: server.url });
  await using extended = one.extend({});
  assert.equal(await text(two.get("/")), "");
  assert.equal(await text(extended.get("/")), "");
  assert.equal(await text(one.get("/")), "a=1");
});

Deno.test("the caller's Cookie header wins over the jar", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  await client.get("/set?a=1");
  assert.equal(await text(client.get("/", { headers: { cookie: "own=2" } })), "own=2");
  assert.equal(await text(client.get("/")), "a=1");
  await using always = new Client({ baseUrl: server.url, headers: { Cookie: "always=3" } });
  await always.get("/set?a=1");
  assert.equal(await text(always.get("/")), "always=3");
});

Deno.test("cookiesReceived may change what is kept", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  const seen: string[][] = [];
  client.on("cookiesReceived", ({ data }) => {
    assert.equal(new URL(data.url).origin, server.url);
    seen.push([...data.cookies]);
    data.cookies = data.cookies.filter((cookie) => !cookie.startsWith("secret="));
    data.cookies.push("added=1");
  });
  await client.get("/set?a=1&secret=2");
  assert.equal(await text(client.get("/")), "a=1; added=1");
  assert.deepEqual(seen, [["a=1; Path=/", "secret=2; Path=/"]], "only where there are cookies");
});

Deno.test("cookies are on the request that requestToBeSent sees, and may be taken off it", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  await client.get("/set?a=1");
  const seen: (string | undefined)[] = [];
  const off = client.on("requestToBeSent", ({ data }) => {
    const name = Object.keys(data.headers).find((name) => name.toLowerCase() === "cookie");
    seen.push(name === undefined ? undefined : String(data.headers[name]));
    if (name !== undefined) delete data.headers[name];
  });
  assert.equal(await text(client.get("/")), "");
  assert.deepEqual(seen, ["a=1"]);
  off();
  assert.equal(await text(client.get("/")), "a=1");
});

Deno.test("cookies set by a response without a body to keep are kept", async () => {
  await using server = cookieServer();
  for (const responseType of ["none", "stream"] as const) {
    await using client = new Client({ baseUrl: server.url, responseType });
    const response = await client.get("/set?a=1");
    if (responseType === "stream") await response.body.cancel();
    assert.equal(await text(client.get("/", { responseType: "bytes" })), "a=1");
  }
});

Deno.test("many requests at once see the cookies of before", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  await client.get("/set?a=1");
  const texts = await Promise.all(Array.from({ length: 20 }, () => text(client.get("/"))));
  assert.deepEqual(new Set(texts), new Set(["a=1"]));
});

Deno.test("what a server may not set is ignored, and the response stays good", async () => {
  await using server = cookieServer();
  await using client = new Client({ baseUrl: server.url });
  const response = await client.get("/set?__Host-a=1&b=2");
  assert.equal(response.status, 200);
  assert.equal(await text(client.get("/")), "b=2");
  assert.equal((await client.cookies())!.ignored, 1);
});
