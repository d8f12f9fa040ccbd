import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { Random } from "../../internal/fuzz_for_tests.ts";
import type { StressPlan } from "../plan.ts";
import { randomPlan } from "./_random_plan_for_tests.ts";
import { ACTION_LINES, scriptOf } from "./_scripts_for_tests.ts";
import { compileScript } from "./compile.ts";
import { printScript } from "./print.ts";
import { target } from "./script_fuzz_for_tests.ts";

const SEED = Date.now() % 2 ** 31;

Deno.test(`a plan's script compiles to the plan (seed ${SEED})`, () => {
  const random = new Random(SEED);
  for (let i = 0; i < 500; i++) {
    const plan = randomPlan(random);
    assert.deepEqual(compileScript(printScript(plan)), plan);
  }
});

Deno.test(`any script compiles, or has problems that are in it (seed ${SEED})`, async () => {
  for (let i = 0; i < 1000; i++) await target.runCase(SEED, i);
});

Deno.test("a plan is printed as its author would write it", () => {
  const settings = {
    READ: 'READ = "true" HEADERSIZE = 12 LENGTH 4:4 "big" BODYMAX = 99',
    SHARDS: "SHARDS = 2",
    HANDLER: 'HANDLER = "answer.wasm"',
  };
  const send = 'SEND 0:50 hello COUNTER 0:8 "little":7 TIMESTAMP 8:8 "big":"seconds" OFFSET 1s';
  const plan = compileScript(scriptOf(settings, [...ACTION_LINES, send]));
  assert.equal(
    printScript(plan),
    `SETTINGS a {
    SESSION = "TCP"
    ENDPOINTS {
        "127.0.0.1:9000"
    }
    READ = "true"
    HEADERSIZE = 12
    LENGTH 4:4 "big"
    BODYMAX = 99
    REPEAT = "false"
    SAMPLERATE = 100
    SHARDS = 2
    PACKETS {
        hello : "hello.bin"
    }
    HANDLER = "answer.wasm"
}

ORCHESTRATOR a {
    CREATE 100 OFFSET 0ms
    CONNECT 0:100 OFFSET 250ms
    SEND 0:50 hello COPIES 1 COUNTER 0:8 "little":7 TIMESTAMP 8:8 "big":"seconds" OFFSET 1000ms
}
`,
  );
});

const plan = compileScript(scriptOf());
const UNSAYABLE: readonly [what: string, plan: StressPlan, message: RegExp][] = [
  ["a name with a space", { ...plan, name: "my load" }, /^"my load" can't be a name in a script/],
  ["a keyword as name", { ...plan, name: "PORT" }, /^"PORT" can't be a name/],
  ["a packet named by a path", { ...plan, packets: { "a.b": "x" } }, /^"a\.b" can't be a name/],
  [
    "a file with a line feed",
    { ...plan, handler: "a\nb.wasm" },
    /^"a\\nb\.wasm" can't be in a script/,
  ],
  [
    "half a millisecond",
    { ...plan, actions: [{ kind: "create", sessions: 1, offsetMs: 0.5 }] },
    /^offsetMs is 0\.5: use whole milliseconds$/,
  ],
];

for (const [what, unsayable, message] of UNSAYABLE) {
  Deno.test(`a plan with ${what} is no script`, () => {
    assert.throws(
      () => printScript(unsayable),
      (error) => error instanceof OptionError && message.test(error.message),
    );
  });
}
