import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, type ClientOptions, type Response } from "./mod.ts";
import { streamBody } from "./stream_body.ts";

const PART = "Content-Length: 9\r\n\r\nabc";

/** A server that sends part of a body and waits for the client to go; `gone` resolves when it has. */
function partServer(head: string) {
  const gone = Promise.withResolvers<void>();
  const server = rawServer(async (x) => {
    await x.send(`${head}\r\n${PART}`);
    await x.receive();
    gone.resolve();
  });
  return {
    url: server.url,
    gone: gone.promise,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Lets streams do what they are about to. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function counted(run: () => Promise<void>): Promise<Registry> {
  const registry = new Registry();
  await runInContext(newContext(registry), run);
  return registry;
}

Deno.test("a body ends once, though it is cancelled while a chunk is awaited", async () => {
  const chunk = Promise.withResolvers<Uint8Array | null>();
  const ends: unknown[] = [];
  const body = streamBody({
    chunk: () => chunk.promise,
    fail: (error) => chunk.reject(error),
  }, (error) => ends.push(error));
  const reader = body.getReader();
  const pending = reader.read();
  await turn();
  await reader.cancel();
  assert.equal((await pending).done, true);
  await chunk.promise.catch(() => {});
  await turn();
  assert.deepEqual(ends, [null]);
});

Deno.test("a body that is cancelled while it is read is one request, and gives back one stream", async () => {
  let left = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(Uint8Array.of(1)),
      cancel: () => left.resolve(),
    });
    return new globalThis.Response(stream);
  });
  for (const version of [1.1, 2] as const) {
    left = Promise.withResolvers<void>();
    let released = 0;
    const registry = await counted(async () => {
      await using client = new Client({ version: [version], responseType: "stream" });
      client.on("connectionReleased", () => void released++);
      const response = await client.get(`http://127.0.0.1:${server.addr.port}`);
      const reader = response.body.getReader();
      await reader.read();
      const pending = reader.read();
      await turn();
      await reader.cancel();
      await pending;
      await left.promise;
      await turn();
    });
    assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 1 });
    assert.equal(released, version === 2 ? 1 : 0);
  }
  await server.shutdown();
});

Deno.test("a streamed redirect that is refused gives its connection back, and is recorded", async () => {
  for (const options of [{}, { retry: 1 }, { throw: true }, { throw: true, retry: 1 }]) {
    await using server = partServer("HTTP/1.1 302 Found\r\nLocation: ftp://x/");
    const registry = await counted(async () => {
      await using client = new Client({ ...options, responseType: "stream" });
      const call = client.get(server.url);
      const refused = { code: "redirect_refused" };
      if ("throw" in options) await assert.rejects(call, refused);
      else assert.equal((await call).error?.code, "redirect_refused");
      await server.gone;
    });
    assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 1 });
  }
});

Deno.test("a streamed response whose listener throws gives its connection back, and is recorded", async () => {
  const fail = () => {
    throw new Error("no");
  };
  const heads = [
    ["HTTP/1.1 200 OK", "responseReceived"],
    ["HTTP/1.1 200 OK", "responseCompleted"],
    ["HTTP/1.1 200 OK", "metricsToBeEmitted"],
    ["HTTP/1.1 302 Found\r\nLocation: /", "redirect"],
    ["HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=a", "authRequired"],
  ] as const;
  for (const [head, type] of heads) {
    await using server = partServer(head);
    const registry = await counted(async () => {
      await using client = new Client({ responseType: "stream" });
      client.on(type, fail);
      await assert.rejects(client.get(server.url), /^Error: no$/);
      await server.gone;
    });
    assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 1 }, type);
  }
});

Deno.test("a listener may read the body of a response that another one follows", async () => {
  const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  await using server = rawServer((x) =>
    x.send(x.head.includes("/go") ? OK.replace("200 OK", "302 Go\r\nLocation: /") : OK)
  );
  const options: ClientOptions = { responseType: "stream" };
  await using client = new Client(options);
  const read: string[] = [];
  client.on("redirect", async ({ data }: { data: { response: Response } }) => {
    read.push(await data.response.text());
  });
  assert.equal(await (await client.get(`${server.url}/go`)).text(), "ok");
  assert.deepEqual(read, ["ok"]);
});
