import assert from "node:assert/strict";
import { startTarget } from "./mod.ts";
import { BODY_LIMIT } from "./_body.ts";

interface Echo {
  args: Record<string, unknown>;
  headers: Record<string, unknown>;
  origin: string;
  url: string;
  method?: string;
  data?: string;
  files?: Record<string, unknown>;
  form?: Record<string, unknown>;
  json?: unknown;
}

async function echo(url: string, init?: RequestInit): Promise<Echo> {
  const response = await fetch(url, init);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  return await response.json();
}

async function refused(url: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(url, init);
  const { error } = await response.json();
  return [response.status, error.code];
}

Deno.test("/get shows the query, the headers and the address", async () => {
  await using target = startTarget();
  const url = `${target.url}/get?a=1&b=2&b=3&__proto__=x`;
  const body = await echo(url, { headers: { "x-one": "yes" } });
  assert.deepEqual(Object.entries(body.args), [["a", "1"], ["b", ["2", "3"]], ["__proto__", "x"]]);
  assert.equal(body.headers["x-one"], "yes");
  assert.equal(body.origin, "127.0.0.1");
  assert.equal(body.url, url);
  assert.equal(body.data, undefined);
});

for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
  Deno.test(`/${method.toLowerCase()} shows a JSON body as text and as a value`, async () => {
    await using target = startTarget();
    const body = await echo(`${target.url}/${method.toLowerCase()}`, { method, body: '{"n":[1]}' });
    assert.equal(body.data, '{"n":[1]}');
    assert.deepEqual(body.json, { n: [1] });
    assert.deepEqual(body.form, {});
  });
}

Deno.test("/post shows no value for a body that is not JSON", async () => {
  await using target = startTarget();
  const body = await echo(`${target.url}/post`, { method: "POST", body: "{" });
  assert.equal(body.data, "{");
  assert.equal(body.json, null);
});

Deno.test("/post shows bytes that are not text as a data URL", async () => {
  await using target = startTarget();
  const body = await echo(`${target.url}/post`, { method: "POST", body: new Uint8Array([255, 0]) });
  assert.equal(body.data, "data:application/octet-stream;base64,/wA=");
});

Deno.test("/post reads a body of unknown length", async () => {
  await using target = startTarget();
  const chunks = ["one ", "two"].map((text) => new TextEncoder().encode(text));
  const body = ReadableStream.from(chunks);
  assert.equal((await echo(`${target.url}/post`, { method: "POST", body })).data, "one two");
});

Deno.test("/post splits a URL-encoded form into its fields", async () => {
  await using target = startTarget();
  const body = new URLSearchParams([["a", "1 2"], ["b", "x"], ["b", "y"]]);
  const shown = await echo(`${target.url}/post`, { method: "POST", body });
  assert.deepEqual(shown.form, { a: "1 2", b: ["x", "y"] });
  assert.equal(shown.data, "");
});

Deno.test("/post splits a multipart form into fields and files", async () => {
  await using target = startTarget();
  const body = new FormData();
  body.append("a", "1");
  body.append("f", new File(["inside"], "f.txt"));
  const shown = await echo(`${target.url}/post`, { method: "POST", body });
  assert.deepEqual(shown.form, { a: "1" });
  assert.deepEqual(shown.files, { f: "inside" });
});

Deno.test("/post refuses a multipart form without its boundary", async () => {
  await using target = startTarget();
  const headers = { "content-type": "multipart/form-data" };
  const got = await refused(`${target.url}/post`, { method: "POST", headers, body: "x" });
  assert.deepEqual(got, [400, "bad_form"]);
});

Deno.test("/post takes a body of exactly the limit and refuses one byte more", async () => {
  await using target = startTarget();
  const url = `${target.url}/post`;
  const full = await echo(url, { method: "POST", body: new Uint8Array(BODY_LIMIT).fill(97) });
  assert.equal(full.data?.length, BODY_LIMIT);
  const over = new Uint8Array(BODY_LIMIT + 1);
  assert.deepEqual(await refused(url, { method: "POST", body: over }), [413, "body_too_large"]);
});

Deno.test("/post refuses a body of unknown length once it is over the limit", async () => {
  await using target = startTarget();
  const body = ReadableStream.from([new Uint8Array(BODY_LIMIT), new Uint8Array(1)]);
  const got = await refused(`${target.url}/post`, { method: "POST", body });
  assert.deepEqual(got, [413, "body_too_large"]);
});

Deno.test("/anything shows any method, with or without a path behind it", async () => {
  await using target = startTarget();
  const bare = await echo(`${target.url}/anything`, { method: "PUT", body: "x" });
  assert.equal(bare.method, "PUT");
  assert.equal(bare.data, "x");
  const deep = await echo(`${target.url}/anything/a/b?c=d`);
  assert.equal(deep.method, "GET");
  assert.equal(deep.url, `${target.url}/anything/a/b?c=d`);
});

Deno.test("/headers shows the request's headers", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/headers`, { headers: { "x-two": "2" } });
  assert.equal((await response.json()).headers["x-two"], "2");
});

Deno.test("/cookies shows the cookies that were sent", async () => {
  await using target = startTarget();
  const headers = { cookie: "a=1; b=x=y; ; bad" };
  const response = await fetch(`${target.url}/cookies`, { headers });
  assert.deepEqual(await response.json(), { cookies: { a: "1", b: "x=y" } });
});

Deno.test("/cookies/set sets each pair of the query and sends to /cookies", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/cookies/set?a=1&b=2`, { redirect: "manual" });
  await response.body?.cancel();
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/cookies");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2; Path=/"]);
});

for (const query of ["a%0d%0ax=1", "a=%0a", "=x", "a=1;b", "a%20b=1"]) {
  Deno.test(`/cookies/set refuses a pair that can't be a cookie: ${query}`, async () => {
    await using target = startTarget();
    assert.deepEqual(await refused(`${target.url}/cookies/set?${query}`), [400, "bad_cookie"]);
  });
}
