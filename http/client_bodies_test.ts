import assert from "node:assert/strict";
import { rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, file, HttpTransport, type OutgoingRequest, type RequestOptions } from "./mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Deno.test("json, text, bytes and streams are framed and typed", async () => {
  const bodies: string[] = [];
  await using server = rawServer(async (x) => {
    let body = x.rest;
    const length = Number(/content-length: (\d+)/i.exec(x.head)?.[1] ?? 0);
    const chunked = x.head.includes("chunked");
    while (chunked ? !body.endsWith("0\r\n\r\n") : body.length < length) {
      body += await x.receive();
    }
    bodies.push(body);
    await x.send(OK);
  });
  await using client = new Client();
  const cases: [RequestOptions, RegExp | null, string][] = [
    [
      { json: { a: [1, "é"] } },
      /Content-Type: application\/json\r\nContent-Length: 14/,
      '{"a":[1,"Ã©"]}',
    ],
    [
      { json: 1, headers: { "content-type": "x/y" } },
      /content-type: x\/y\r\nContent-Length: 1$/,
      "1",
    ],
    [{ body: "hé" }, /Content-Length: 3/, "hÃ©"],
    [{ body: new Uint8Array([1, 0, 255]) }, /Content-Length: 3/, "\x01\0\xff"],
    [{ body: "" }, /Content-Length: 0/, ""],
    [{}, /Content-Length: 0/, ""],
    [{ body: "x".repeat(200_000) }, /Content-Length: 200000/, "x".repeat(200_000)],
    [
      {
        body: ReadableStream.from([
          new Uint8Array([65]),
          new Uint8Array(0),
          new Uint8Array([66, 67]),
        ]),
      },
      /Transfer-Encoding: chunked/,
      "1\r\nA\r\n2\r\nBC\r\n0\r\n\r\n",
    ],
  ];
  for (const [options, head, body] of cases) {
    const response = await client.post(server.url, options);
    assert.equal(response.status, 200);
    assert.match(server.heads.at(-1)!, head!);
    assert.equal(bodies.at(-1), body);
  }
  await client.get(server.url);
  assert.doesNotMatch(server.heads.at(-1)!, /content-length/i, "a GET without body has no length");
});

Deno.test("chunked bodies, bodies to the end of the connection, and trailers", async () => {
  const replies = [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nto the end",
  ];
  await using server = rawServer(async (x) => {
    const reply = replies[x.head.includes("/end") ? 1 : 0]!;
    const middle = reply.indexOf("\r\n\r\n") + 6;
    await x.send(reply.slice(0, middle));
    await x.send(reply.slice(middle));
    if (x.head.includes("/end")) x.close();
  });
  await using client = new Client();
  const chunked = await client.get(server.url);
  assert.equal(await chunked.text(), "abcde");
  assert.equal(chunked.trailers.get("x-sum"), "5");
  assert.equal((await client.get(`${server.url}/end`)).trailers.get("x-sum"), null);
  assert.equal(await (await client.get(`${server.url}/end`)).text(), "to the end");
});

Deno.test("bodies larger than any buffer arrive whole, with and without a length", async () => {
  const size = 3_000_000;
  const text = Array.from({ length: 1000 }, (_, i) => String(i % 10)).join("").repeat(size / 1000);
  await using server = rawServer(async (x) => {
    if (x.head.includes("/chunked")) {
      await x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let at = 0; at < size; at += 100_000) {
        await x.send(`186a0\r\n${text.slice(at, at + 100_000)}\r\n`);
      }
      await x.send("0\r\n\r\n");
    } else {
      await x.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${text}`);
    }
  });
  await using client = new Client();
  for (const path of ["/length", "/chunked", "/length"]) {
    assert.equal(await (await client.get(server.url + path)).text(), text, path);
    assert.equal((await client.get(server.url + path, { responseType: "none" })).status, 200);
  }
  assert.equal(server.connections, 1);
});

Deno.test("HEAD, 204 and 304 have no body and leave the connection usable", async () => {
  await using server = rawServer((x) => {
    if (x.head.startsWith("HEAD")) return x.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    return x.send(
      `HTTP/1.1 ${x.head.includes("/304") ? "304 Not Modified" : "204 No Content"}\r\n\r\n`,
    );
  });
  await using client = new Client();
  assert.equal((await client.head(server.url)).status, 200);
  assert.equal((await client.get(`${server.url}/204`)).status, 204);
  assert.equal((await client.get(`${server.url}/304`)).status, 304);
  assert.equal(await (await client.get(`${server.url}/204`)).text(), "");
  assert.equal(server.connections, 1);
});

Deno.test("responseType none drops the body and says so when it is asked for", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ discardResponseBodies: true });
  const dropped = await client.get(server.url);
  assert.equal((await rejection(() => dropped.text())).code, "request_invalid");
  assert.equal(await (await client.get(server.url, { responseType: "bytes" })).text(), "ok");
});

Deno.test("responseType stream resolves at the head; reading to the end frees the connection", async () => {
  let finish = (): void => {};
  await using server = rawServer(async (x) => {
    await x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    await new Promise<void>((resolve) => finish = resolve);
    await x.send("3\r\ntwo\r\n0\r\n\r\n");
  });
  await using client = new Client();
  const response = await client.get(server.url, { responseType: "stream" });
  const reader = response.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "one");
  finish();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "two");
  assert.equal((await reader.read()).done, true);
  const again = client.get(server.url, { responseType: "stream" });
  await (await again).body.cancel();
  assert.equal(server.connections, 1, "the second request went over the first connection");
  finish();
});

Deno.test("a body that nobody has changed keeps its length, and can be sent again", async () => {
  const seen: [length: string | null, type: string | null, text: string][] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { headers, url } = request;
      seen.push([headers.get("content-length"), headers.get("content-type"), await request.text()]);
      if (!url.endsWith("/go")) return new Response("ok");
      return new Response(null, { status: 307, headers: { location: "/there" } });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/go`;
  const inner = new HttpTransport();
  const transport = { send: (request: OutgoingRequest) => inner.send(request) };
  const through: ((client: Client) => void)[] = [
    (client) => client.on("requestCreated", () => {}),
    (client) => client.on("requestToBeSent", () => {}),
    (client) => client.on("redirect", () => {}),
    (client) => client.use((next) => (request) => next({ ...request })),
    () => {},
  ];
  for (const [i, listen] of through.entries()) {
    await using client = new Client(i === through.length - 1 ? { transport } : {});
    listen(client);
    const response = await client.put(url, { body: new Blob(["the blob"], { type: "x/y" }) });
    assert.equal(response.status, 200, response.error?.message);
    assert.deepEqual(seen.splice(0), Array(2).fill(["8", "x/y", "the blob"]), String(i));
    const multipart = { a: file(new Blob(["the file"]), "a.txt") };
    assert.equal((await client.put(url, { multipart })).status, 200, String(i));
    for (const [length, type, text] of seen.splice(0)) {
      assert.equal(length, String(text.length));
      assert.match(type!, /^multipart/);
    }
  }
  inner.close();
});

Deno.test("a body that a listener has replaced goes out as the new one", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) =>
      new Response(`${request.headers.get("content-length")} ${await request.text()}`),
  );
  await using client = new Client();
  client.on("requestToBeSent", ({ data }) => data.body = new Blob(["another"]));
  const response = await client.put(`http://127.0.0.1:${server.addr.port}`, {
    body: new Blob(["one"]),
  });
  assert.equal(await response.text(), "7 another");
});
