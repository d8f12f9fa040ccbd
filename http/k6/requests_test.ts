import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { HttpError } from "../errors.ts";
import { asUser, serve } from "./_user_for_tests.ts";
import http, { type Params, type RequestBody } from "./mod.ts";

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly data: string;
  readonly form: Record<string, unknown>;
  readonly files: Record<string, unknown>;
}

const echo = async (request: Request): Promise<Response> =>
  Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    data: await request.text(),
  });

Deno.test("each function sends its method and body, over one connection of the user", async () => {
  await using server = serve(echo);
  await asUser(async () => {
    const url = `${server.url}/x`;
    const body = "hello";
    const sent = [
      [await http.get(url), "GET", ""],
      [await http.post(url, body), "POST", body],
      [await http.put(url, body), "PUT", body],
      [await http.patch(url, body), "PATCH", body],
      [await http.del(url, body), "DELETE", body],
      [await http.del(url), "DELETE", ""],
      [await http.options(url, body), "OPTIONS", body],
      [await http.request("REPORT", url, body), "REPORT", body],
      [await http.asyncRequest("GET", new URL(url)), "GET", ""],
    ] as const;
    for (const [response, method, data] of sent) {
      assert.equal(response.status, 200);
      assert.equal(response.json("method"), method);
      assert.equal(response.json("data"), data, method);
      assert.equal(response.request.method, method);
      assert.equal(response.request.body, data);
    }
    const head = await http.head(url);
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal(head.timings.connecting, 0, "the connection of before");
  });
});

Deno.test("a body is sent as k6 sends it", async () => {
  await using server = serve(echo);
  const form = "application/x-www-form-urlencoded";
  const cases: [body: RequestBody, type: string | undefined, data: string][] = [
    ["text", undefined, "text"],
    [new TextEncoder().encode("bytes").buffer, undefined, "bytes"],
    [new TextEncoder().encode("view"), undefined, "view"],
    [{ a: "1 2", b: [1, true], c: null, d: undefined }, form, "a=1+2&b=1&b=true&c=&d="],
    [Object.assign(Object.create(null), { a: 1 }), form, "a=1"],
    [{}, form, ""],
    [null, undefined, ""],
  ];
  await asUser(async () => {
    for (const [body, type, data] of cases) {
      const { headers, ...sent } = (await http.post(server.url, body)).json() as Echo;
      assert.deepEqual([headers["content-type"], sent.data], [type, data]);
    }
    const own = { headers: { "content-type": "application/json" } };
    const { headers, data } = (await http.post(server.url, { a: 1 }, own)).json() as Echo;
    assert.deepEqual([headers["content-type"], data], ["application/json", "a=1"]);
    for (const body of [new Map(), new Date(), 3, { a: { b: 1 } }, [1]]) {
      await assert.rejects(http.post(server.url, body as unknown as RequestBody), HttpError);
    }
  });
});

Deno.test("an object with a file is sent as multipart/form-data", async () => {
  await using server = serve(async (request) => {
    const form = await request.formData();
    const parts = await Promise.all(
      Array.from(
        form,
        async ([name, value]) =>
          typeof value === "string"
            ? [name, value]
            : [name, value.name, value.type, await value.text()],
      ),
    );
    return Response.json(parts);
  });
  await asUser(async () => {
    const response = await http.post(server.url, {
      field: 7,
      none: null,
      one: http.file("abc", "a.txt", "text/x"),
      list: [http.file(new Uint8Array([65]).buffer), "plain"],
      big: http.file(new Uint8Array(400_000).fill(66), "big.bin"),
    });
    const parts = response.json() as string[][];
    assert.deepEqual(parts.slice(0, 5), [
      ["field", "7"],
      ["none", ""],
      ["one", "a.txt", "text/x", "abc"],
      ["list", "blob", "application/octet-stream", "A"],
      ["list", "plain"],
    ]);
    assert.deepEqual([parts[5]![1], parts[5]![3]!.length], ["big.bin", 400_000]);
  });
  assert.throws(() => http.file(3 as unknown as string), OptionError);
  assert.equal(http.file("x", "y").content_type, "application/octet-stream");
});

Deno.test("headers, tags and the tag name are taken", async () => {
  await using server = serve(echo);
  await asUser(async (registry) => {
    await http.get(`${server.url}/1`, { tags: { name: "mine", step: 1 } });
    await http.get(http.url`${server.url}/users/${7}`, { headers: { "X-A": "b" } });
    await http.get(http.url`${server.url}/users/${8}`, { tags: { name: "other" } });
    for (const name of ["mine", "${}/users/${}", "other"]) {
      assert.ok(registry.select("http_reqs", { name, url: name }), name);
    }
    assert.ok(registry.select("http_reqs", { name: "mine", step: "1" }));
    assert.equal(
      (await http.get(server.url, { headers: { "X-A": "b" } })).json("headers.x-a"),
      "b",
    );
  });
  assert.equal(http.url`http://a:b@x/${1}/y`.name, "http://x/${}/y");
  assert.equal(String(http.url`http://x/${1}/y`), "http://x/1/y");
});

Deno.test("params that are unknown or of the wrong kind are refused", async () => {
  const cases: [params: unknown, message: RegExp][] = [
    [{ heders: {} }, /params has no option heders: did you mean headers$/],
    [{ auth: "ntlm" }, /ntlm isn't there/],
    [{ auth: "x" }, /choose basic or digest/],
    [{ auth: "digest" }, /has no credentials/],
    [{ redirects: -1 }, /redirects is -1/],
    [{ timeout: "soon" }, /timeout/],
    [{ responseType: "json" }, /choose text, binary or none/],
    [{ responseCallback: 200 }, /expectedStatuses/],
    [{ jar: {} }, /jar is no jar/],
    [{ tags: { a: {} } }, /tag a is object/],
    [{ cookies: { a: {} } }, /cookie "a" is undefined/],
    [{ cookies: { a: { value: "x", replce: true } } }, /did you mean replace/],
    [3, /params is 3/],
  ];
  await asUser(async () => {
    for (const [params, message] of cases) {
      await assert.rejects(http.get("http://127.0.0.1:1/", params as Params), (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    await assert.rejects(http.get("http://x/", { cookies: { a: "x;y" } }), {
      code: "cookie_invalid",
    });
    await assert.rejects(http.get("http://x/", { headers: { "a b": "x" } }), HttpError);
  });
});

Deno.test("credentials of the URL are sent at once, or when a digest is asked for", async () => {
  const seen: (string | null)[] = [];
  await using server = serve((request) => {
    const authorization = request.headers.get("authorization");
    seen.push(authorization?.split(" ")[0] ?? null);
    if (authorization !== null) return new Response("in");
    const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  });
  const url = server.url.replace("//", "//user:pass@");
  await asUser(async (registry) => {
    assert.equal((await http.get(url)).body, "in");
    assert.equal((await http.get(url, { auth: "basic" })).body, "in");
    assert.deepEqual(seen.splice(0), ["Basic", "Basic"]);
    const response = await http.get(url, { auth: "digest" });
    assert.deepEqual([response.status, response.body], [200, "in"]);
    assert.deepEqual(seen, [null, "Digest"]);
    assert.ok(!response.request.url.includes("pass"));
    assert.ok(registry.select("http_reqs", { status: "401" }), "each leg is recorded");
  });
});

Deno.test("a body is compressed as asked, and shown as it was", async () => {
  await using server = serve(async (request) => {
    const plain = request.body!.pipeThrough(new DecompressionStream("gzip"));
    return new Response(
      `${request.headers.get("content-encoding")} ${await new Response(plain).text()}`,
    );
  });
  await asUser(async () => {
    const response = await http.post(server.url, "squeeze", { compression: "gzip" });
    assert.equal(response.body, "gzip squeeze");
    assert.equal(response.request.body, "squeeze");
  });
  await using other = serve(echo);
  await asUser(async () => {
    assert.equal((await http.get(other.url, { compression: "gzip" })).status, 200);
  });
});

Deno.test("redirects are followed up to their number", async () => {
  await using target = startTarget();
  await asUser(async () => {
    const url = `${target.url}/redirect/2`;
    assert.deepEqual((await http.get(url)).url, `${target.url}/get`);
    for (const [redirects, status, end] of [[0, 302, "/redirect/2"], [1, 302, "/redirect/1"]]) {
      const response = await http.get(url, { redirects: Number(redirects) });
      assert.deepEqual([response.status, response.url], [status, `${target.url}${end}`]);
      assert.equal(response.request.url, url, "the request of the call");
    }
  });
});
