import assert from "node:assert/strict";
import { redactData, redactError, redactNothing, redactor } from "./redact.ts";

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

Deno.test("plain data is copied without secrets, names too; what is of a class stays", () => {
  const redact = redactor(["hunter2"]);
  class Kept {
    text = "hunter2";
  }
  const kept = new Kept();
  const data = {
    text: "a hunter2 b",
    list: ["hunter2", 2, null, undefined, true],
    "metric{token:hunter2}": { inner: "xhunter2" },
    kept,
  };
  const copy = redactData(data, redact);
  assert.deepEqual(copy, {
    text: "a *** b",
    list: ["***", 2, null, undefined, true],
    "metric{token:***}": { inner: "x***" },
    kept,
  });
  assert.equal(copy.kept, kept);
  assert.equal(data.text, "a hunter2 b");
  assert.equal(redactData(data, redactNothing), data);
});

Deno.test("an error and its causes lose their secrets and stay what they are", () => {
  const cause = new TypeError("from hunter2");
  const error = new RangeError("in hunter2", { cause });
  const loop = new Error("hunter2");
  loop.cause = loop;
  for (const one of [error, loop, "hunter2"]) redactError(one, redactor(["hunter2"]));
  assert.deepEqual([error.message, cause.message, loop.message], ["in ***", "from ***", "***"]);
  assert.ok(error instanceof RangeError && error.cause === cause);
  assert.ok(!error.stack!.includes("hunter2") && error.stack!.includes("in ***"));
});
