import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import { rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, type ClientOptions, file, type RequestOptions } from "./mod.ts";

const TEXT = "Nobody expects it. ".repeat(3000);

const CODERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
};
const DECODERS: typeof CODERS = {
  gzip: (bytes) => zlib.gunzipSync(bytes),
  deflate: (bytes) => zlib.inflateSync(bytes),
  br: (bytes) => zlib.brotliDecompressSync(bytes),
  zstd: (bytes) => zlib.zstdDecompressSync(bytes),
};

function listOf(codings: string): string[] {
  return codings.split(",").map((coding) => coding.trim());
}

function encode(text: string, codings: string): Uint8Array {
  let bytes: Uint8Array = new TextEncoder().encode(text);
  for (const coding of listOf(codings)) bytes = CODERS[coding]!(bytes);
  return bytes;
}

interface Server extends AsyncDisposable {
  readonly url: string;
}

function serve(answer: (request: Request) => Response | Promise<Response>): Server {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function coded(body: Uint8Array, codings: string): Response {
  return new Response(body.slice(), {
    headers: { "content-encoding": codings, "content-type": "text/plain" },
  });
}

const CODINGS = [...Object.keys(CODERS), "gzip, br", "deflate, zstd", "br, gzip, zstd"];

Deno.test("bodies are decoded by Content-Encoding, one coding or several", async () => {
  await using server = serve((request) => {
    const codings = new URL(request.url).searchParams.get("codings")!;
    return coded(encode(TEXT, codings), codings);
  });
  await using client = new Client({ baseUrl: server.url });
  for (const codings of CODINGS) {
    const response = await client.get("/", { query: { codings } });
    assert.equal(await response.text(), TEXT, codings);
    assert.equal(await response.text(), TEXT, "again");
    assert.equal(response.headers.get("content-encoding"), codings);
    const streamed = await client.get("/", { query: { codings }, responseType: "stream" });
    assert.equal(await new globalThis.Response(streamed.body).text(), TEXT, codings);
  }
});

Deno.test("decompress: false leaves bodies as they came, for a client or a call", async () => {
  const packed = encode(TEXT, "gzip");
  await using server = serve(() => coded(packed, "gzip"));
  const get = async (options: ClientOptions, call: RequestOptions) => {
    await using client = new Client(options);
    return await (await client.get(server.url, call)).bytes();
  };
  const raw = new Uint8Array(packed);
  assert.deepEqual(new Uint8Array(await get({ decompress: false }, {})), raw);
  assert.deepEqual(new Uint8Array(await get({}, { decompress: false })), raw);
  const streamed = await get({ decompress: false }, { responseType: "stream" });
  assert.deepEqual(new Uint8Array(streamed), raw);
  assert.equal((await get({ decompress: false }, { decompress: true })).length, TEXT.length);
});

Deno.test("maxBodyBytes holds for the decoded body: a bomb is refused", async () => {
  const bomb = encode("\0".repeat(20_000_000), "gzip");
  await using server = serve(() => coded(bomb, "gzip"));
  await using client = new Client({ baseUrl: server.url, maxBodyBytes: 1_000_000 });
  for (const responseType of ["bytes", "stream"] as const) {
    const response = await client.get("/", { responseType });
    assert.equal(response.status, 200, "its bytes as they came are few");
    const error = await rejection(() => response.bytes());
    assert.equal(error.code, "response_too_large", responseType);
  }
  assert.equal((await client.get("/", { responseType: "none" })).status, 200);
});

Deno.test("maxBodyBytes holds for bytes as they came, and the request fails", async () => {
  await using server = serve(() => new Response("x".repeat(1001)));
  await using client = new Client({ baseUrl: server.url, maxBodyBytes: 1000 });
  const response = await client.get("/");
  assert.deepEqual([response.status, response.error?.code], [0, "response_too_large"]);
});

Deno.test("corrupt, cut off and unknown codings fail as decode_failed, when the body is asked for", async () => {
  const good = encode(TEXT, "gzip");
  const corrupt = good.slice();
  corrupt[good.length - 6]! ^= 0xff; // In the checksum.
  const cases: [name: string, body: Uint8Array, codings: string][] = [
    ["corrupt", corrupt, "gzip"],
    ["cut off", good.subarray(0, good.length - 20), "gzip"],
    ["not gzip at all", new TextEncoder().encode(TEXT), "gzip"],
    ["brotli cut off", encode(TEXT, "br").subarray(0, 30), "br"],
    ["zstd cut off", encode(TEXT, "zstd").subarray(0, 30), "zstd"],
    ["unknown", good, "lzma"],
    ["the wrong order", encode(TEXT, "gzip, br"), "br, gzip"],
  ];
  await using server = serve((request) => {
    const [, body, codings] = cases[Number(new URL(request.url).pathname.slice(1))]!;
    return coded(body, codings);
  });
  await using client = new Client({ baseUrl: server.url });
  for (const [i, [name]] of cases.entries()) {
    for (const responseType of ["bytes", "stream"] as const) {
      const response = await client.get(`/${i}`, { responseType });
      assert.equal(response.status, 200, name);
      const error = await rejection(() => response.text());
      assert.equal(error.code, "decode_failed", `${name}, ${responseType}`);
    }
  }
  assert.equal((await client.get("/0", { responseType: "none" })).error, null);
});

Deno.test("a coded response without content, as to HEAD, decodes to nothing", async () => {
  await using server = rawServer((x) =>
    x.send(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
        (x.head.startsWith("HEAD") ? "100\r\n\r\n" : "0\r\n\r\n"),
    )
  );
  await using client = new Client();
  for (const responseType of ["bytes", "stream"] as const) {
    assert.equal(await (await client.head(server.url, { responseType })).text(), "", responseType);
    assert.equal(await (await client.get(server.url, { responseType })).text(), "", responseType);
  }
});

Deno.test("compression packs the body of a request and says so", async () => {
  await using server = serve(async (request) => {
    let bytes = new Uint8Array(await request.arrayBuffer()) as Uint8Array;
    const codings = request.headers.get("content-encoding")!;
    for (const coding of listOf(codings).reverse()) bytes = DECODERS[coding]!(bytes);
    const type = request.headers.get("content-type") ?? "none";
    return new Response(bytes.slice(), { headers: { "x-codings": codings, "x-type": type } });
  });
  await using client = new Client({ baseUrl: server.url });
  for (const compression of CODINGS) {
    const stream = ReadableStream.from([TEXT.slice(0, 5), TEXT.slice(5)])
      .pipeThrough(new TextEncoderStream());
    for (const body of [TEXT, new TextEncoder().encode(TEXT), stream]) {
      const response = await client.post("/", { body, compression });
      assert.equal(await response.text(), TEXT, compression);
      assert.equal(response.headers.get("x-codings"), compression);
    }
  }
  const json = await client.post("/", { json: { a: 1 }, compression: "gzip" });
  assert.deepEqual(await json.json(), { a: 1 });
  assert.equal(json.headers.get("x-type"), "application/json");
  assert.equal(
    (await rejection(() => client.get("/", { compression: "gzip" }))).code,
    "request_invalid",
  );
  const unknown = rejection(() => client.post("/", { body: "x", compression: "lzma" }));
  assert.match((await unknown).message, /lzma/);
});

Deno.test("a form is sent URL-encoded, multipart with its files", async () => {
  await using server = serve(async (request) => {
    const type = request.headers.get("content-type")!.split(";")[0];
    const seen: unknown[] = [type];
    for (const [name, value] of await request.formData()) {
      if (typeof value === "string") seen.push([name, value]);
      else seen.push([name, value.name, value.type, await value.text()]);
    }
    return Response.json(seen);
  });
  await using client = new Client({ baseUrl: server.url });
  const form = await client.post("/", { form: { a: "é & =", b: ["1", "2"] } });
  assert.deepEqual(await form.json(), [
    "application/x-www-form-urlencoded",
    ["a", "é & ="],
    ["b", "1"],
    ["b", "2"],
  ]);
  const expected = ["multipart/form-data", ["name", "k6"], [
    "logo",
    "l.svg",
    "image/svg+xml",
    "<svg/>",
  ]];
  const record = await client.post("/", {
    multipart: { name: "k6", logo: file("<svg/>", "l.svg", "image/svg+xml") },
  });
  assert.deepEqual(await record.json(), expected);
  const data = new FormData();
  data.set("name", "k6");
  data.set("logo", new File(["<svg/>"], "l.svg", { type: "image/svg+xml" }));
  assert.deepEqual(await (await client.post("/", { multipart: data })).json(), expected);
});

Deno.test("body, json, form and multipart exclude each other", async () => {
  await using client = new Client();
  const all = { body: "x", json: 1, form: { a: "1" }, multipart: { a: "1" } } as const;
  const names = Object.keys(all) as (keyof typeof all)[];
  for (const first of names) {
    for (const second of names.filter((name) => name > first)) {
      const both = { [first]: all[first], [second]: all[second] };
      const error = await rejection(() => client.post("http://127.0.0.1:1/", both));
      assert.equal(error.code, "request_invalid");
      assert.match(error.message, new RegExp(`${first}.*${second}|${second}.*${first}`));
    }
  }
});

Deno.test("a body can be had as bytes, buffer, blob and form, each a copy", async () => {
  await using server = serve((request) =>
    new URL(request.url).pathname === "/form"
      ? new Response(new URLSearchParams({ a: "1", b: "é" }))
      : coded(encode("hé", "gzip"), "gzip")
  );
  await using client = new Client({ baseUrl: server.url });
  const response = await client.get("/");
  const bytes = new TextEncoder().encode("hé");
  assert.deepEqual(new Uint8Array(await response.bytes()), bytes);
  const buffer = await response.arrayBuffer();
  new Uint8Array(buffer).fill(0);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
  const blob = await response.blob();
  assert.equal(blob.type, "text/plain");
  assert.equal(await blob.text(), "hé");
  const form = await (await client.get("/form")).formData();
  assert.deepEqual([...form], [["a", "1"], ["b", "é"]]);
});

Deno.test("a stream can be read once: after that its body is used", async () => {
  await using server = serve((request) =>
    new URL(request.url).pathname === "/gzip"
      ? coded(encode(TEXT, "gzip"), "gzip")
      : new Response(TEXT)
  );
  await using client = new Client({ baseUrl: server.url, responseType: "stream" });
  for (const path of ["/", "/gzip"]) {
    const response = await client.get(path);
    assert.equal(await response.text(), TEXT);
    for (const read of [() => response.text(), () => response.bytes(), () => response.json()]) {
      assert.equal((await rejection(read)).code, "body_used", path);
    }
  }
});

Deno.test("a decoded stream that is cancelled ends, and the client goes on", async () => {
  const packed = CODERS["gzip"]!(randomBytes(3_000_000));
  await using server = serve(() => coded(packed, "gzip"));
  await using client = new Client({ baseUrl: server.url });
  const { body } = await client.get("/", { responseType: "stream" });
  const reader = body.getReader();
  assert.equal((await reader.read()).done, false);
  await reader.cancel();
  assert.equal((await (await client.get("/")).bytes()).length, 3_000_000);
});

Deno.test("trailers come behind a body, and the protocol and address are told", async () => {
  await using server = rawServer((x) =>
    x.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nSet-Cookie: a=1\r\n" +
        "Set-Cookie: b=2, c\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 5\r\nX-Sum: 6\r\n\r\n",
    )
  );
  await using client = new Client();
  for (const responseType of ["bytes", "none", "stream"] as const) {
    const response = await client.get(server.url, { responseType });
    if (responseType === "stream") await response.text();
    assert.equal(response.trailers.get("x-sum"), "5, 6", responseType);
    assert.equal(response.headers.get("x-sum"), null);
    assert.deepEqual(response.getSetCookie(), ["a=1", "b=2, c"]);
    assert.equal(response.protocol, "HTTP/1.1");
    assert.equal(response.tlsVersion, null);
    const { port } = new URL(server.url);
    assert.deepEqual(
      [response.remoteAddress?.ip, response.remoteAddress?.port],
      ["127.0.0.1", Number(port)],
    );
  }
});

Deno.test("HTTP/2: a stream that is reset right behind its head has no complete body", async () => {
  const SETTINGS = "\0\0\0\x04\0\0\0\0\0";
  const HEAD = "\0\0\x01\x01\x04\0\0\0\x01\x88"; // :status 200, stream 1
  const RESET = "\0\0\x04\x03\0\0\0\0\x01\0\0\0\x02"; // INTERNAL_ERROR
  await using server = rawServer(async (x) => {
    let came = x.rest;
    while (!came.includes("\x01\x05\0\0\0\x01")) came += await x.receive();
    await x.send(SETTINGS + HEAD + RESET);
  });
  for (const retry of [null, 2]) {
    await using client = new Client({ version: 2, responseType: "stream", retry });
    const response = await client.get(server.url);
    const error = response.error ?? await rejection(() => response.text());
    assert.equal(error.code, "h2_stream");
  }
});
