import assert from "node:assert/strict";
import { parseJsonc } from "./jsonc.ts";

Deno.test("comments and commas at ends are left out, but not of texts", () => {
  const cases: [text: string, value: unknown][] = [
    [`{ "a": 1 }`, { a: 1 }],
    [`{ // "b": 2\n "a": [1, 2, ], /* , */ }`, { a: [1, 2] }],
    [`{ "a": "// no \\" comment /* here */ ,]" }`, { a: `// no " comment /* here */ ,]` }],
  ];
  for (const [text, value] of cases) assert.deepEqual(parseJsonc(text), value, text);
  assert.throws(() => parseJsonc("{"), SyntaxError);
});
