import assert from "node:assert/strict";
import plugin from "./lint_plugin.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** `rule: message` of each finding in a file that holds `source`. */
function lint(file: string, source: string): string[] {
  const found = Deno.lint.runPlugin(plugin, ROOT + file, source);
  return found.map(({ id, message }) => `${id}: ${message}`);
}

const LAYER = "downpour/layers: net may not import http";

for (
  const source of [
    'import { a } from "../http/mod.ts"; a;',
    'import type { A } from "../http/mod.ts";',
    'import "../http/mod.ts";',
    'export { a } from "../http/mod.ts";',
    'export * from "../http/mod.ts";',
    'await import("../http/mod.ts");',
    'type A = import("../http/mod.ts").A;',
  ]
) {
  Deno.test(`the layers rule sees ${source}`, () => {
    assert.deepEqual(lint("net/x.ts", source), [LAYER]);
  });
}

Deno.test("the layers rule leaves allowed, computed and local things alone", () => {
  const source = 'import { a } from "./y.ts"; export const b = a; const n = "x"; await import(n);';
  assert.deepEqual(lint("net/x.ts", source), []);
});

Deno.test("a file may have 320 lines and not one more", () => {
  assert.deepEqual(lint("net/x.ts", "1;\n".repeat(320)), []);
  const over = "1;\n".repeat(321);
  assert.deepEqual(lint("net/x.ts", over), [
    "downpour/max-lines: 321 lines are more than 320: split it",
  ]);
  assert.deepEqual(lint("net/x.gen.ts", over), []);
});

Deno.test("only programs and tests print", () => {
  const source = "console.log(1);";
  assert.deepEqual(lint("net/x.ts", source), [
    "downpour/console: the library doesn't print: return it or report it",
  ]);
  for (const file of ["cli.ts", "cli/x.ts", "tools/x.ts", "bench/x.ts", "net/testdata/x.ts"]) {
    assert.deepEqual(lint(file, source), []);
  }
});

Deno.test("the keyword private is found on fields, methods and parameters", () => {
  const source = "class A { private a = 1; private b() {} constructor(private c: 1) {} #d = 2; }";
  const message = "downpour/hash-private: private members are written #name";
  assert.deepEqual(lint("net/x.ts", source), [message, message, message]);
});

Deno.test("names of variables, functions, parameters and types are in camel case", () => {
  const source = "const a_b = 1; function c_d(e_f: 1) {} const g = (h_i: 1) => 1; class J_K {}" +
    "type l_m = 1;";
  const names = ["a_b", "c_d", "e_f", "h_i", "l_m"];
  const expected = names.map((name) => `downpour/camel-case: ${name} is not in camel case`);
  assert.deepEqual(lint("net/x.ts", source), expected);
});

Deno.test("properties, constants and private-looking names may have underscores", () => {
  const source = "const A_B = 1; const o = { http_reqs: 1 }; o.http_reqs; const _c = 1;" +
    "interface D { e_f: 1 } const { g_h: i } = j;";
  assert.deepEqual(lint("net/x.ts", source), []);
});
