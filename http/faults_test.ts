import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client } from "./mod.ts";

// What a peer can do wrong, by the numbers of the fault list; the head and chunk syntax cases are
// in h1/head_test.ts and h1/chunked_test.ts, and sent by a server in served_bytes_test.ts.

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Deno.test("09 the end of the connection inside head, chunk or body is response_incomplete", async () => {
  const cuts = [
    "HTTP/1.1 200 OK\r\nX: 1\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
  ];
  await using server = rawServer(async (x) => {
    await x.send(cuts[Number(/\d/.exec(x.head)![0])]!);
    x.close();
  });
  const context = newContext(new Registry());
  await runInContext(context, async () => {
    await using client = new Client();
    for (const mode of ["bytes", "none"] as const) {
      for (let i = 0; i < cuts.length; i++) {
        const response = await client.get(`${server.url}/${i}`, { responseType: mode });
        assert.equal(response.error?.code, "response_incomplete", cuts[i]);
      }
    }
  });
  const bytes = cuts.reduce((sum, cut) => sum + cut.length, 0) * 2;
  assert.equal(context.io.of("tcp").received, bytes, "the bytes that did come are counted");
});

Deno.test("09 a streamed body that is cut fails its reader", async () => {
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    x.close();
  });
  await using client = new Client();
  const response = await client.get(server.url, { responseType: "stream" });
  await assert.rejects(() => response.text(), { code: "response_incomplete", phase: "body" });
});

Deno.test("10 a reused connection that dies unanswered: one more attempt, both recorded", async () => {
  await using server = rawServer(async (x) => {
    if (x.connection === 0 && x.request === 1) return x.close();
    await x.send(OK);
  });
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    assert.equal((await client.get(server.url)).attempts, 1);
    const response = await client.get(server.url);
    assert.equal(response.status, 200);
    assert.equal(response.attempts, 2);
  });
  assert.equal(server.heads.length, 3);
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 3 });
  assert.deepEqual(registry.select("http_reqs", { error: "empty_reply" }), {
    type: "counter",
    total: 1,
  });
});

Deno.test("10 a POST is never sent twice, and a fresh connection is not tried again", async () => {
  await using server = rawServer(async (x) => {
    if (x.head.startsWith("GET / ")) return await x.send(OK);
    x.close();
  });
  await using client = new Client();
  await client.get(server.url);
  const post = await client.post(server.url, { body: "x" });
  assert.equal(post.error?.code, "empty_reply");
  assert.equal(post.attempts, 1);
  const get = await client.get(`${server.url}/gone`);
  assert.equal(get.error?.code, "empty_reply");
  assert.equal(get.attempts, 1);
  assert.equal(server.heads.length, 3);
});

Deno.test("10 a second attempt that dies too is the answer", async () => {
  await using server = rawServer(async (x) => {
    if (x.connection === 0 && x.request === 0) return await x.send(OK);
    x.close();
  });
  await using client = new Client();
  await client.get(server.url);
  const response = await client.get(server.url);
  assert.equal(response.error?.code, "empty_reply");
  assert.equal(response.attempts, 2);
  assert.equal(server.heads.length, 3);
});

Deno.test("10 a response that had begun is not asked for again", async () => {
  await using server = rawServer(async (x) => {
    if (x.request === 0) return await x.send(OK);
    await x.send("HTTP/1.1 200");
    x.close();
  });
  await using client = new Client();
  await client.get(server.url);
  const response = await client.get(server.url);
  assert.equal(response.error?.code, "response_incomplete");
  assert.equal(server.heads.length, 2);
});

Deno.test("11 a body over its cap is refused, whether its length is told or not", async () => {
  await using server = rawServer(async (x) => {
    if (x.head.includes("/told")) await x.send("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n");
    else {await x.send(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n${"x".repeat(101)}`,
      );}
  });
  await using client = new Client({ maxBodyBytes: 100 });
  for (const path of ["/told", "/chunked"]) {
    const response = await client.get(server.url + path);
    assert.equal(response.error?.code, "response_too_large", path);
  }
  // What is dropped as it comes needs no memory and has no cap.
  await using other = rawServer((x) =>
    x.send(`HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n${"x".repeat(101)}`)
  );
  assert.equal((await client.get(other.url, { responseType: "none" })).status, 200);
});

Deno.test("11 a claimed length costs no memory before bytes come", async () => {
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 200 OK\r\nContent-Length: 9007199254740991\r\n\r\nx")
  );
  await using client = new Client({ timeout: 1000, maxBodyBytes: Number.MAX_SAFE_INTEGER });
  assert.equal((await client.get(server.url)).error?.code, "request_timeout");
});

Deno.test("17 bytes behind a response are no part of the next one", async () => {
  const replies: Record<string, string> = {
    "/length": `${OK}extra`,
    "/204": "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
    "/304": "HTTP/1.1 304 Not Modified\r\n\r\nhello",
    "/chunked":
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1 500 X\r\n\r\n",
  };
  await using server = rawServer((x) => x.send(replies[/ (\S+) /.exec(x.head)![1]!]!));
  await using client = new Client();
  let connections = 0;
  for (const path of Object.keys(replies)) {
    const response = await client.get(server.url + path);
    assert.equal(response.error, null, path);
    assert.equal(response.desync, true, path);
    assert.equal(server.connections, ++connections, "each on a connection of its own");
  }
  await using heads = rawServer((x) => x.send(OK));
  assert.equal((await client.head(heads.url)).desync, true, "a body behind a HEAD response");
});

Deno.test("18 data or an end on an idle connection takes it out of the pool", async () => {
  const idle = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    await x.send(OK);
    if (x.connection > 1) return;
    await idle.promise;
    if (x.connection === 0) await x.send("HTTP/1.1 408 Request Timeout\r\n\r\n");
    else x.close();
  });
  await using client = new Client();
  const sockets = await Promise.all([client.get(server.url), client.get(server.url)]);
  idle.resolve();
  await Promise.all(sockets.map((response) => response.socket!.done()));
  const response = await client.get(server.url);
  assert.equal(response.status, 200);
  assert.equal(response.attempts, 1, "no stale connection was tried");
  assert.equal(server.connections, 3);
});

Deno.test("27 a response before the end of an upload is the answer, and the upload stops", async () => {
  for (const close of [false, true]) {
    await using server = rawServer(async (x) => {
      await x.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
      if (close) x.close();
    });
    await using client = new Client();
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(16 * 1024));
      },
      cancel() {
        cancelled = true;
      },
    });
    const response = await client.post(server.url, { body: endless, timeout: 5000 });
    if (!close) {
      assert.equal(response.status, 413);
      assert.equal(await response.text(), "big");
    } else {
      // The reset that follows unread data may overtake the answer; it is never a broken pipe.
      assert(
        response.status === 413 || response.error?.code === "connection_reset",
        String(response.error),
      );
    }
    assert(pulled > 0);
    assert.equal(client.socket, null, "the connection is not used again");
    while (!cancelled) await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

Deno.test("a stream that fails while it is sent fails the request", async () => {
  await using server = rawServer(() => {});
  await using client = new Client();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
    pull: (controller) => controller.error(new Error("disk on fire")),
  });
  const response = await client.post(server.url, { body, timeout: 5000 });
  assert.equal(response.error?.code, "request_body_failed");
  assert.match(String((response.error!.cause as Error).message), /disk on fire/);
});
