import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { checkToken, readTokenFile } from "./token.ts";

Deno.test("a token is the first line of its file, and a wrong one is not repeated", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "abc.DEF_123=\nmore\n");
    assert.equal(await readTokenFile(path), "abc.DEF_123=");
    for (const text of ["", "\nabc", "hunter2 hunter2", "x".repeat(5000)]) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readTokenFile(path), (error) => {
        assert.ok(error instanceof OptionError);
        assert.ok(error.message.startsWith(`--token-file ${path} `));
        return !error.message.includes("hunter2");
      });
    }
  } finally {
    await Deno.remove(path);
  }
  await assert.rejects(readTokenFile(path, "--token-file"), /can't be read/);
  assert.equal(checkToken("abc", "DOWNPOUR_TOKEN"), "abc");
  assert.throws(
    () => checkToken("a b", "DOWNPOUR_TOKEN"),
    /^OptionError: DOWNPOUR_TOKEN has no token/,
  );
});
