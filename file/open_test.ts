import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { inFolder } from "./_files_for_tests.ts";
import { open } from "./mod.ts";

Deno.test("a handle knows the file's path and size", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "héllo");
    const file = await open(`${folder}/x`);
    assert.deepEqual([file.path, file.size, file.mode], [`${folder}/x`, 6, "read"]);
    assert.equal((await file.stat()).size, 6);
  }));

Deno.test("a relative path starts at the script's folder, outside a run at the current one", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/scripts`);
    await Deno.writeTextFile(`${folder}/x`, "above");
    await Deno.writeTextFile(`${folder}/scripts/x`, "beside");
    const registry = new Registry();
    const context = newContext(registry, registry.tags, `${folder}/scripts`);
    await runInContext(context, async () => {
      assert.equal(await (await open("./x")).text(), "beside");
      assert.equal(await (await open("x")).text(), "beside");
      assert.equal(await (await open("../x")).text(), "above");
      assert.equal(await (await open(`${folder}/x`)).text(), "above");
      assert.equal((await open("./x")).path, `${folder}/scripts/x`);
    });
    assert.match(await (await open("deno.json")).text(), /@downpour\/downpour/);
  }));

Deno.test("a file: URL is a path", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a b`, "spaced");
    assert.equal(await (await open(new URL(`file://${folder}/a%20b`))).text(), "spaced");
    await assert.rejects(open(new URL("https://host/x")), {
      name: "OptionError",
      message: "path must be a path or a file: URL: https://host/x",
    });
    await assert.rejects(open(new URL(`file://${folder}/a%2Fb`)), { name: "OptionError" });
  }));

Deno.test("what is no path is told as such", async () => {
  for (const path of ["", "a\0b", 7, null, undefined]) {
    await assert.rejects(open(path as string), { name: "OptionError", option: "path" });
  }
});

Deno.test("options that there are not are errors with the choices", async () => {
  const cases: [options: unknown, message: string][] = [
    [{ mode: "rw" }, 'mode must be one of read, write, append: "rw"'],
    [{ mode: null }, "mode must be one of read, write, append: null"],
    [{ mod: "read" }, "open has no option mod: did you mean mode"],
    [{ truncate: true }, "open has no option truncate: it has mode"],
    [null, "open takes an object of options: null"],
    ["r", "open takes an object of options: r"],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(open("deno.json", options as object), { name: "OptionError", message });
  }
});

Deno.test("what can't be opened is an error of its kind that names the file", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x`, "");
    const cases: [path: string, mode: "read" | "write" | "append", code: string, why: string][] = [
      ["none", "read", "file_not_found", "no such file"],
      ["none/x", "write", "file_not_found", "its folder does not exist"],
      ["x/y", "read", "file_not_found", "a part of its path is a file, not a folder"],
      ["", "read", "is_directory", "it is a folder"],
      ["", "write", "is_directory", "it is a folder"],
      ["", "append", "is_directory", "it is a folder"],
    ];
    for (const [name, mode, code, why] of cases) {
      const path = `${folder}/${name}`;
      await assert.rejects(open(path, { mode }), {
        name: "FileError",
        code,
        path,
        phase: "open",
        message: `cannot open ${path}: ${why}`,
      });
    }
  }));

Deno.test("a pipe is refused at once instead of waited for", () =>
  inFolder(async (folder) => {
    await new Deno.Command("bash", { args: ["-c", 'mkfifo "$0/pipe"', folder] }).output();
    await assert.rejects(open(`${folder}/pipe`), {
      code: "file_failed",
      message: `cannot open ${folder}/pipe: it is a device or a pipe`,
    });
  }));

Deno.test({
  name: "without permission the error says what to run with",
  permissions: { read: [], write: [] },
  fn: async () => {
    await assert.rejects(open("/data/x.bin"), {
      name: "FileError",
      code: "permission_denied",
      message: "cannot open /data/x.bin: no permission, run with --allow-read=/data/x.bin",
    });
    await assert.rejects(open("/data/x.bin", { mode: "write" }), {
      code: "permission_denied",
      message: "cannot open /data/x.bin: no permission, run with --allow-write=/data/x.bin",
    });
  },
});
