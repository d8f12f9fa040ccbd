import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { bundleScript, compileScript, ScriptError } from "./mod.ts";
import { type Scripts, scripts } from "./_scripts_for_tests.ts";

const EXTERNALS = ["k6", "k6/metrics", "k6/x/net/http", "@downpour/downpour/http"];
const modules = {
  k6: { check: "our check" },
  "k6/metrics": {},
  "k6/x/net/http": { default: "our http" },
  "@downpour/downpour/http": { Client: "our Client" },
};

/** Bundling `file` fails with `code` and a message that is `expected`, `<dir>` being the folder. */
async function fails(at: Scripts, file: string, code: string, expected: string): Promise<void> {
  await assert.rejects(bundleScript(at.path(file), EXTERNALS), (error: unknown) => {
    assert.ok(error instanceof ScriptError, String(error));
    assert.deepEqual([error.code, error.message.replaceAll(at.dir, "<dir>")], [code, expected]);
    return true;
  });
}

Deno.test("a script is bundled with its local modules, and script modules stay imports", async () => {
  await using at = await scripts({
    "load.ts": [
      `#!/usr/bin/env deno`,
      `import http from "k6/x/net/http";`,
      `import { Client } from "@downpour/downpour/http";`,
      `import { check } from "k6";`,
      `import type { Shape } from "k6/nowhere";`,
      `import { sep } from "node:path/posix";`,
      `import data from "./data.json" with { type: "json" };`,
      `import { double } from "./lib/double.ts";`,
      `const shape: Shape = double(data.n);`,
      `export const seen = [http, Client, check, sep, shape];`,
      `export { lib } from "./lib/double.ts";`,
      `export const main = import.meta.main, dir = import.meta.dirname;`,
      `export default function () {}`,
    ].join("\n"),
    "data.json": `{ "n": 21 }`,
    "lib/double.ts":
      `export const double = (n: number): number => n * 2; export const lib = import.meta.dirname;`,
  });
  for (const path of [at.path("load.ts"), pathToFileURL(at.path("load.ts")).href]) {
    const bundle = await bundleScript(path, EXTERNALS);
    assert.equal(bundle.entry, at.path("load.ts"));
    assert.deepEqual(
      JSON.parse(bundle.map).sources,
      ["load.ts", "data.json", "lib/double.ts"].map((name) => at.path(name)),
    );
    assert.doesNotMatch(bundle.code, /sourceMappingURL/);
    const script = await compileScript(bundle, modules);
    assert.deepEqual([...script.exportNames].sort(), ["default", "dir", "lib", "main", "seen"]);
    const { default: main, ...exports } = await script.instantiate();
    assert.equal(typeof main, "function");
    assert.deepEqual(exports, {
      seen: ["our http", "our Client", "our check", "/", 42],
      lib: at.path("lib"),
      main: false,
      dir: at.dir,
    });
  }
});

Deno.test("a script that is not there is named, with a similar file of its folder", async () => {
  await using at = await scripts({ "load.ts": "", "sub/x.ts": "" });
  await fails(
    at,
    "laod.ts",
    "script_not_found",
    "Script not found: <dir>/laod.ts (did you mean <dir>/load.ts?)",
  );
  await fails(at, "other_name.ts", "script_not_found", "Script not found: <dir>/other_name.ts");
  await fails(at, "no/where.ts", "script_not_found", "Script not found: <dir>/no/where.ts");
  await fails(at, "sub", "script_not_found", "Script is not a file: <dir>/sub");
});

Deno.test("a syntax error shows file, line, column and the source line", async () => {
  await using at = await scripts({
    "load.ts": `let a = 1;\nexport default function ( { };\n`,
    "outer.ts": `import "./lib/bad.ts";`,
    "lib/bad.ts": `const x: number = ;`,
    "json.ts": `import d from "./bad.json" with { type: "json" };\nexport default d;`,
    "bad.json": `{ "a": 1, }`,
    "assign.ts": `import { x } from "./x.ts";\nx = 4;\nexport default x;`,
    "x.ts": `export let x = 1;`,
  });
  await fails(
    at,
    "load.ts",
    "script_syntax",
    `Syntax error: Expected ',', got ';' in <dir>/load.ts:2:30\n` +
      `  2 | export default function ( { };\n    |                              ^`,
  );
  await fails(
    at,
    "outer.ts",
    "script_syntax",
    `Syntax error: Expression expected in <dir>/lib/bad.ts:1:19\n` +
      `  1 | const x: number = ;\n    |                   ^`,
  );
  await fails(
    at,
    "json.ts",
    "script_syntax",
    `JSON does not support trailing commas in <dir>/bad.json:1:9\n` +
      `  1 | { "a": 1, }\n    |         ^`,
  );
  await fails(at, "assign.ts", "script_syntax", `Cannot assign to import "x" in <dir>/assign.ts`);
});

Deno.test("an import that can't be resolved is named with its place and the nearest that exists", async () => {
  const use = `\nexport default x;`;
  await using at = await scripts({
    "missing.ts": `// first\nimport { x } from "./lib/utils.ts";${use}`,
    "lib/util.ts": `export const y = 1;`,
    "export.ts": `import { x } from "./lib/util.ts";${use}`,
    "bare.ts": `import x from "lodash";${use}`,
    "near.ts": `import x from "k6/metrcs";${use}`,
    "far.ts": `import "./far2.ts"; export {}`,
    "far2.ts": `let q = 1; import x from "@downpour/downpour/zzzzzzzzzzzz"; console.log(x, q)`,
    "dynamic.ts": `export default async () => await import("k6/metric");`,
    "builtin.ts": `import x from "node:pth";${use}`,
  });
  await fails(
    at,
    "missing.ts",
    "script_import",
    `Can't resolve import "./lib/utils.ts" in <dir>/missing.ts:2:19: no such file ` +
      `(did you mean ./lib/util.ts?)\n` +
      `  2 | import { x } from "./lib/utils.ts";\n    |                   ^`,
  );
  await fails(
    at,
    "export.ts",
    "script_import",
    `<dir>/lib/util.ts has no export named x, imported in <dir>/export.ts:1:19\n` +
      `  1 | import { x } from "./lib/util.ts";\n    |                   ^`,
  );
  await fails(
    at,
    "bare.ts",
    "script_import",
    `Can't resolve import "lodash" in <dir>/bare.ts:1:15 ` +
      `(an npm package is written "npm:lodash", a builtin module "node:lodash")\n` +
      `  1 | import x from "lodash";\n    |               ^`,
  );
  await fails(
    at,
    "near.ts",
    "script_import",
    `Unknown script module: "k6/metrcs", imported in <dir>/near.ts:1:1 (did you mean k6/metrics? ` +
      `there are ${EXTERNALS.join(", ")})\n  1 | import x from "k6/metrcs";\n    | ^`,
  );
  await fails(
    at,
    "far.ts",
    "script_import",
    `Unknown script module: "@downpour/downpour/zzzzzzzzzzzz", imported in <dir>/far2.ts:1:12 ` +
      `(there are ${EXTERNALS.join(", ")})\n` +
      `  1 | let q = 1; import x from "@downpour/downpour/zzzzzzzzzzzz"; console.log(x, q)\n` +
      `    |            ^`,
  );
  await assert.rejects(
    bundleScript(at.path("dynamic.ts"), EXTERNALS),
    /did you mean k6\/metrics\?/,
  );
  await assert.rejects(bundleScript(at.path("builtin.ts"), EXTERNALS), {
    code: "script_import",
    message: /^Can't resolve import "node:pth" in .*builtin\.ts:1:1/,
  });
});

Deno.test("messages name files the way the script was typed", async () => {
  await using at = await scripts({
    "a/load.ts": `import "./lib/x.ts"; export {}`,
    "a/lib/x.ts": `import y from "./y.ts"; console.log(y)`,
  });
  const typed = `${Deno.cwd().split("/").slice(1).map(() => "..").join("/")}${
    at.path("a/load.ts")
  }`;
  await assert.rejects(bundleScript(typed, EXTERNALS), {
    message: new RegExp(`in ${typed.replace("load.ts", "lib/x.ts").replaceAll(".", "\\.")}:1:15`),
  });
});

Deno.test("remote imports are refused before anything is fetched", async () => {
  let asked = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    asked++;
    return new Response("export default 1");
  });
  const url = `http://127.0.0.1:${server.addr.port}/x.js`;
  await using at = await scripts({
    "comment.ts": `// import x from "${url}";\nexport const s = 'import x from "${url}"';`,
    "static.ts": `// import x from "${url}"\nimport x from "${url}";\nexport default x;`,
    "nested.ts": `import x from "./lib/inner.ts";\nexport default x;`,
    "lib/inner.ts": `export { default } from "${url}";`,
    "dynamic.ts": `export default () => import("${url}");`,
    "jsr.ts": `import { x } from "jsr:@std/assert";\nexport default x;`,
  });
  const denied = (specifier: string, place: string) =>
    `Remote import denied: "${specifier}", imported in <dir>/${place} ` +
    `(nothing locks what it would load: use a local file or an npm: package)\n`;
  const line = (text: string, column: number, number = 1) =>
    `  ${number} | ${text}\n    | ${" ".repeat(column - 1)}^`;
  const refused = (file: string, message: string) => fails(at, file, "script_import", message);
  await refused(
    "static.ts",
    denied(url, "static.ts:2:15") + line(`import x from "${url}";`, 15, 2),
  );
  await refused(
    "nested.ts",
    denied(url, "lib/inner.ts:1:25") + line(`export { default } from "${url}";`, 25),
  );
  await refused(
    "dynamic.ts",
    denied(url, "dynamic.ts:1:29") + line(`export default () => import("${url}");`, 29),
  );
  await refused(
    "jsr.ts",
    denied("jsr:@std/assert", "jsr.ts:1:19") + line(`import { x } from "jsr:@std/assert";`, 19),
  );
  await bundleScript(at.path("comment.ts"), EXTERNALS);
  assert.equal(asked, 0);
});
