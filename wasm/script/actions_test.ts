import assert from "node:assert/strict";
import type { Action, CounterStamp, Payload, TimestampStamp } from "../plan.ts";
import {
  ACTION_LINES,
  actionProblems,
  actionsOf,
  problemsOf,
  scriptOf,
} from "./_scripts_for_tests.ts";
import { compileScript } from "./compile.ts";

const range = { from: 0, to: 100 };
const hello: Payload = { packet: "hello", copies: 1, counter: null, timestamp: null };

const ACTIONS: readonly [line: string, action: Action][] = [
  ["CONNECT 0:100", { offsetMs: 250, kind: "connect", range }],
  ["CONNECT 99:100", { offsetMs: 250, kind: "connect", range: { from: 99, to: 100 } }],
  ["CONNECT 0 : 100\nOFFSET 0ms", { offsetMs: 0, kind: "connect", range }],
  ["FLOOD 0:100 OFFSET 20s", { offsetMs: 20_000, kind: "flood", range }],
  ['DRAIN 0:100 OFFSET "500ms"', { offsetMs: 500, kind: "drain", range }],
  ["DISCONNECT 0:100 OFFSET 2m", { offsetMs: 120_000, kind: "disconnect", range }],
  ["SEND 0:100 hello", { offsetMs: 250, kind: "send", range, payload: hello }],
  ["SEND 0:100 hello OFFSET 1s COPIES 1000000", {
    offsetMs: 1000,
    kind: "send",
    range,
    payload: { ...hello, copies: 1_000_000 },
  }],
];

for (const [line, action] of ACTIONS) {
  Deno.test(`${line} is an action of the plan`, () => {
    assert.deepEqual(actionsOf(line), [action]);
  });
}

const little = { start: 0, length: 8, endian: "little" } as const;
const COUNTERS: readonly [option: string, counter: CounterStamp][] = [
  ['COUNTER 0:8 "little":7', { ...little, step: 7 }],
  ['COUNTER 3:1 "big":-5', { start: 3, length: 1, endian: "big", step: -5 }],
  ['COUNTER 0:8 "little":9007199254740991', { ...little, step: Number.MAX_SAFE_INTEGER }],
];
const TIMESTAMPS: readonly [option: string, timestamp: TimestampStamp][] = [
  ['TIMESTAMP 0:8 "little":"seconds"', { ...little, unit: "seconds" }],
  ['TIMESTAMP 0:8 "little":"milliseconds"', { ...little, unit: "milliseconds" }],
  ['TIMESTAMP 0:8 "little":"microseconds"', { ...little, unit: "microseconds" }],
  ['TIMESTAMP 12:8 "big":"nanoseconds"', {
    start: 12,
    length: 8,
    endian: "big",
    unit: "nanoseconds",
  }],
];

for (const [option, counter] of COUNTERS) {
  Deno.test(`${option} counts in packets`, () => {
    const [action] = actionsOf(`SEND 0:100 hello ${option}`);
    assert.deepEqual(action?.kind === "send" && action.payload, { ...hello, counter });
  });
}

for (const [option, timestamp] of TIMESTAMPS) {
  Deno.test(`${option} writes the time into packets`, () => {
    const [action] = actionsOf(`SEND 0:100 hello ${option}`);
    assert.deepEqual(action?.kind === "send" && action.payload, { ...hello, timestamp });
  });
}

Deno.test("options come in any order, on any lines", () => {
  const options = [
    "COPIES 3",
    'COUNTER 0:8 "little":7',
    'TIMESTAMP 8:8 "big":"seconds"',
    "OFFSET 5ms",
  ];
  const expected = actionsOf(`SEND 0:100 hello ${options.join(" ")}`);
  assert.equal(expected.length, 1);
  for (const separator of [" ", "\n", " // COPIES 9\n"]) {
    for (let i = 0; i < options.length; i++) {
      const turned = [...options.slice(i), ...options.slice(0, i)];
      assert.deepEqual(actionsOf(`SEND 0:100 hello ${turned.join(separator)}`), expected);
    }
  }
});

Deno.test("actions need no lines of their own", () => {
  assert.deepEqual(
    compileScript(scriptOf({}, [ACTION_LINES.join(" ")])),
    compileScript(scriptOf()),
  );
});

Deno.test("packets may be sent before their sessions connect", () => {
  const script = scriptOf({}, ["CREATE 5", "SEND 0:5 hello", "FLOOD 0:5", "CONNECT 0:5"]);
  assert.deepEqual(compileScript(script).actions.map(({ kind }) => kind), [
    "create",
    "send",
    "flood",
    "connect",
  ]);
});

const OPTIONS = "OFFSET, COPIES, COUNTER or TIMESTAMP";
const WRONG: readonly [line: string, problem: string][] = [
  ["CREATE 5", "CREATE is given in line 8 already, expected one CREATE"],
  ["WAIT 5s", "WAIT is no action, expected CREATE, CONNECT, SEND, FLOOD, DRAIN or DISCONNECT"],
  ["CONECT 0:1", "CONECT is no action, did you mean CONNECT?"],
  ["connect 0:1", "connect is no action, did you mean CONNECT?"],
  ["5", "5 can't stand here, expected an option or the next action"],
  ["{ CONNECT 0:1 }", '"{" can\'t stand here, expected an option or the next action'],
  ["CONNECT", "nothing follows CONNECT, expected a range of sessions such as 0:100"],
  ["CONNECT 5", "nothing follows 5, expected : and the end of the range"],
  ["CONNECT 0-5", '"0-5" can\'t stand here, expected a range of sessions such as 0:100'],
  [
    "CONNECT 0:200",
    "CONNECT's range 0:200 has sessions that don't exist, expected a range within 0:100, the sessions that CREATE makes",
  ],
  ["CONNECT 5:5", "CONNECT's range 5:5 is empty, expected an end behind the last session"],
  ["FLOOD 50:0", "FLOOD's range 50:0 ends before it begins, did you mean 0:50?"],
  ["DRAIN -1:5", "DRAIN's first session -1 is too low, expected 0 to 100000"],
  ["DRAIN 0:5x", "DRAIN's end 5x is no whole number, expected 0 to 100000"],
  ["DRAIN 0:1 OFFSET", "nothing follows OFFSET, expected a time such as 500ms or 20s"],
  [
    "DRAIN 0:1 OFFSET 5",
    "5 is no time, expected a whole number with ms, s or m, did you mean 5ms?",
  ],
  [
    "DRAIN 0:1 OFFSET 0.5s",
    "0.5s is no time, expected a whole number with ms, s or m, did you mean 500ms?",
  ],
  ["DRAIN 0:1 OFFSET 5us", "5us is no time, expected a whole number with ms, s or m"],
  ["DRAIN 0:1 OFFSET 1h", "1h is no time, expected a whole number with ms, s or m"],
  ["DRAIN 0:1 OFFSET -5ms", "-5ms is no time, expected a whole number with ms, s or m"],
  ['DRAIN 0:1 OFFSET ""', '"" is no time, expected a whole number with ms, s or m'],
  [
    "DRAIN 0:1 OFFSET 5s OFFSET 5s",
    "OFFSET is given in line 10 already, expected each option of an action once",
  ],
  ["DRAIN 0:1 COPIES 5", "DRAIN has no COPIES, expected OFFSET"],
  ["DRAIN 0:1 OFSET 5s", "OFSET is no option, did you mean OFFSET?"],
  ["DRAIN 0:1 hello", "hello is no option, expected OFFSET"],
  ["SEND 0:1", "nothing follows 1, expected the name of a packet"],
  ["SEND 0:1 COPIES 5", "COPIES can't stand here, expected the name of a packet"],
  ['SEND 0:1 "hello"', '"hello" can\'t stand here, expected the name of a packet'],
  ["SEND 0:1 helo", "helo is no packet of a, did you mean hello?"],
  ["SEND 0:1 toString", "toString is no packet of a, expected one of PACKETS: hello"],
  ["SEND 0:1 hello 5", `5 can't stand here, expected an option or the next action`],
  ["SEND 0:1 hello TIMES 5", `TIMES is no option, expected ${OPTIONS}`],
  ["SEND 0:1 hello COPIES 0", "COPIES 0 is too low, expected 1 to 1000000"],
  [
    'SEND 0:1 hello COUNTER 0:8 "little":0',
    "COUNTER's step 0 doesn't count, expected any other whole number",
  ],
  [
    'SEND 0:1 hello COUNTER 0:8 "little":-0',
    "COUNTER's step 0 doesn't count, expected any other whole number",
  ],
  [
    'SEND 0:1 hello COUNTER 0:8 "little":1.5',
    "COUNTER's step 1.5 is no whole number, expected -9007199254740991 to 9007199254740991",
  ],
  ['SEND 0:1 hello COUNTER 0:8 "little"', 'nothing follows "little", expected : and a step'],
  [
    'SEND 0:1 hello COUNTER 0:0 "little":1',
    "COUNTER's number of bytes 0 is too low, expected 1 to 8",
  ],
  [
    'SEND 0:1 hello COUNTER 0:9 "little":1',
    "COUNTER's number of bytes 9 is too high, expected 1 to 8",
  ],
  [
    'SEND 0:1 hello COUNTER -1:8 "little":1',
    "COUNTER's first byte -1 is too low, expected 0 to 16777215",
  ],
  [
    'SEND 0:1 hello COUNTER 16777210:8 "big":1',
    "COUNTER ends behind the last of 16777216 bytes, expected a last byte of at most 16777215",
  ],
  [
    'SEND 0:1 hello COUNTER 0:8 "litle":1',
    'COUNTER\'s byte order is "litle", expected "little" or "big", did you mean "little"?',
  ],
  [
    'SEND 0:1 hello TIMESTAMP 0:8 "big":"years"',
    'TIMESTAMP\'s unit is "years", expected "seconds", "milliseconds", "microseconds" or "nanoseconds"',
  ],
  [
    'SEND 0:1 hello TIMESTAMP 0:8 "big":seconds',
    'seconds can\'t stand here, expected a unit such as "milliseconds", quoted',
  ],
  [
    'SEND 0:1 hello TIMESTAMP 0:8 "big":"secnds"',
    'TIMESTAMP\'s unit is "secnds", expected "seconds", "milliseconds", "microseconds" or "nanoseconds", did you mean "seconds"?',
  ],
  [
    'SEND 0:1 hello COUNTER 0:8 "big":1 TIMESTAMP 7:8 "big":"seconds"',
    "TIMESTAMP overlaps bytes 0:8 of COUNTER, expected bytes of its own",
  ],
];

for (const [line, problem] of WRONG) {
  Deno.test(`${line} is told of, and nothing else is`, () => {
    assert.deepEqual(actionProblems(line), [problem]);
  });
}

Deno.test("fields that touch don't overlap", () => {
  const line = 'SEND 0:1 hello COUNTER 8:8 "big":1 TIMESTAMP 0:8 "big":"seconds"';
  assert.deepEqual(actionProblems(line), []);
});

const PLANS: readonly [actions: string[], problems: string[]][] = [
  [[], ["6:1: these actions are not complete, expected CREATE and CONNECT"]],
  [["CONNECT 0:5"], ["6:1: these actions are not complete, expected CREATE"]],
  [["CREATE 5"], ["6:1: these actions are not complete, expected CONNECT"]],
  [
    ["CONNECT 0:5", "CREATE 5"],
    ["8:1: CREATE comes behind CONNECT, expected CREATE as the first action"],
  ],
  [["CREATE 0", "CONNECT 0:5"], ["7:8: the number of sessions 0 is too low, expected 1 to 100000"]],
  // What can't be known is no second problem.
  [["CREATE many", "CONNECT 0:500"], ["7:8: many can't stand here, expected a number of sessions"]],
  [["CRATE 5", "CONNECT 0:6"], [
    "7:1: CRATE is no action, did you mean CREATE?",
    "8:9: CONNECT's range 0:6 has sessions that don't exist, expected a range within 0:5, the sessions that CREATE makes",
  ]],
];

for (const [actions, problems] of PLANS) {
  Deno.test(`${JSON.stringify(actions)} is not a plan`, () => {
    assert.deepEqual(problemsOf(scriptOf({ PACKETS: "" }, actions)), problems);
  });
}
