import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";

/** For tests: a repeatable source of whole numbers below `n` (mulberry32). */
export function randomFrom(seed: number): (n: number) => number {
  return (n) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * n);
  };
}

/** For tests: bytes that compress as text does, different for each seed. */
export function sample(size: number, seed = 1): Uint8Array {
  const random = randomFrom(seed);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const from = at > 20 && random(3) > 0 ? random(at) : -1;
    const end = Math.min(size, at + 1 + random(30));
    for (let i = 0; at < end; at++, i++) {
      bytes[at] = from < 0 ? random(256) : bytes[from + i]!;
    }
  }
  return bytes;
}

/** For tests: bytes as a stream of pieces of `size`. */
export function streamOf(bytes: Uint8Array, size = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at += Math.max(1, size)));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** For tests: all of a stream. */
export async function allOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concat(...await Array.fromAsync(stream));
}

/** For tests: joined bytes. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** For tests: the decoded size, or the code of the typed error. */
export async function outcome(decoding: () => Promise<Uint8Array>): Promise<string> {
  try {
    return `${(await decoding()).length} bytes`;
  } catch (error) {
    assert(error instanceof DownpourError, String(error));
    return error.code;
  }
}

/** For tests: a response as a server sends it; `fetch` would have decoded it. */
export async function getRaw(
  port: number,
  path: string,
  accept = "gzip",
): Promise<{ head: string; codings: string; body: Uint8Array }> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET ${path} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: ${accept}\r\n\r\n`;
  await conn.write(new TextEncoder().encode(request));
  const bytes = await allOf(conn.readable);
  const head = new TextDecoder("latin1").decode(bytes).split("\r\n\r\n", 1)[0]!;
  const codings = /^content-encoding: (.*)$/im.exec(head)?.[1] ?? "";
  return { head, codings, body: bytes.subarray(head.length + 4) };
}
