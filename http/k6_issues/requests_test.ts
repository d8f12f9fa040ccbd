import assert from "node:assert/strict";
import { startTarget } from "../../targets/mod.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { Client } from "../mod.ts";

// What k6's users asked for about requests and responses, by the numbers of k6's issues.

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

Deno.test("k6 #761: a client has defaults, which requests inherit and may change", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({
    baseUrl: server.url,
    headers: { Authorization: "Bearer rain", "X-Team": "a" },
    tags: { team: "a" },
    timeout: "5s",
  });
  await client.get("/one");
  await client.get("/two", { headers: { "X-Team": "b", Authorization: null } });
  assert.match(server.heads[0]!, /Authorization: Bearer rain\r\nX-Team: a$/);
  assert.match(server.heads[1]!, /X-Team: b$/);
  assert.doesNotMatch(server.heads[1]!, /Authorization/);
});

Deno.test("k6 #436 #2461: every method takes a URL and one object of options, in this order", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ baseUrl: server.url });
  const options = { query: { page: 1 }, headers: { "X-A": "1" } };
  const body = new FormData();
  body.append("name", "k6");
  await client.get("/", options);
  await client.head("/", options);
  await client.options("/", options);
  for (const method of ["post", "put", "patch", "del"] as const) {
    await client[method]("/", { ...options, multipart: body });
  }
  await client.request("PURGE", "/", options);
  const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"];
  for (const [i, method] of methods.entries()) {
    assert.match(server.heads[i]!, new RegExp(`^${method} /\\?page=1 HTTP/1.1\r\n[^]*X-A: 1`));
  }
});

Deno.test("k6 #3623: query parameters are an object, encoded and appended", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const query = { q: "a b&c=d", page: 2, tag: ["x", "y"], none: undefined };
  const response = await client.get("/get?old=1", { query });
  assert.equal(response.url, `${target.url}/get?old=1&q=a+b%26c%3Dd&page=2&tag=x&tag=y`);
});

Deno.test("k6 #2559: header fields that come several times can be told apart", async () => {
  const cookies = ["a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT", "b=2"];
  await using server = rawServer((x) =>
    x.send(OK.replace("OK\r\n", `OK\r\nSet-Cookie: ${cookies.join("\r\nset-cookie: ")}\r\n`))
  );
  await using client = new Client();
  const response = await client.get(server.url);
  assert.deepEqual(response.getSetCookie(), cookies);
  assert.deepEqual(response.headers.getSetCookie(), cookies);
});
