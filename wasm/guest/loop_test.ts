import assert from "node:assert/strict";
import { LOOP_BYTES } from "./_loop.gen.ts";
import { wat } from "./_wat_for_tests.ts";

Deno.test("the bytes of the guest loop are those of its text", async () => {
  const made = wat(await Deno.readTextFile(new URL("loop.wat", import.meta.url)));
  const message = `put this into _loop.gen.ts: ${made.toBase64()}`;
  assert.equal(LOOP_BYTES.toBase64(), made.toBase64(), message);
});
