import assert from "node:assert/strict";
import { readLines } from "./lines.ts";

Deno.test("readLines gives the values of whole lines, wherever they are cut", async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n2\n"cut');
  for (let at = 1; at < bytes.length; at++) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
    const conn = {
      read(buffer: Uint8Array) {
        const piece = pieces.shift();
        if (piece !== undefined) buffer.set(piece);
        return Promise.resolve(piece?.length ?? null);
      },
    };
    assert.deepEqual(await Array.fromAsync(readLines(conn)), [{ a: "é" }, 2], `cut at ${at}`);
  }
});
