import assert from "node:assert/strict";
import { checkBlocks, checkModuleDoc, ownLintErrors } from "./check_docs.ts";

const block = (code: string, language = "ts") => `\`\`\`${language}\n${code}\n\`\`\`\n`;

Deno.test("a block that asserts is fine, one that doesn't is a problem", () => {
  for (const code of ["assert.equal(a, 1);", "assert(a);", "await assert.rejects(f);"]) {
    assert.deepEqual(checkBlocks("docs/a.md", block(code)).problems, []);
  }
  assert.deepEqual(checkBlocks("docs/a.md", "\n" + block('import assert from "x";')).problems, [
    "docs/a.md:2: the block asserts nothing",
  ]);
});

Deno.test("a load script needs no assertion", () => {
  for (const code of ["export default function main() {}", "export default async function () {}"]) {
    assert.deepEqual(checkBlocks("README.md", block(code)).problems, []);
  }
});

Deno.test("blocks that aren't code are left alone", () => {
  const found = checkBlocks("README.md", block("ls", "sh") + block("out", ""));
  assert.deepEqual(found, { problems: [], blocks: 0, ignored: 0 });
});

Deno.test("ignored blocks are counted, and refused in the README", () => {
  const text = block("a", "ts ignore");
  assert.deepEqual(checkBlocks("docs/a.md", text), { problems: [], blocks: 1, ignored: 1 });
  assert.deepEqual(checkBlocks("README.md", text).problems, [
    "README.md:1: a block in the README is ignored",
  ]);
});

Deno.test("blocks of doc comments are checked by the same rules", () => {
  const source = "/**\n * ```ts\n * a();\n * ```\n */\nexport const a = 1;\n";
  assert.deepEqual(checkBlocks("net/a.ts", source).problems, [
    "net/a.ts:2: the block asserts nothing",
  ]);
});

Deno.test("an exported module has a text with a running example", () => {
  const doc = (language: string) =>
    `/**\n * Net.\n *\n * \`\`\`${language}\n * x\n * \`\`\`\n *\n * @module\n */`;
  assert.deepEqual(checkModuleDoc("net/mod.ts", doc("ts")), []);
  assert.deepEqual(checkModuleDoc("cli.ts", doc("sh")), []);
  const missing = ["net/mod.ts:1: the @module text has no running example"];
  assert.deepEqual(checkModuleDoc("net/mod.ts", doc("sh")), missing);
  assert.deepEqual(checkModuleDoc("net/mod.ts", doc("ts ignore")), missing);
  assert.deepEqual(checkModuleDoc("net/mod.ts", "export {};"), ["net/mod.ts:1: no @module text"]);
});

Deno.test("what the lint says of packages' own types is left out", () => {
  const at = (path: string) => `error[missing-jsdoc]: no docs\n --> ${path}:3:1\n  |\n3 | x\n`;
  const output = `${at("/cache/npm/core.d.ts")}\n${at("/pkg/net/a.ts")}\nerror: Found 2 errors.\n`;
  const found = ownLintErrors(output, "file:///pkg/");
  assert.equal(found.length, 1);
  assert.match(found[0]!, /net\/a\.ts:3:1[\s\S]*x$/);
});
