import assert from "node:assert/strict";

Deno.test("page/_client.gen.ts is what page/client makes: else run deno task page", async () => {
  // The bundler writes to a cache of its own: it runs beside this process, with its own rights.
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "--allow-read", "tools/page.ts", "--print"],
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const made = await Deno.readTextFile("page/_client.gen.ts");
  assert.ok(new TextDecoder().decode(stdout) === made, "page/_client.gen.ts is stale");
});
