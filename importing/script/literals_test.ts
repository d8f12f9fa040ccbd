import assert from "node:assert/strict";
import { commentText, propertyName, stringLiteral, templateText } from "./literals.ts";

Deno.test("strings become the literals that a person would write", () => {
  const cases: [text: string, literal: string][] = [
    ["", '""'],
    ["a", '"a"'],
    ['say "hi"', `'say "hi"'`],
    ["it's", `"it's"`],
    [`it's "x"`, `'it\\'s "x"'`],
    ["a\nb\t\\", '"a\\nb\\t\\\\"'],
    ["\u2028\u202e\0", '"\\u2028\\u202e\\u0000"'],
    ["</script><!--", '"\\u003c/script>\\u003c!--"'],
    ["\ud800", '"\\ud800"'],
    ["é😀", '"é😀"'],
    ["${x}`", '"${x}`"'],
  ];
  for (const [text, literal] of cases) assert.equal(stringLiteral(text), literal);
});

Deno.test("text between backticks ends nothing and begins nothing", () => {
  assert.equal(templateText("a`b${c}\\\r\n"), "a\\`b\\${c}\\\\\\r\\n");
});

Deno.test("comments are one line, without what can't be seen", () => {
  assert.equal(commentText("a\nb */ \u2028 c\u202e"), "a b */ c");
  assert.equal(commentText("x".repeat(20), 5), "xxxx…");
});

Deno.test("property names are quoted where they must be", () => {
  assert.deepEqual(
    ["a", "a-b", "1", "", "class", "__proto__"].map(propertyName),
    ["a", '"a-b"', '"1"', '""', "class", '["__proto__"]'],
  );
});
