import assert from "node:assert/strict";
import { compileScript } from "./mod.ts";
import { wrapModule } from "./wrap.ts";

const modules = {
  k6: { check: "check", sleep: "sleep", group: "group", "odd name": "odd", default: "k6 default" },
  "k6/metrics": { Trend: "Trend", Rate: "Rate" },
};

/** The exports of one instance, as plain values. */
async function run(code: string): Promise<Record<string, unknown>> {
  const script = await compileScript({ entry: "/dir/load.ts", code, map: "" }, modules);
  const exports = await script.instantiate();
  assert.deepEqual(Object.keys(exports).sort(), [...script.exportNames].sort());
  return Object.fromEntries(Object.entries(exports));
}

Deno.test("every form of import is bound", async () => {
  const table: [string, string, unknown][] = [
    [`import "k6";`, `1`, 1],
    [`import a from "k6";`, `a`, "k6 default"],
    [`import { check } from "k6";`, `check`, "check"],
    [`import { check as a, sleep, } from 'k6'`, `[a, sleep]`, ["check", "sleep"]],
    [`import { default as a } from "k6";`, `a`, "k6 default"],
    [`import { "odd name" as a } from "k6";`, `a`, "odd"],
    [`import { 'odd name' as a } from "k6";`, `a`, "odd"],
    [`import * as ns from "k6";`, `({ ...ns })`, modules.k6],
    [`import a, * as ns from "k6";`, `[a, ns.sleep]`, ["k6 default", "sleep"]],
    [`import a, { check as b } from "k6";`, `[a, b]`, ["k6 default", "check"]],
    [`import from from "k6";`, `from`, "k6 default"],
    [`import { check as as } from "k6";`, `as`, "check"],
    [`import{check as $}from"k6";`, `$`, "check"],
    [
      `import {\n  // check } from "x"\n  check, /* sleep, */\n  group as ë,\n} from "k6";`,
      `[check, ë]`,
      [
        "check",
        "group",
      ],
    ],
    [`import { check } from "k6" with { type: "x" };`, `check`, "check"],
    [`import { check } from "k6"; import { check as c } from "k6";`, `check + c`, "checkcheck"],
    [`import { join } from "node:path/posix";`, `join("a", "b")`, "a/b"],
    [
      `import path from "node:path/posix"; import * as p from "node:path/posix";`,
      `path.sep + p.sep`,
      "//",
    ],
  ];
  for (const [statement, expression, expected] of table) {
    for (
      const code of [
        `${statement}\nexport const v = ${expression};`,
        `const v = ${expression};\n${statement}\nexport { v };`,
      ]
    ) {
      assert.deepEqual((await run(code))["v"], expected, code);
    }
  }
});

Deno.test("every form of export comes out", async () => {
  const table: [string, Record<string, unknown>][] = [
    [``, {}],
    [`export const a = 1, b = 2;`, { a: 1, b: 2 }],
    [`export let a = 1; export var b = a + 1;`, { a: 1, b: 2 }],
    [`export const { a, x: [b] } = { a: 1, x: [2] };`, { a: 1, b: 2 }],
    [`const a = 1; export { a };`, { a: 1 }],
    [`const a = 1; export { a as default, a as "odd } name", a as b }`, {
      default: 1,
      "odd } name": 1,
      b: 1,
    }],
    [`export { a, b };\nvar a = 1; const b = 2;`, { a: 1, b: 2 }],
    [`export default 5;`, { default: 5 }],
    [`export default { a: 1 }`, { default: { a: 1 } }],
    [`export { check } from "k6";`, { check: "check" }],
    [`export { check as default, default as d } from "k6";`, { default: "check", d: "k6 default" }],
    [`import d, { check, sleep as s } from "k6"; const a = 1; export { a, check, s as t, d }`, {
      a: 1,
      check: "check",
      t: "sleep",
      d: "k6 default",
    }],
    [`export * from "k6/metrics"; export const Rate = 1`, { Trend: "Trend", Rate: 1 }],
  ];
  for (const [code, expected] of table) assert.deepEqual(await run(code), expected, code);

  assert.equal(typeof (await run(`export async function* f() {}`))["f"], "function");
  assert.equal(typeof (await run(`export class C {}`))["C"], "function");
  assert.deepEqual(
    { ...(await run(`export * as ns from "k6/metrics"`))["ns"] as object },
    modules["k6/metrics"],
  );
  for (
    const code of [
      `export default function () { return 7 }`,
      `export default async function () { return 7 }`,
      `export default function named() { return 7 }\nnamed();`,
      `export default () => 7`,
      `export default async () => 7;`,
      `export { f as default }; function f() { return 7 }`,
    ]
  ) assert.equal(await ((await run(code))["default"] as () => unknown)(), 7, code);
  const named = (await run(`export default class Foo { static x = 3 }`))["default"] as {
    x: number;
  };
  assert.equal(named.x, 3);
});

Deno.test("exports are live and what they hold is seen through the instance", async () => {
  const code = `let n = 0; export { n }; export function bump() { n++ }`;
  const script = await compileScript({ entry: "/a.ts", code, map: "" }, {});
  const exports = await script.instantiate();
  (exports["bump"] as () => void)();
  assert.equal(exports["n"], 1);
});

Deno.test("text that looks like imports and exports is left alone", async () => {
  const code = [
    "const a = \"import x from 'k6'; export default 3\";",
    'const b = `import { y } from "k6" ${"import.meta"} export { a }`;',
    "// import z from 'nowhere'; export default 1",
    "/* export { q } import('x') import.meta */",
    'const c = /import x from "k6"/.source;',
    "const d = { import: 1, export: 2, default: 3 }; const e = d.import + d.export;",
    "const $____0 = 'taken', $_____1 = 1, $0 = 2;",
    "const f = '//# sourceMappingURL=data:nothing';",
    "export { a, b, c, e, f, $____0 as g };",
    "// the end",
  ].join("\n");
  assert.deepEqual(await run(code), {
    a: "import x from 'k6'; export default 3",
    b: 'import { y } from "k6" import.meta export { a }',
    c: 'import x from "k6"',
    e: 3,
    f: "//# sourceMappingURL=data:nothing",
    g: "taken",
  });
});

Deno.test("a statement without semicolon does not run into the one behind a removed import", async () => {
  const exports = await run(`const f = () => "a"\nimport "k6"\n("b")\nexport { f }\n["c"]`);
  assert.equal((exports["f"] as () => string)(), "a");
});

Deno.test("import.meta tells of the file and is never the main module", async () => {
  const { meta, url } = await run(
    `export const meta = { ...import.meta }; export const url = import.meta.resolve("./x.json"); import\n.meta;`,
  );
  const { resolve, ...rest } = meta as Record<string, unknown>;
  assert.equal(typeof resolve, "function");
  assert.deepEqual(rest, {
    url: "file:///dir/load.ts",
    filename: "/dir/load.ts",
    dirname: "/dir",
    main: false,
  });
  assert.equal(url, "file:///dir/x.json");
});

Deno.test("top-level await and the semantics of modules are kept", async () => {
  const { v } = await run(
    `export const v = await Promise.resolve([typeof this, (function () { return this })()]);`,
  );
  assert.deepEqual(v, ["undefined", undefined]);
  await assert.rejects(run(`undeclared = 1`), ReferenceError);
  await assert.rejects(run(`await null; throw new RangeError("at the top")`), RangeError);
});

Deno.test("a dynamic import gives script modules and builtins, and refuses the rest", async () => {
  const code =
    `export const get = (s) => import(s); export const k = (await import("k6")).check, p = (await import( /* x */ "node:path/posix" )).sep;`;
  const { get, k, p } = await run(code);
  assert.deepEqual([k, p], ["check", "/"]);
  const load = get as (specifier: string) => Promise<unknown>;
  for (
    const specifier of ["./other.ts", "https://example.com/x.ts", "node:nothing", "__proto__", ""]
  ) {
    await assert.rejects(load(specifier), { code: "script_import", message: /Can't import/ });
  }
});

Deno.test("a hashbang line does no harm", async () => {
  assert.deepEqual(await run(`#!/usr/bin/env -S deno run\nexport const a = 1`), { a: 1 });
});

Deno.test("lines and, behind the first line, columns stay where they were", async () => {
  const code = [
    `#!/usr/bin/env deno`,
    `import { check } from "k6"; const first = 1;`,
    `import {`,
    `  sleep,`,
    `} from "k6"; const second = [import.meta, import("k6"), check, sleep];`,
    `export default async function () { return second }`,
    `export { first, second }; const third = 3;`,
    `export const fourth = 4;`,
  ].join("\n");
  const { text, columnShift } = await wrapModule(code);
  const lines = text.split("\n");
  lines[0] = lines[0]!.slice(columnShift);
  assert.equal(lines.length, 9);
  for (const [i, line] of code.split("\n").entries()) {
    assert.equal(lines[i]!.length, line.length, line);
    for (
      const word of [
        "first = 1",
        "second = [",
        "check, sleep]",
        "return second",
        "third = 3",
        "fourth = 4",
      ]
    ) {
      assert.equal(lines[i]!.indexOf(word), line.indexOf(word), word);
    }
  }
});

Deno.test("what is not a module, and import phases, are errors", async () => {
  await assert.rejects(wrapModule(`import { from "k6`), { code: "script_syntax" });
  await assert.rejects(run(`const a = ;`), { code: "script_syntax" });
  await assert.rejects(wrapModule(`import defer * as a from "k6"`), {
    code: "script_import",
    message: "Import phase not supported: import defer",
  });
});
