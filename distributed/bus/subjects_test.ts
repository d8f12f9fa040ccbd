import assert from "node:assert/strict";
import { checkName, checkPattern, isBelow, matches } from "./subjects.ts";

Deno.test("a pattern means subjects as NATS has it", () => {
  const cases: [pattern: string, subject: string, is: boolean][] = [
    ["up.r.0", "up.r.0", true],
    ["up.r.0", "up.r.1", false],
    ["up.r", "up.r.0", false],
    ["up.>", "up.r.0", true],
    ["up.>", "up.r", true],
    ["up.>", "up", false],
    ["up.>", "upx.r", false],
    ["beat.*", "beat.r", true],
    ["beat.*", "beat.r.0", false],
    ["beat.*", "beat", false],
    ["beat.*.0", "beat.r.0", true],
    ["beat.*.0", "beat.r.1", false],
    ["*.r.>", "beat.r.0.1", true],
  ];
  for (const [pattern, subject, is] of cases) {
    assert.equal(matches(pattern, subject), is, `${pattern} ${subject}`);
  }
});

Deno.test("a prefix has whole words", () => {
  assert(isBelow("agents", "agents.a"));
  assert(isBelow("runs.r", "runs.r.parts.0"));
  assert(!isBelow("agents", "agents"));
  assert(!isBelow("agents", "agentsx.a"));
});

Deno.test("names are words with dots between them, patterns may have wildcards in place of words", () => {
  const refused = { code: "bus_refused" };
  for (const name of ["a", "a.b-c_D.9", `${"a".repeat(64)}.b`]) {
    assert.equal(checkName("key", name), name);
    assert.equal(checkPattern("subject", name), name);
  }
  for (const pattern of ["a.>", "a.*", "*.b", "a.*.c.>"]) {
    assert.equal(checkPattern("subject", pattern), pattern);
    assert.throws(() => checkName("key", pattern), refused, pattern);
  }
  const bad = [
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a b",
    "a\n",
    "é",
    "a*",
    "*a.b",
    "a.>b",
    "a.>.b",
    "$JS.a",
  ];
  for (const name of [...bad, "a".repeat(65), Array(200).fill("a").join(".")]) {
    assert.throws(() => checkName("key", name), refused, name);
    assert.throws(() => checkPattern("subject", name), refused, name);
  }
});
