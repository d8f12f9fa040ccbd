import assert from "node:assert/strict";
import { PATH, programTest } from "../../internal/programs_for_tests.ts";

const CLIENT = new URL("testdata/get.ts", import.meta.url).pathname;

await programTest(["h2specd"], "all cases of h2specd pass, the strict ones too", async () => {
  const client = `deno run --no-prompt --no-lock --allow-net=127.0.0.1 ${CLIENT}`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `${PATH} exec h2specd --strict --timeout 10 --exec "$0"`, client],
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const [, all, passed] = /(\d+) tests, (\d+) passed/.exec(text) ?? [];
  assert.equal(all, "57", text);
  assert.equal(passed, all, text);
});
