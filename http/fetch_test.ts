import assert from "node:assert/strict";
import { closeContext, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { fetch, Request } from "./mod.ts";

Deno.test("k6 #2424: fetch uses one default client a virtual user and takes the client's options", async () => {
  await using server = rawServer((x) =>
    x.send(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${x.connection}`)
  );
  const user = newContext(new Registry());
  await runInContext(user, async () => {
    assert.equal(await (await fetch(server.url)).text(), "0");
    const request = new Request(server.url, { method: "DELETE" });
    assert.equal(await (await fetch(request)).text(), "0");
    assert.equal(await (await fetch(server.url, { method: "POST", json: [1] })).text(), "0");
  });
  const other = newContext(new Registry());
  await runInContext(other, async () => {
    assert.equal(await (await fetch(server.url)).text(), "1");
  });
  assert.deepEqual(server.heads.map((head) => head.split(" ")[0]), [
    "GET",
    "DELETE",
    "POST",
    "GET",
  ]);
  closeContext(user);
  closeContext(other);
});

Deno.test("fetch rejects without a response, and only then", async () => {
  await using server = rawServer((x) =>
    x.head.includes("/bad") ? x.close() : x.send("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
  );
  const context = newContext(new Registry());
  await runInContext(context, async () => {
    assert.equal((await fetch(server.url)).status, 500);
    await assert.rejects(() => fetch(`${server.url}/bad`), { code: "empty_reply" });
  });
  closeContext(context);
});
