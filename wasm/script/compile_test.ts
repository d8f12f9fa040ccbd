import assert from "node:assert/strict";
import { PacketError } from "../errors.ts";
import { problemsOf, scriptOf } from "./_scripts_for_tests.ts";
import { compileScript, compileWithPositions } from "./compile.ts";
import { ScriptError } from "./problems.ts";

Deno.test("all problems of a script are told of, in its order, by line and column", () => {
  const script = `// Nearly everything is wrong here.
SETTINGS load {
    SESION = "TCPP"
    PORT = 99999
    READ = "yes"
    ENDPOINTS {
        localhost,
        "ok:1"
        "a b"
    }
    PACKETS {
        hello "hello.bin",
        bye : "bye.bin"
    }
    HANDLER = parser.wasm
    FROB = 5
}

ORCHESTRATOR laod {
    CREATE 10 OFFSET 5
    CONECT 0:11
    SEND 0:10 by COPIES none COUNTER 0:9 "little":0
    DRAIN 10:5 OFFSET 1s SOONER 5
    DISCONNECT
    EXPLODE 0:5
}
}
`;
  assert.deepEqual(problemsOf(script), [
    "3:5: SESION is no setting, did you mean SESSION?",
    '3:14: SESSION is "TCPP", expected "TCP" or "UDP", did you mean "TCP"?',
    "4:12: PORT 99999 is too high, expected 1 to 65535",
    '5:12: READ is "yes", expected "true" or "false"',
    "7:9: localhost can't stand here, expected an address, or a name in quotes",
    '9:9: "a b" follows without a comma, expected , or }',
    '12:15: "hello.bin" can\'t stand here, expected : and the file of hello',
    '15:15: "parser.wasm" can\'t stand here, expected "NOP" or the file of a guest, quoted',
    "16:5: FROB is no setting, expected SESSION, PORT, HEADERSIZE, BODYMAX, LENGTH, READ, REPEAT, " +
    "SAMPLERATE, ENDPOINTS, SHARDS, PACKETS or HANDLER",
    "19:14: there are no SETTINGS laod, did you mean load?",
    "20:22: 5 is no time, expected a whole number with ms, s or m, did you mean 5ms?",
    "21:5: CONECT is no action, did you mean CONNECT?",
    "21:12: CONNECT's range 0:11 has sessions that don't exist, expected a range within 0:10, " +
    "the sessions that CREATE makes",
    "22:25: none can't stand here, expected a number of copies",
    "23:11: DRAIN's range 10:5 ends before it begins, did you mean 5:10?",
    "23:26: SOONER is no option, expected OFFSET",
    "24:5: nothing follows DISCONNECT, expected a range of sessions such as 0:100",
    "25:5: EXPLODE is no action, expected CREATE, CONNECT, SEND, FLOOD, DRAIN or DISCONNECT",
    '27:1: "}" stands outside of the blocks, expected a block: SETTINGS or ORCHESTRATOR',
  ]);
});

Deno.test("the error has the script's name, a stable code and a line for each problem", () => {
  const wrong = () => compileScript("SETTINGS", { file: "load.ldsh" });
  assert.throws(wrong, (error) => {
    assert(error instanceof ScriptError && error instanceof PacketError);
    assert.equal(error.code, "script_invalid");
    assert.equal(error.name, "ScriptError");
    assert.equal(error.file, "load.ldsh");
    assert.equal(error.source, "SETTINGS");
    assert(!Deno.inspect(error).includes("source"));
    assert.deepEqual(error.problems.map(({ line, column }) => [line, column]), [[1, 1], [1, 9]]);
    assert.equal(
      error.message,
      "load.ldsh:1:1: nothing follows SETTINGS, expected a name for the settings\n" +
        "load.ldsh:1:9: the script is not complete, expected ORCHESTRATOR name { … }",
    );
    return true;
  });
});

const BLOCKS: readonly [text: string, problems: string[]][] = [
  ["", [
    "1:1: the script is not complete, expected SETTINGS name { … } and ORCHESTRATOR name { … }",
  ]],
  [
    "ORCHESTRATOR a { CREATE 1 CONNECT 0:1 }",
    ["1:40: the script is not complete, expected SETTINGS name { … }"],
  ],
  [
    scriptOf().replace("SETTINGS a", "SETINGS a"),
    ["1:1: SETINGS is no block, did you mean SETTINGS?"],
  ],
  [scriptOf().replace("SETTINGS a", "SETTINGS PORT"), [
    "1:10: PORT can't stand here, expected a name for the settings",
  ]],
  [
    scriptOf().replace("ORCHESTRATOR a", "ORCHESTRATOR"),
    [
      '6:14: "{" can\'t stand here, expected the name of its SETTINGS',
    ].map((problem) => problem.replace("6:", "7:")),
  ],
  [scriptOf().replace("}\nORCH", "ORCH"), [
    "6:1: ORCHESTRATOR stands in a block that isn't closed, expected the } of the { in line 1",
  ]],
  [`${scriptOf()}ORCHESTRATOR a { CREATE 1 CONNECT 0:1 }`, [
    "11:1: there is an ORCHESTRATOR in line 7 already, expected one of them",
  ]],
  [`${scriptOf()}${scriptOf().split("ORCH")[0]}`, [
    "11:10: there are SETTINGS a already, expected a name of its own",
  ]],
  [`frob { "x" }\n${scriptOf()}`, ["1:1: frob is no block, expected SETTINGS or ORCHESTRATOR"]],
  [`5 6 7\n${scriptOf()}`, [
    "1:1: 5 stands outside of the blocks, expected a block: SETTINGS or ORCHESTRATOR",
  ]],
];

for (const [text, problems] of BLOCKS) {
  Deno.test(`blocks that don't fit are told of: ${problems[0]}`, () => {
    assert.deepEqual(problemsOf(text), problems);
  });
}

Deno.test("of several SETTINGS the ORCHESTRATOR's are taken, and all are checked", () => {
  const udp = 'SETTINGS b { SESSION = "UDP" PORT = 1 ENDPOINTS { "b" } }\n';
  const script = `${udp}${scriptOf()}`;
  assert.equal(compileScript(script).settings.transport, "tcp");
  const other = script.replace("ORCHESTRATOR a", "ORCHESTRATOR b");
  assert.equal(compileScript(other).settings.transport, "udp");
  assert.deepEqual(problemsOf(script.replace("PORT = 1", "PORT = 0")), [
    "1:37: PORT 0 is too low, expected 1 to 65535",
  ]);
});

Deno.test("a block that isn't closed costs one problem, and the next is read", () => {
  const script = scriptOf({ PACKETS: 'PACKETS { hello : "x"', SHARDS: "SHARDS = 0" });
  assert.deepEqual(problemsOf(script), [
    "6:1: SHARDS stands in a block that isn't closed, expected the } of the { in line 5",
    "6:10: SHARDS 0 is too low, expected 1 to 256",
  ]);
});

Deno.test("positions say where packets, actions and their fields stand", () => {
  const line = 'SEND 0:1 hello COUNTER 1:2 "big":1';
  const { positions } = compileWithPositions(scriptOf({}, ["CREATE 1", "CONNECT 0:1", line]), {
    file: "x",
  });
  assert.equal(positions.file, "x");
  assert.deepEqual(positions.actions.map(({ action: { line, column } }) => [line, column]), [
    [8, 1],
    [9, 1],
    [10, 1],
  ]);
  assert.deepEqual(positions.actions[2]?.counter, { line: 10, column: 24, length: 3 });
  assert.equal(positions.actions[2]?.timestamp, null);
  assert.equal(positions.packets.get("hello")?.line, 5);
});
