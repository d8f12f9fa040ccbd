import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { scripts } from "./_scripts_for_tests.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MOD = new URL("mod.ts", import.meta.url).href;

/** Bundles and runs a script in a `deno` that may read everything, as the command line may; gives its exports as JSON. */
async function elsewhere(path: string): Promise<unknown> {
  const program = `
    import { bundleScript, compileScript } from ${JSON.stringify(MOD)};
    let result;
    try {
      const bundle = await bundleScript(${JSON.stringify(path)}, []);
      const { sources } = JSON.parse(bundle.map);
      result = { exports: await (await compileScript(bundle, {})).instantiate(), sources };
    } catch (error) {
      result = { code: error.code, message: error.message };
    }
    console.log(JSON.stringify(result));`;
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-run=deno", "-"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([
    child.output(),
    new Blob([program]).stream().pipeTo(child.stdin),
  ]);
  const decoder = new TextDecoder();
  assert.ok(output.success, decoder.decode(output.stderr));
  return JSON.parse(decoder.decode(output.stdout));
}

Deno.test("a script resolves imports by the deno.json of its own project", async () => {
  await using at = await scripts({
    "deno.json": `{ "imports": { "@/": "./lib/", "five": "./lib/five.ts" } }`,
    "load/load.ts":
      `import { x } from "@/x.ts"; import five from "five"; export const sum = x + five;`,
    "lib/x.ts": `const x: number = 4; export { x };`,
    "lib/five.ts": `export default 5 as const;`,
  });
  const sources = ["lib/x.ts", "lib/five.ts", "load/load.ts"].map((name) => at.path(name));
  assert.deepEqual(await elsewhere(at.path("load/load.ts")), { exports: { sum: 9 }, sources });
});

Deno.test("a script imports what its project has installed from npm", async () => {
  await using at = await scripts({
    "package.json": `{ "dependencies": { "left": "1.0.0" } }`,
    "node_modules/left/package.json": `{ "name": "left", "version": "1.0.0", "main": "main.js" }`,
    "node_modules/left/main.js": `exports.pad = (text) => require("./space").space + text;`,
    "node_modules/left/space.js": `exports.space = " ";`,
    "load.ts": `import { pad } from "left"; export const padded = pad("x");`,
  });
  const { exports } = await elsewhere(at.path("load.ts")) as { exports: unknown };
  assert.deepEqual(exports, { padded: " x" });
});

Deno.test("errors of a script with a project of its own are told like those of any", async () => {
  await using at = await scripts({
    "deno.json": "{}",
    "package.json": `{ "dependencies": { "tough-cookie": "6.1.0" } }`,
    "none.ts": `import { y } from "./lib/x.ts"; y();`,
    "lib/x.ts": `export const x = 1;`,
    "syntax.ts": `let a = ;`,
    "name.ts": `export { a } from "not-there";`,
    "file.ts": `import "./lib/z.ts";`,
    "package.ts": `import { CookieJar } from "tough-cookie"; new CookieJar();`,
  });
  const cases: [file: string, code: string, message: string][] = [
    [
      "none.ts",
      "script_import",
      `<dir>/lib/x.ts has no export named y, imported in <dir>/none.ts:1:19`,
    ],
    ["syntax.ts", "script_syntax", `Syntax error: Expression expected in <dir>/syntax.ts:1:9`],
    ["name.ts", "script_import", `Can't resolve import "not-there" in <dir>/name.ts:1:19`],
    [
      "file.ts",
      "script_import",
      `Can't resolve import "./lib/z.ts" in <dir>/file.ts:1:8: no such file (did you mean ./lib/x.ts?)`,
    ],
    [
      "package.ts",
      "script_import",
      `Can't resolve import "tough-cookie" in <dir>/package.ts:1:27: package.json names it, but ` +
      `it is not installed (run "deno install" there)`,
    ],
  ];
  await Promise.all(cases.map(async ([file, code, expected]) => {
    const found = await elsewhere(at.path(file)) as { code: string; message: string };
    const message = found.message.replaceAll(at.dir, "<dir>");
    assert.deepEqual([found.code, message.slice(0, expected.length)], [code, expected]);
  }));
});

Deno.test("a script without a project imports npm packages by their specifier", async () => {
  await using at = await scripts({
    "load.ts":
      `import { Cookie } from "npm:tough-cookie@6.1.0"; export const name = Cookie.parse("a=b")?.key;`,
  });
  const { exports } = await elsewhere(at.path("load.ts")) as { exports: unknown };
  assert.deepEqual(exports, { name: "a" });
});
