import assert from "node:assert/strict";

const FOLDER = new URL("./testdata/", import.meta.url).pathname;
const MIB = 1024 * 1024;

/** Runs a program of `testdata/` by itself; resolves with the numbers that it prints. */
async function run(name: string, flags: string[]): Promise<Record<string, number>> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", ...flags, `${FOLDER}${name}`],
  }).output();
  const [printed, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, errors);
  return JSON.parse(printed!);
}

Deno.test({
  name: "10,000 sockets leave none open, and no memory behind",
  ignore: Deno.build.os !== "linux", // Counts in /proc.
  async fn() {
    const flags = ["--allow-net=127.0.0.1", "--allow-run=bash", "--v8-flags=--expose-gc"];
    const result = await run("many_sockets.ts", flags);
    assert.equal(result.sockets, 10_000);
    assert.equal(result.open, 1, "the listener");
    assert.ok(result.moreMemory! < 8 * MIB, JSON.stringify(result));
  },
});

Deno.test("a slow reader holds its writer back: 100 MiB pass, and memory doesn't grow", async () => {
  const result = await run("slow_reader.ts", ["--allow-net=127.0.0.1"]);
  const shown = JSON.stringify(result);
  assert.equal(result.bytes, 100 * MIB);
  assert.equal(result.wrong, 0);
  assert.ok(result.ahead! > MIB, `the reader isn't slow: ${shown}`);
  assert.ok(result.ahead! < 32 * MIB, `more than the system's buffers hold: ${shown}`);
  assert.ok(result.moreMemory! < 32 * MIB, shown);
});
