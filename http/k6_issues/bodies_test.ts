import assert from "node:assert/strict";
import { TCP } from "../../net/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { Client, file } from "../mod.ts";

// What k6's users asked for about bodies, by the numbers of k6's issues. Those that need files are in
// tests/k6_issues_test.ts.

interface Echo {
  readonly headers: Record<string, string>;
  readonly form: Record<string, unknown>;
  readonly data: string;
  readonly json: unknown;
}

async function echoOf(response: { json(): Promise<unknown> }): Promise<Echo> {
  return await response.json() as Echo;
}

Deno.test("k6 #878: what a body is, its option says, not its content type", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const json = await echoOf(await client.post("/post", { json: { name: "k6" } }));
  assert.deepEqual([json.headers["content-type"], json.json], [
    "application/json",
    { name: "k6" },
  ]);
  const headers = { "Content-Type": "application/vnd.api+json" };
  const typed = await echoOf(await client.post("/post", { json: { name: "k6" }, headers }));
  assert.deepEqual([typed.headers["content-type"], typed.data], [
    headers["Content-Type"],
    '{"name":"k6"}',
  ]);
  const body = { name: "k6" } as unknown as string;
  await assert.rejects(client.post("/post", { body }), /body is object: .* or use json/);
});

Deno.test("k6 #1185: null in a form is empty, and what has no form is refused", async () => {
  await using server = rawServer((x) =>
    x.send(`HTTP/1.1 200 OK\r\nContent-Length: ${x.rest.length}\r\n\r\n${x.rest}`)
  );
  await using client = new Client({ baseUrl: server.url });
  const form = { a: null, b: undefined, c: [1, null] };
  assert.equal(await (await client.post("/", { form })).text(), "a=&c=1&c=");
  const nested = { a: { b: 1 } } as unknown as Record<string, string>;
  await assert.rejects(client.post("/", { form: nested }), /form field "a" is an object/);
  assert.equal(server.heads.length, 1);
});

Deno.test("k6 #2311: a large body is written from the caller's own memory", async () => {
  await using target = startTarget();
  const big = new Uint8Array(2 * 1024 * 1024);
  let copied = 0;
  let viewed = 0;
  await using client = new Client({
    dial: async (address) => {
      const socket = await TCP.open(address);
      socket.layer((conn) => ({
        read: (buffer) => conn.read(buffer),
        closeWrite: () => conn.closeWrite(),
        close: () => conn.close(),
        ref: () => conn.ref(),
        unref: () => conn.unref(),
        async write(data) {
          const count = await conn.write(data);
          if (data.buffer === big.buffer) viewed += count;
          else copied += count;
          return count;
        },
      }));
      return socket;
    },
  });
  assert.equal((await client.post(`${target.url}/post`, { body: big })).status, 200);
  assert.equal(viewed, big.length);
  assert(copied < 1000, "the head alone");
});

Deno.test("k6 #592 #2978: a body is sent while it is still being made", async () => {
  const arrived = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      let text = "";
      for await (const chunk of request.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        arrived.resolve();
      }
      return new Response(text);
    },
  );
  const body = new ReadableStream<string>({
    async start(controller) {
      controller.enqueue("first, ");
      await arrived.promise; // At the server: the rest isn't there yet.
      controller.enqueue("then the rest");
      controller.close();
    },
  }).pipeThrough(new TextEncoderStream());
  await using client = new Client();
  const response = await client.post(`http://127.0.0.1:${server.addr.port}/`, { body });
  assert.equal(await response.text(), "first, then the rest");
});

Deno.test("k6 #4086: a response is read while it is still being made, or left", async () => {
  const read = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    await read.promise; // By the client: the rest isn't sent yet.
    await x.send(" rest");
  });
  await using client = new Client({ responseType: "stream" });
  const response = await client.get(server.url);
  const reader = response.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "first");
  const left = await client.get(server.url); // On a connection of its own.
  await left.body.cancel();
  assert.equal(left.socket?.active, false);
  read.resolve();
  assert.equal(new TextDecoder().decode((await reader.read()).value), " rest");
  assert.equal((await reader.read()).done, true);
});

Deno.test("k6 #746: server-sent events come as they are sent", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const ids: string[] = [];
  for await (const event of client.events("/sse?count=100&delay_ms=1")) {
    ids.push(event.lastEventId);
    if (ids.length === 3) break; // Long before the response is over.
  }
  assert.deepEqual(ids, ["0", "1", "2"]);
});

/** The body of a multipart request, its boundary as `B`. */
async function multipartOf(parts: Parameters<Client["post"]>[1]): Promise<string> {
  await using server = rawServer(async (x) => {
    const length = Number(/content-length: (\d+)/i.exec(x.head)![1]);
    let body = x.rest;
    while (body.length < length) body += await x.receive();
    const boundary = /boundary=(.*)/.exec(x.head)![1]!;
    const shown = body.replaceAll(boundary, "B");
    await x.send(`HTTP/1.1 200 OK\r\nContent-Length: ${shown.length}\r\n\r\n${shown}`);
  });
  await using client = new Client();
  return await (await client.post(server.url, parts)).text();
}

Deno.test("k6 #1571: an array of files is a field with several files", async () => {
  const files = [file("1", "a.txt", "text/plain"), file("2", "b.txt", "text/plain")];
  const text = await multipartOf({ multipart: { files } });
  const names = [...text.matchAll(/name="files"; filename="(.*?)"/g)].map(([, name]) => name);
  assert.deepEqual(names, ["a.txt", "b.txt"]);
});

Deno.test("k6 #1784: a part may have a content type without a file name", async () => {
  const data = JSON.stringify({ name: "Jack" });
  const text = await multipartOf({
    multipart: { meta: { data, contentType: "application/json" } },
  });
  assert.equal(
    text,
    '--B\r\nContent-Disposition: form-data; name="meta"\r\n' +
      `Content-Type: application/json\r\n\r\n${data}\r\n--B--\r\n`,
  );
});

Deno.test("k6 #3888: parts keep their order, and may have no name", async () => {
  const text = await multipartOf({
    multipart: [{ data: "1" }, { data: "2", name: "z" }, { data: "3", name: "a" }],
  });
  const parts = [...text.matchAll(/form-data(?:; name="(.)")?\r\n\r\n(.)/g)];
  assert.deepEqual(parts.map(([, name, data]) => [name, data]), [
    [undefined, "1"],
    ["z", "2"],
    ["a", "3"],
  ]);
});

Deno.test("k6 #5760: a multipart file is sent while it is still being made", async () => {
  const arrived = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    let body = x.rest;
    for (;;) {
      if (body.includes("first")) arrived.resolve();
      if (body.endsWith("--\r\n\r\n0\r\n\r\n")) break;
      body += await x.receive();
    }
    await x.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  async function* video(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("first");
    await arrived.promise; // At the server: the rest isn't there yet.
    yield new TextEncoder().encode("rest");
  }
  await using client = new Client();
  const multipart = { upload: file(video(), "video.mp4", "video/mp4") };
  assert.equal((await client.post(server.url, { multipart })).status, 204);
});
