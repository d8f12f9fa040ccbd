import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { NO_SECRETS } from "../secrets.ts";
import { open } from "./open.ts";
import { ScriptScope } from "./script_scope.ts";

/** Runs `topLevel` as that of a script in a new folder with `data.txt`. */
async function inScript(topLevel: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(join(dir, "data.txt"), "täxt");
  const registry = new Registry();
  const context = newContext(registry, registry.tags, dir);
  try {
    const scope = new ScriptScope(NO_SECRETS);
    await runInContext(
      context,
      () => scope.init(() => new Promise<void>((resolve) => resolve(topLevel(dir)))),
    );
  } finally {
    closeContext(context);
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("open reads text and bytes, from the script's folder or by URL", async () => {
  await inScript((dir) => {
    const path = join(dir, "data.txt");
    for (const name of ["data.txt", "./data.txt", path, pathToFileURL(path).href]) {
      assert.equal(open(name), "täxt");
      assert.deepEqual(new Uint8Array(open(name, "b")), new TextEncoder().encode("täxt"));
    }
    assert.equal(open(pathToFileURL(path)), "täxt");
  });
});

Deno.test("a file is read once, however often it is opened, until its bytes are given away", async () => {
  await inScript((dir) => {
    const bytes = open("data.txt", "b");
    assert.equal(open("data.txt"), "täxt");
    Deno.writeTextFileSync(join(dir, "data.txt"), "other");
    assert.equal(open("./data.txt"), "täxt");
    assert.equal(open("data.txt", "b"), bytes);
    bytes.transfer();
    assert.equal(open("data.txt", "b").byteLength, 5);
  });
});

Deno.test("what can't be opened is named, with what to do", async () => {
  await inScript((dir) => {
    assert.throws(() => open("nope.txt"), {
      code: "file_not_found",
      phase: "open",
      message: `Can't open ${join(dir, "nope.txt")}: no such file`,
    });
    assert.throws(() => open("."), { code: "is_directory" });
    assert.throws(() => open("/etc/hostname"), {
      code: "permission_denied",
      message: "Can't open /etc/hostname: the run may not read it, add --allow-read=/etc/hostname",
    });
    const loose = open as unknown as (...args: unknown[]) => unknown;
    for (const args of [[""], [5], ["a\0b"], ["https://h/x"], ["data.txt", "x"]]) {
      assert.throws(() => loose(...args), { code: "option_invalid" }, String(args));
    }
  });
});

Deno.test("outside a script's top level open says where to call it", () => {
  const context = newContext(new Registry());
  runInContext(context, () => {
    assert.throws(() => open("data.txt"), {
      code: "not_in_init",
      message: "open works only while the script loads, not in setup or an iteration: " +
        "call it at the script's top level and use there what it gives",
    });
  });
  closeContext(context);
});
