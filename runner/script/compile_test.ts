import assert from "node:assert/strict";
import { bundleScript, compileScript, ScriptError, type ScriptModules } from "./mod.ts";
import { scripts } from "./_scripts_for_tests.ts";

const plain = (code: string, modules: ScriptModules = {}) =>
  compileScript({ entry: "/load.js", code, map: "" }, modules);

/** The error that `fn` throws or rejects with. */
async function thrownBy(fn: () => unknown): Promise<unknown> {
  try {
    await fn();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("each instance has module state of its own", async () => {
  const script = await plain(
    `let n = 0; export const seen = []; export default () => seen.push(++n);`,
  );
  const [a, b] = [await script.instantiate(), await script.instantiate()];
  const call = (of: typeof a) => (of["default"] as () => number)();
  call(a);
  call(a);
  call(b);
  assert.deepEqual([a["seen"], b["seen"]], [[1, 2], [1]]);
});

Deno.test("a thousand instances share one compilation", async () => {
  // A function of 2 MB of text: copies of its code would show in the heap.
  const body = Array.from(
    { length: 20_000 },
    (_, i) => `if (x === ${i}) return "a${i}" + x + ${i};`,
  );
  const script = await plain(`export default function big(x) {\n${body.join("\n")}\n}`);
  const before = Deno.memoryUsage().heapUsed;
  const instances = [];
  for (let i = 0; i < 1000; i++) instances.push(await script.instantiate());
  const results = instances.map((each) => (each["default"] as (x: number) => string)(19_999));
  assert.deepEqual(new Set(results), new Set(["a199991999919999"]));
  assert.equal(new Set(instances.map((each) => each["default"])).size, 1000);
  const grownMiB = (Deno.memoryUsage().heapUsed - before) / 2 ** 20;
  assert.ok(grownMiB < 200, `heap grew by ${grownMiB} MiB`);
});

Deno.test("an instance can't change what other instances import", async () => {
  const script = await plain(
    `import * as k6 from "k6"; export const change = () => { k6.check = 1 }; export { k6 };`,
    { k6: { check: "ours" } },
  );
  const exports = await script.instantiate();
  assert.throws(exports["change"] as () => void, TypeError);
  assert.equal((exports["k6"] as { check: string }).check, "ours");
  assert.throws(() => Object.assign(exports, { k6: 1 }), TypeError);
});

Deno.test("a missing export names module, name and the nearest one", async () => {
  const modules = { k6: { check: 1, sleep: 2, default: 3 } };
  await assert.rejects(plain(`import { chekc } from "k6"; chekc`, modules), (error: unknown) => {
    assert.ok(error instanceof ScriptError);
    assert.equal(error.code, "script_import");
    assert.equal(
      error.message,
      "k6 has no export named chekc, imported in /load.js (did you mean check?)",
    );
    return true;
  });
  await assert.rejects(plain(`export { qqqqqqqqq } from "k6";`, modules), {
    message: /no export named qqqqqqqqq.*\(there are check, sleep\)/,
  });
  await assert.rejects(plain(`import fs from "k6/data"; fs`, modules), {
    code: "script_import",
    message: /Unknown script module: "k6\/data"/,
  });
  await assert.rejects(plain(`import { toString } from "k6"; toString`, modules), {
    code: "script_import",
  });
  await assert.rejects(plain(`import "__proto__";`, modules), { code: "script_import" });
  await assert.rejects(plain(`import { jion } from "node:path"; jion`), {
    message: /node:path has no export named jion.*did you mean join/,
  });
});

Deno.test("what a script throws is described at its place in the TypeScript file", async () => {
  await using at = await scripts({
    "load.ts": [
      `import { call } from "k6";`,
      `import { parse } from "./lib/parse.ts";`,
      `interface Unused { a: string }`,
      ``,
      `type Also = Unused | null;`,
      `export function direct(value: Also): void {`,
      `  throw new RangeError("far out");`,
      `}`,
      `export default async function (): Promise<void> {`,
      `  await null;`,
      `  call(() => parse("{"));`,
      `}`,
      `export async function caused() {`,
      `  try { await Promise.resolve().then(() => parse("[")); } catch (cause) {`,
      `    throw new Error("outer", { cause });`,
      `  }`,
      `}`,
    ].join("\n"),
    "lib/parse.ts": [
      `export type Json = unknown;`,
      ``,
      `export function parse(text: string): Json {`,
      `  return JSON.parse(text);`,
      `}`,
    ].join("\n"),
  });
  const bundle = await bundleScript(at.path("load.ts"), ["k6"]);
  const script = await compileScript(bundle, { k6: { call: (fn: () => void) => fn() } });
  const exports = await script.instantiate();
  const describe = async (name: string) =>
    script.describeStack(await thrownBy(exports[name] as () => unknown))
      .replaceAll(at.dir, "<dir>").split("\n");

  assert.deepEqual(await describe("direct"), [
    "RangeError: far out",
    "    at direct (<dir>/load.ts:7:9)",
  ]);
  const [message, ...frames] = await describe("default");
  assert.match(message!, /^SyntaxError: .*JSON/);
  assert.deepEqual(frames, [
    "    at parse (<dir>/lib/parse.ts:4:15)",
    "    at <dir>/load.ts:11:14",
    "    at default (<dir>/load.ts:11:3)",
  ]);
  const caused = await describe("caused");
  assert.deepEqual(
    caused.slice(0, 2),
    ["Error: outer", "    at async caused (<dir>/load.ts:15:11)"]
      .map((line) => line.replace("async ", "")),
  );
  assert.match(caused[2]!, /^Caused by: SyntaxError/);
  assert.equal(caused[3], "    at parse (<dir>/lib/parse.ts:4:15)");
});

Deno.test("a throw at the top level, in the first line too, is described at its place", async () => {
  await using at = await scripts({ "load.ts": `const a: number = 1; throw new Error("top" + a);` });
  const script = await compileScript(await bundleScript(at.path("load.ts"), []), {});
  const error = await thrownBy(() => script.instantiate());
  assert.equal(
    script.describeStack(error).replace(at.dir, "<dir>"),
    "Error: top1\n    at <dir>/load.ts:1:28",
  );
  const [, line, column] = /bundle=\d+:(\d+):(\d+)/.exec((error as Error).stack!)!;
  assert.equal(
    (await bundleScript(at.path("load.ts"), [])).code.split("\n")[Number(line) - 1]!.slice(
      Number(column) - 1,
      Number(column) + 8,
    ),
    "new Error",
  );
});

Deno.test("whatever is thrown can be described", async () => {
  const script = await plain(``);
  const loop = new Error("loop");
  loop.cause = loop;
  const hostile = new Error("x");
  Object.defineProperty(hostile, "stack", {
    get: () => {
      throw 1;
    },
  });
  Object.defineProperty(hostile, "cause", {
    get: () => {
      throw 2;
    },
  });
  const unprintable = new Error("y");
  Object.defineProperty(unprintable, "message", {
    get: () => {
      throw 3;
    },
  });
  const table: [unknown, string][] = [
    ["text", "Thrown: text"],
    [undefined, "Thrown: undefined"],
    [null, "Thrown: null"],
    [{ a: 1 }, "Thrown: { a: 1 }"],
    [Symbol("s"), "Thrown: Symbol(s)"],
    [new Error("plain"), "Error: plain"],
    [loop, "Error: loop"],
    [hostile, "Error: x"],
    [unprintable, "Error"],
    [new Error("a", { cause: "b" }), "Error: a\nCaused by: Thrown: b"],
    [Object.assign(new Error("z"), { stack: 5 }), "Error: z"],
    [Object.assign(new Error("z"), { stack: "z\n    at f (/load.js?bundle=1:x)" }), "Error: z"],
  ];
  for (const [error, expected] of table) assert.equal(script.describeStack(error), expected);
});

Deno.test("a bundle with a broken source map still runs", async () => {
  for (
    const map of ["", "{", "[]", `{"version":3}`, `{"version":3,"sources":[],"mappings":"@@"}`]
  ) {
    const script = await compileScript({
      entry: "/load.js",
      code: `export const f = () => { throw new Error("x") }`,
      map,
    }, {});
    const { f } = await script.instantiate();
    assert.equal(script.describeStack(await thrownBy(f as () => void)), "Error: x", map);
  }
});
