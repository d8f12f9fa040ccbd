import assert from "node:assert/strict";
import { ACTION_LINES, problemsOf, scriptOf } from "./_scripts_for_tests.ts";
import { compileScript } from "./compile.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import { ScriptError } from "./problems.ts";

const repeat = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => line(index));

/** Scripts that ask for exactly as much as there may be of something, and for one more. */
const CAPS: readonly [what: string, max: number, script: (amount: number) => string][] = [
  ["characters", SCRIPT_LIMITS.characters, (amount) => scriptOf().padEnd(amount, " ")],
  [
    "path",
    SCRIPT_LIMITS.path,
    (amount) => scriptOf({ PACKETS: `PACKETS { hello : "${"x".repeat(amount)}" }` }),
  ],
  [
    "actions",
    SCRIPT_LIMITS.actions,
    (amount) => scriptOf({}, [...ACTION_LINES, ...repeat(amount - 2, () => "FLOOD 0:1 OFFSET 0s")]),
  ],
  [
    "sessions",
    SCRIPT_LIMITS.sessions,
    (amount) => scriptOf({}, [`CREATE ${amount}`, "CONNECT 0:1"]),
  ],
  [
    "packets",
    SCRIPT_LIMITS.packets,
    (amount) =>
      scriptOf({ PACKETS: `PACKETS { ${repeat(amount, (i) => `p${i} : "x"`).join(", ")} }` }),
  ],
  [
    "copies",
    SCRIPT_LIMITS.copies,
    (amount) => scriptOf({}, [...ACTION_LINES, `SEND 0:1 hello COPIES ${amount}`]),
  ],
  [
    "endpoints",
    SCRIPT_LIMITS.endpoints,
    (amount) =>
      scriptOf({
        ENDPOINTS: `ENDPOINTS { ${repeat(amount, () => "::1").map((a) => `"${a}"`).join(",")} }`,
      }),
  ],
  [
    "shards",
    SCRIPT_LIMITS.shards,
    (amount) => scriptOf({ SHARDS: `SHARDS = ${amount}` }, ["CREATE 1000", "CONNECT 0:1000"]),
  ],
  ["SAMPLERATE", SCRIPT_LIMITS.sampleRate, (amount) => scriptOf({ NEW: `SAMPLERATE = ${amount}` })],
  ["HEADERSIZE", SCRIPT_LIMITS.headerSize, (amount) => scriptOf({ NEW: `HEADERSIZE = ${amount}` })],
  ["BODYMAX", SCRIPT_LIMITS.bodyMax, (amount) => scriptOf({ NEW: `BODYMAX = ${amount}` })],
  [
    "milliseconds of an offset",
    SCRIPT_LIMITS.planMs,
    (amount) => scriptOf({}, ["CREATE 1", `CONNECT 0:1 OFFSET ${amount}ms`]),
  ],
  [
    "milliseconds together",
    SCRIPT_LIMITS.planMs,
    (amount) => scriptOf({}, [`CREATE 1 OFFSET ${amount - 5}ms`, "CONNECT 0:1 OFFSET 5ms"]),
  ],
  [
    "bytes of a datagram",
    SCRIPT_LIMITS.datagramBytes,
    (amount) =>
      scriptOf({ SESSION: 'SESSION = "UDP"' }, [
        ...ACTION_LINES,
        `SEND 0:1 hello COUNTER ${amount - 8}:8 "big":1`,
      ]),
  ],
];

for (const [what, max, script] of CAPS) {
  Deno.test(`${what}: ${max} are taken, one more is refused`, () => {
    assert.deepEqual(problemsOf(script(max)), []);
    assert.equal(problemsOf(script(max + 1)).length, 1);
  });
}

Deno.test("numbers of any length are refused without being taken for another", () => {
  const long = "9".repeat(5000);
  const [problem, ...others] = problemsOf(scriptOf({ PORT: `PORT = ${long}` }));
  assert.match(problem!, /^3:8: PORT 9{59}… is too high, expected 1 to 65535$/);
  assert.deepEqual(others, []);
});

Deno.test("of more problems than anybody reads, the rest is counted", () => {
  const wrong = repeat(SCRIPT_LIMITS.problems + 7, () => "FLOOD 0:0 OFFSET 0s");
  assert.throws(
    () => compileScript(scriptOf({}, [...ACTION_LINES, ...wrong])),
    (error) => {
      assert(error instanceof ScriptError);
      assert.equal(error.problems.length, SCRIPT_LIMITS.problems);
      assert.equal(error.omitted, 7);
      assert.equal(error.message.split("\n").length, 21);
      assert.match(error.message, /\nand 987 more problems$/);
      return true;
    },
  );
});

Deno.test("a script of nothing but one character is read to its end", () => {
  for (
    const char of ["{", "}", '"', ":", ",", "=", "-", "/", "\\", "A", "0", "\n", "\u0000", "{a "]
  ) {
    assert.notDeepEqual(problemsOf(char.repeat(50_000)), [], JSON.stringify(char));
    const inside = `SETTINGS a { ${char.repeat(50_000)} } ORCHESTRATOR a { ${
      char.repeat(50_000)
    } }`;
    assert.notDeepEqual(problemsOf(inside), [], JSON.stringify(char));
  }
});
