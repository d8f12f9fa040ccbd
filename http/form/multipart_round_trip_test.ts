import assert from "node:assert/strict";
import { type EncodedMultipart, encodeMultipart, file, type FilePart } from "./mod.ts";

/** Whole numbers below `n`, repeatable (mulberry32). */
function randomFrom(seed: number): (n: number) => number {
  return (n) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * n);
  };
}

async function parsed(body: EncodedMultipart): Promise<FormData> {
  const chunks = body.bytes === null ? await Array.fromAsync(body.stream!) : [body.bytes];
  const blob = new Blob(chunks.map((chunk) => chunk.slice()));
  if (body.length !== null) assert.equal(blob.size, body.length);
  return await new Response(blob, { headers: { "Content-Type": body.contentType } }).formData();
}

// Without what Deno's parser takes for the end of a quoted name: `;` and `=`.
const ALPHABET = [..."ab-_. :/\\'()&%ä€😀\t", "--", "----downpour", "Content-Type: x/y"];

Deno.test("an independent parser finds every name, file name, type and byte again", async () => {
  const seed = Date.now() >>> 0;
  const random = randomFrom(seed);
  const word = (length: number) =>
    Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]!).join("");
  for (let run = 0; run < 300; run++) {
    const parts: FilePart[] = [];
    const expected: [string, string, string | null, string | null][] = [];
    for (let count = random(5); count > 0; count--) {
      const name = `n${word(random(6))}`;
      if (random(2) === 0) {
        const data = word(random(20)) + ["", "\n", "\r\n", "\r\n--"][random(4)]!;
        parts.push({ name, data });
        expected.push([name, data, null, null]);
        continue;
      }
      const bytes = Uint8Array.from({ length: random(300) }, () => random(256));
      const filename = `f${word(random(6))}`;
      const type = ["", "text/plain", "image/png"][random(3)]!;
      const data = [bytes, bytes.buffer, new Blob([bytes]), new Blob([bytes]).stream()][random(4)]!;
      parts.push({ ...file(data, filename, type === "" ? undefined : type), name });
      expected.push([name, bytes.toHex(), filename, type || "application/octet-stream"]);
    }
    const found = await Promise.all(
      [...await parsed(encodeMultipart(parts))].map(async ([name, value]) =>
        typeof value === "string"
          ? [name, value, null, null]
          : [name, (await value.bytes()).toHex(), value.name, value.type]
      ),
    );
    assert.deepEqual(found, expected, `seed ${seed} run ${run}`);
  }
});

Deno.test("a FormData is encoded byte for byte as the platform's own fetch does", async () => {
  const seed = Date.now() >>> 0;
  const random = randomFrom(seed);
  const word = (length: number) =>
    Array.from({ length }, () => [...ALPHABET, ...'"\r\n;='][random(ALPHABET.length + 5)]!).join(
      "",
    );
  for (let run = 0; run < 200; run++) {
    const form = new FormData();
    for (let count = 1 + random(4); count > 0; count--) {
      const name = word(random(6));
      if (random(2) === 0) form.append(name, word(random(20)));
      else form.append(name, new File([word(20)], word(random(6)), { type: "text/plain" }));
    }
    const response = new Response(form);
    const boundary = /boundary=(.*)$/.exec(response.headers.get("Content-Type")!)![1]!;
    const peers = await response.text();
    const body = encodeMultipart(form, { boundary });
    const chunks = body.bytes === null ? await Array.fromAsync(body.stream!) : [body.bytes];
    const ours = await new Blob(chunks.map((chunk) => chunk.slice())).text();
    assert.equal(ours.trimEnd(), peers.trimEnd(), `seed ${seed} run ${run}`);
  }
});

Deno.test("5760 a streamed file of 100 MB is never here but for a chunk or two", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(7);
  const chunks = 1600;
  let taken = 0;
  async function* data(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < chunks; i++) {
      taken += chunk.length;
      yield await Promise.resolve(chunk);
    }
  }
  const size = chunk.length * chunks;
  const body = encodeMultipart({ name: "k6", upload: { ...file(data(), "big.bin"), size } });
  let sent = 0;
  let most = 0;
  for await (const piece of body.stream!) {
    most = Math.max(most, taken - sent);
    sent += piece.length;
  }
  assert.equal(sent, body.length);
  assert(most <= 4 * chunk.length, `${most} bytes at once`);
});

Deno.test("2311 100 MB in memory are sent as views, not copied", async () => {
  const big = new Uint8Array(100 * 1024 * 1024);
  const body = encodeMultipart({ upload: file(big, "big.bin") });
  let views = 0;
  for await (const piece of body.stream!) if (piece.buffer === big.buffer) views += piece.length;
  assert.equal(views, big.length);
});
