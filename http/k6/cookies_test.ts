import assert from "node:assert/strict";
import { asUser, serve } from "./_user_for_tests.ts";
import http, { CookieJar, type Params } from "./mod.ts";

const cookies = (request: Request): string => request.headers.get("cookie") ?? "";

Deno.test("a user has a jar for each iteration, which responses and scripts fill", async () => {
  await using server = serve((request) =>
    new Response(cookies(request), { headers: { "set-cookie": "server=1" } })
  );
  await asUser(async (_, context) => {
    context.turn.count++;
    const jar = http.cookieJar();
    jar.set(server.url, "script", "2");
    assert.equal((await http.get(server.url)).body, "script=2");
    const second = await http.get(server.url);
    assert.deepEqual(second.body?.split("; ").sort(), ["script=2", "server=1"]);
    assert.deepEqual(second.request.cookies["server"], [
      { name: "server", value: "1", replace: false },
    ]);
    assert.deepEqual({ ...jar.cookiesForURL(server.url) }, { script: ["2"], server: ["1"] });
    assert.equal(http.cookieJar(), jar);
    jar.delete(server.url, "script");
    assert.equal((await http.get(server.url)).body, "server=1");
    jar.clear(server.url);
    assert.equal((await http.get(server.url)).body, "");

    context.turn.count++;
    assert.notEqual(http.cookieJar(), jar);
    assert.equal((await http.get(server.url)).body, "", "the next iteration has another jar");
  });
});

Deno.test("cookies of a call are merged with the jar's as in k6, and not kept", async () => {
  await using server = serve((request) => new Response(cookies(request)));
  const cases: [given: Params["cookies"], sent: string[]][] = [
    [{ b: "2" }, ["a=jar", "b=2"]],
    [{ a: "2" }, ["a=2", "a=jar"]],
    [{ a: { value: "2", replace: true } }, ["a=2"]],
    [{ a: { value: "2", replace: false } }, ["a=2", "a=jar"]],
    [{ a: { value: "2" }, b: { value: "3", replace: true } }, ["a=2", "a=jar", "b=3"]],
    [{}, ["a=jar"]],
    [null, ["a=jar"]],
  ];
  await asUser(async () => {
    http.cookieJar().set(server.url, "a", "jar");
    for (const [given, sent] of cases) {
      const { body, request } = await http.get(server.url, { cookies: given ?? null });
      assert.deepEqual(body?.split("; ").sort(), sent);
      assert.equal(request.headers["Cookie"]?.[0], body);
    }
    assert.equal((await http.get(server.url)).body, "a=jar");
  });
});

Deno.test("redirects carry a call's cookies and those that were set on the way, not to other hosts", async () => {
  await using other = serve((request) => new Response(cookies(request)));
  await using server = serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/end") return new Response(cookies(request));
    const elsewhere = other.url.replace("127.0.0.1", "localhost");
    const location = pathname === "/away" ? elsewhere : "/end";
    return new Response(null, {
      status: 302,
      headers: { location, "set-cookie": "hop=1; Path=/" },
    });
  });
  await asUser(async () => {
    const { body } = await http.get(`${server.url}/go`, { cookies: { own: "1" } });
    assert.deepEqual(body?.split("; ").sort(), ["hop=1", "own=1"]);
    assert.deepEqual(http.cookieJar().cookiesForURL(server.url)["hop"], ["1"]);
    const away = await http.get(`${server.url}/away`, { cookies: { own: "1" } });
    assert.deepEqual([away.status, away.body], [200, ""], away.error);
  });
});

Deno.test("a jar of the script is used in place of the user's", async () => {
  await using server = serve((request) =>
    new Response(cookies(request), { headers: { "set-cookie": "set=1" } })
  );
  await asUser(async () => {
    const jar = new CookieJar();
    jar.set(server.url, "mine", "1");
    http.cookieJar().set(server.url, "users", "1");
    assert.equal((await http.get(server.url, { jar })).body, "mine=1");
    assert.deepEqual(Object.keys(jar.cookiesForURL(server.url)).sort(), ["mine", "set"]);
    const both = await http.get(server.url, { jar, cookies: { more: "1" } });
    assert.deepEqual(both.body?.split("; ").sort(), ["mine=1", "more=1", "set=1"]);
    assert.equal((await http.get(server.url)).body, "users=1");
  });
});
