import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fileSink } from "./_file.ts";
import { withFile } from "./_outputs_for_tests.ts";

const FULL_DISK = fileURLToPath(new URL("testdata/full_disk.ts", import.meta.url));
const some = new TextEncoder().encode("some bytes\n");
/** Limits on the size of files are as good as a full disk, and every user may set them. */
const limited = Deno.build.os === "linux" ? Deno.test : Deno.test.ignore;

async function onFullDisk(path: string): Promise<{ refused: string[]; size: number }> {
  const command = `trap "" XFSZ; ulimit -f 4096; exec deno run --no-prompt --quiet \
    --allow-read=/tmp --allow-write=/tmp "$0" "$1"`;
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", command, FULL_DISK, path],
    stdin: "null",
  }).output();
  try {
    return JSON.parse(new TextDecoder().decode(stdout));
  } catch {
    throw new Error(new TextDecoder().decode(stderr));
  }
}

limited(
  "what has no room is refused, and the file keeps to whole payloads",
  () =>
    withFile("x.json", async (path) => {
      const { refused, size } = await onFullDisk(path);
      assert.equal(refused.length, 2, refused.join("\n"));
      for (const line of refused) {
        assert.match(line, /^1000000 output_refused can't write \/tmp\/.*x\.json: File too large/);
      }
      // Four megabytes, and the hundred bytes that had room again.
      assert.equal(size, 4_000_100);
    }),
);

limited(
  "a packed file that has no room refuses what comes then",
  () =>
    withFile("x.json.gz", async (path) => {
      const { refused, size } = await onFullDisk(path);
      assert.ok(refused.length > 0);
      for (const line of refused) {
        assert.match(line, /output_refused can't write .*x\.json\.gz: File too/);
      }
      assert.ok(size <= 4096 * 1024);
    }),
);

Deno.test("a file in a folder that is missing can't be opened", async () => {
  const file = fileSink(`${await Deno.makeTempDir()}/missing/samples.json`);
  await assert.rejects(file.open(), /^Error: its folder does not exist$/);
  await file.close();
});

Deno.test("what is written stands in the file in its order", () =>
  withFile("x", async (path) => {
    const file = fileSink(path);
    await file.open();
    for (let i = 0; i < 3; i++) await file.write(some);
    await file.close();
    assert.equal(await Deno.readTextFile(path), "some bytes\n".repeat(3));
  }));
