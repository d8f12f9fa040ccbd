import assert from "node:assert/strict";
import { redactNothing, redactor } from "./redact.ts";

Deno.test("every occurrence of a secret is masked, the longest first", () => {
  const redact = redactor(["ab", "abc", "$1.*"]);
  const cases: [string, string][] = [
    ["", ""],
    ["nothing", "nothing"],
    ["ab", "***"],
    ["abcab", "******"],
    ["xabcx and $1.*!", "x***x and ***!"],
    ["$1", "$1"],
  ];
  for (const [text, expected] of cases) assert.equal(redact(text), expected);
});

Deno.test("a secret is found as it is written in JSON, in a path and in a form", () => {
  const secret = `p"a\n/ß+ ?`;
  const redact = redactor([secret]);
  const written = [
    secret,
    JSON.stringify({ secret }),
    `https://h/${encodeURIComponent(secret)}/x`,
    new URL(`http://h/?${new URLSearchParams({ secret })}`).href,
    encodeURI(secret),
  ];
  for (const text of written) {
    const masked = redact(text);
    assert.ok(masked.includes("***"), text);
    assert.ok(!/ß|%C3%9F/.test(masked), masked);
  }
});

Deno.test("empty secrets mask nothing, and no secrets cost nothing", () => {
  assert.equal(redactor(["", ""]), redactNothing);
  assert.equal(redactor([]), redactNothing);
  assert.equal(redactNothing("text"), "text");
  assert.equal(redactor(["\ud800"])("a\ud800b"), "a***b");
});
