import assert from "node:assert/strict";
import { compileScript } from "./compile.ts";
import { formatProblems } from "./format.ts";
import { ScriptError } from "./problems.ts";
import { scriptOf } from "./_scripts_for_tests.ts";

function format(text: string): string {
  try {
    compileScript(text, { file: "load.ldsh" });
  } catch (error) {
    assert(error instanceof ScriptError);
    return formatProblems(error);
  }
  return "";
}

Deno.test("each problem has its line and carets below its place", () => {
  assert.equal(
    format(scriptOf({ NEW: '\tSESION = "TCP"', READ: "  READ = true // quoted?" })),
    `load.ldsh:6:2: SESION is no setting, did you mean SESSION?
6 |  SESION = "TCP"
  |  ^^^^^^

load.ldsh:7:10: true can't stand here, expected "true" or "false", quoted
7 |   READ = true // quoted?
  |          ^^^^
`,
  );
});

Deno.test("line numbers of any width stand below each other", () => {
  const text = scriptOf({ PORT: "PORT = 0", NEW: `${"\n".repeat(5)}BODYMAX = 0` });
  assert.equal(
    format(text),
    `load.ldsh:3:8: PORT 0 is too low, expected 1 to 65535
 3 | PORT = 0
   |        ^

load.ldsh:11:11: BODYMAX 0 is too low, expected 1 to 16777216
11 | BODYMAX = 0
   |           ^
`,
  );
});

Deno.test("of a long line the part around the place is shown", () => {
  const lines = format(scriptOf({ NEW: `${" ".repeat(300)}PORTS = 1 ${" ".repeat(300)}//` })).split(
    "\n",
  );
  assert.equal(lines[1], `6 | …${" ".repeat(50)}PORTS = 1${" ".repeat(41)}…`);
  assert.equal(lines[2], `  |  ${" ".repeat(50)}^^^^^`);
});

Deno.test("a place at the end of the script has an empty line", () => {
  assert.equal(
    format("\r\n\r\n"),
    "load.ldsh:3:1: the script is not complete, " +
      "expected SETTINGS name { … } and ORCHESTRATOR name { … }\n3 |\n  | ^\n",
  );
});

Deno.test("a script can't write to the terminal", () => {
  const shown = format(`\u001b[2J\u009b ${scriptOf()}`);
  assert.match(shown, /^1 \| ·\[2J· SETTINGS a \{$/m);
  // deno-lint-ignore no-control-regex
  assert(!/[\u001b\u009b]/.test(shown));
});

Deno.test("what is more than fifty problems is counted", () => {
  const shown = format(scriptOf({}, ["CREATE 1", "CONNECT 0:1", ...Array(60).fill("FLOOD 0:0")]));
  assert.equal(shown.split("\n\n").length, 51);
  assert.match(shown, /\n\nand 10 more problems\n$/);
});

Deno.test("a problem without a place is one line", () => {
  const problem = {
    line: 0,
    column: 0,
    length: 1,
    message: "x is empty",
    expected: "",
    suggestion: null,
  };
  assert.equal(formatProblems(new ScriptError("f", [problem])), "f: x is empty\n");
});
