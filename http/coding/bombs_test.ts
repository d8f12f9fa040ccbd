import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { inOwnProcess } from "../../internal/own_process_for_tests.ts";
import { BOMBS, MIB } from "./_bombs_for_tests.ts";
import { outcome } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream } from "./mod.ts";

for (const [codings, bytes] of BOMBS) {
  Deno.test(`20 a bomb of ${codings} stops at the limit`, async () => {
    for (const limit of [0, 1, 1000, MIB]) {
      assert.equal(await outcome(() => decodeBytes(bytes, codings, limit)), "response_too_large");
    }
  });

  Deno.test(`20 a streamed bomb of ${codings} stops at the limit, and its source is cancelled`, async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      cancel: () => void (cancelled = true),
    });
    let size = 0;
    const read = async () => {
      for await (const chunk of decodeStream(source, codings, MIB)) size += chunk.length;
    };
    await assert.rejects(read, { code: "response_too_large" });
    assert(size <= MIB, `${size} bytes came through`);
    assert(cancelled);
  });
}

Deno.test("20 a bomb stops before the memory is used", async () => {
  const grown = await inOwnProcess(new URL("./_bomb_memory_for_tests.ts", import.meta.url), []);
  assert.equal(Object.keys(grown as object).length, 2 * BOMBS.length);
  for (const [what, bytes] of Object.entries(grown as Record<string, number>)) {
    assert(bytes < 64 * MIB, `${what}: ${bytes} bytes more`);
  }
});

Deno.test("20 what stacked codings hold in between is limited too", async () => {
  // A gzip of empty members: much in between, nothing at the end.
  const member = zlib.gzipSync("");
  const members = new Uint8Array(4 * MIB);
  for (let at = 0; at + member.length <= members.length; at += member.length) {
    members.set(member, at);
  }
  const whole = members.subarray(0, Math.floor(members.length / member.length) * member.length);
  const bytes = zlib.gzipSync(whole);
  assert.equal(await outcome(() => decodeBytes(bytes, "gzip, gzip", MIB)), "response_too_large");
  assert.equal(await outcome(() => decodeBytes(bytes, "gzip, gzip", 8 * MIB)), "0 bytes");
});

Deno.test("20 a body without a coding has the limit too", async () => {
  const bytes = new Uint8Array(11);
  assert.equal(await outcome(() => decodeBytes(bytes, "identity", 10)), "response_too_large");
  assert.equal(await outcome(() => decodeBytes(bytes, "", 11)), "11 bytes");
});
