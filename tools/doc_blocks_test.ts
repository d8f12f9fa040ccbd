import assert from "node:assert/strict";
import { commentBlocks, isCode, isIgnored, markdownBlocks, moduleDoc } from "./doc_blocks.ts";

Deno.test("blocks of Markdown are found with their line, language and attributes", () => {
  const text = "a\n```ts\n1;\n2;\n```\n\n  ```js ignore\n3;\n  ```\n~~~\n```ts\n~~~\n";
  assert.deepEqual(markdownBlocks(text), [
    { line: 2, language: "ts", attributes: [], text: "1;\n2;" },
    { line: 7, language: "js", attributes: ["ignore"], text: "3;" },
    { line: 10, language: "", attributes: [], text: "```ts" },
  ]);
});

Deno.test("a longer fence holds shorter ones, an open one ends with the text", () => {
  assert.deepEqual(markdownBlocks("````md\n```ts\n```\n````\n```sh\nls").map((b) => b.text), [
    "```ts\n```",
    "ls",
  ]);
});

Deno.test("inline code at the start of a line is no fence", () => {
  assert.deepEqual(markdownBlocks("```a``` is text\n"), []);
});

Deno.test("code is what deno test --doc runs", () => {
  const [ts, sh, off] = markdownBlocks("```ts\n```\n```sh\n```\n```ts,ignore\n```\n");
  assert.deepEqual([ts, sh, off].map((block) => isCode(block!)), [true, false, true]);
  assert.deepEqual([ts, sh, off].map((block) => isIgnored(block!)), [false, false, true]);
});

Deno.test("blocks of doc comments lose their stars and keep their lines", () => {
  const source =
    "/* ```ts\n```\n*/\n/**\n * Text.\n *\n * ```ts\n * if (a) {\n *   b;\n * }\n * ```\n */\n";
  assert.deepEqual(commentBlocks(source), [
    { line: 7, language: "ts", attributes: [], text: "if (a) {\n  b;\n}" },
  ]);
});

Deno.test("the text of a module is the doc comment with @module", () => {
  const source = "/** One. */\nconst a = 1;\n/**\n * All.\n *\n * @module\n */\n";
  assert.equal(moduleDoc(source)?.line, 3);
  assert.match(moduleDoc(source)?.text ?? "", /^\s*All\./);
  assert.equal(moduleDoc("/** `@module` is a word here. */\n"), null);
});
