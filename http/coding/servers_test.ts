import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import * as zlib from "node:zlib";
import { allOf, getRaw, sample } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream } from "./mod.ts";

const TEXT = sample(100_000).toHex();

async function check(port: number, path: string, accept: string, expected: string) {
  const { head, codings, body } = await getRaw(port, path, accept);
  assert.equal(codings, expected, head);
  const whole = await decodeBytes(body, codings, TEXT.length);
  assert(new TextDecoder().decode(whole) === TEXT, head);
  const source = new Blob([body.slice()]).stream();
  const streamed = await allOf(decodeStream(source, codings, TEXT.length));
  assert(new TextDecoder().decode(streamed) === TEXT, head);
}

Deno.test("Deno's server: what it compresses by itself is decoded", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, automaticCompression: true, onListen() {} },
    () => new Response(TEXT, { headers: { "Content-Type": "text/plain" } }),
  );
  await check(server.addr.port, "/", "gzip", "gzip");
  await check(server.addr.port, "/", "br", "br");
});

Deno.test("Node's server: bodies piped through its codecs, one and two, are decoded", async () => {
  const server = http.createServer((request, response) => {
    const codings = request.url!.slice(1).split("+");
    response.setHeader("Content-Encoding", codings.join(", "));
    const engines = codings.map((coding) => {
      if (coding === "gzip") return zlib.createGzip();
      if (coding === "deflate") return zlib.createDeflate();
      return coding === "br" ? zlib.createBrotliCompress() : zlib.createZstdCompress();
    });
    pipeline(
      [Readable.from([TEXT.slice(0, 5000), TEXT.slice(5000)]), ...engines, response],
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    for (const codings of ["gzip", "deflate", "br", "zstd", "gzip+br", "zstd+deflate"]) {
      await check(port, `/${codings}`, "*", codings.replace("+", ", "));
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
