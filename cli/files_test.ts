import assert from "node:assert/strict";
import { checkInside, checkWritable, folderOf, OutputError, writeWhole } from "./files.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes a link: `Deno.symlink` itself needs more permissions than tests have. */
async function link(target: string, path: string): Promise<void> {
  const { success } = await new Deno.Command("bash", {
    args: ["-c", 'ln -s "$1" "$2"', "-", target, path],
  }).output();
  assert.ok(success);
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

Deno.test("a file is written whole, over what was there, and leaves nothing beside it", async () => {
  await inFolder(async (folder) => {
    await writeWhole(`${folder}/a.json`, "one");
    await writeWhole(`${folder}/a.json`, "two");
    assert.equal(await Deno.readTextFile(`${folder}/a.json`), "two");
    assert.deepEqual(names(folder), ["a.json"]);
  });
});

Deno.test("a file that can't be written is named, and nothing is half-written", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/taken`);
    for (const path of [`${folder}/no/such/a.json`, `${folder}/taken`]) {
      await assert.rejects(writeWhole(path, "x"), (error) => {
        assert.ok(error instanceof OutputError);
        assert.ok(error.message.startsWith(`cannot write ${path}: `), error.message);
        return true;
      });
      await assert.rejects(checkWritable(path), OutputError);
    }
    assert.deepEqual(names(folder), ["taken"]);
    await checkWritable(`${folder}/new.json`);
  });
});

Deno.test("a script's files stay below the folders it may write to, links followed", async () => {
  await inFolder(async (folder) => {
    const allowed = `${folder}/allowed`;
    await Deno.mkdir(`${allowed}/deep`, { recursive: true });
    await Deno.mkdir(`${folder}/allowed-not`);
    await link(folder, `${allowed}/out`);
    await checkInside(`${allowed}/a.txt`, [allowed]);
    await checkInside(`${allowed}/deep/../deep/a.txt`, [allowed]);
    for (
      const path of [
        `${folder}/a.txt`,
        `${allowed}/../a.txt`,
        `${allowed}/out/a.txt`,
        `${folder}/allowed-not/a.txt`,
        `${allowed}/missing/a.txt`,
        `${allowed}/a\0.txt`,
        "/etc/a.txt",
      ]
    ) {
      await assert.rejects(checkInside(path, [allowed]), OutputError, path);
    }
  });
});

Deno.test("the folder of a path is what stands before its name", () => {
  const cases = [["a.ts", "."], ["dir/a.ts", "dir"], ["/a.ts", "/"], ["./x/y/a.ts", "./x/y"]];
  for (const [path, folder] of cases) assert.equal(folderOf(path!), folder);
});
