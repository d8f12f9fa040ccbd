import assert from "node:assert/strict";
import { readAll } from "./read_response.ts";

Deno.test("a body in memory keeps none of the reads that its bytes came in", async () => {
  const drip = async function* () {
    for (let i = 0; i < 1000; i++) {
      yield await Promise.resolve(new Uint8Array(256).fill(i).subarray(10, 11));
    }
  };
  const bytes = await readAll(drip(), 1000);
  assert.deepEqual([...bytes], Array.from({ length: 1000 }, (_, i) => i % 256));
  assert.ok(bytes.buffer.byteLength <= 2 * bytes.length, `${bytes.buffer.byteLength} bytes`);
  await assert.rejects(readAll(drip(), 999), { code: "HTTP-response-body-size" });
});

Deno.test("a body of one chunk is that chunk, one of none is empty", async () => {
  const chunk = new Uint8Array(100);
  const of = (...chunks: Uint8Array[]) => ReadableStream.from(chunks);
  assert.equal((await readAll(of(chunk), 100)).buffer, chunk.buffer);
  assert.equal((await readAll(of(), 100)).length, 0);
  const parts = [Uint8Array.of(), Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)];
  assert.deepEqual(await readAll(of(...parts), 3), Uint8Array.of(1, 2, 3));
});
