import assert from "node:assert/strict";
import { ACTION_LINES, scriptOf } from "./_scripts_for_tests.ts";
import { compileScript } from "./compile.ts";
import { describePlan } from "./describe.ts";
import { planNotes } from "./notes.ts";

Deno.test("a plan is described whole", () => {
  const script = scriptOf({
    ENDPOINTS: 'ENDPOINTS { "localhost", "[::1]:80" }',
    READ: 'READ = "true" HEADERSIZE = 12 LENGTH 4:4 "big" BODYMAX = 99 REPEAT = "true"',
    NEW: 'HANDLER = "answer.wasm" SHARDS = 3 SAMPLERATE = 2',
    PACKETS: 'PACKETS { hello : "hello.bin", longer_one : "b" }',
  }, [
    ...ACTION_LINES,
    'SEND 0:50 hello COPIES 3 COUNTER 0:8 "little":7 TIMESTAMP 8:8 "big":"seconds" OFFSET 1s',
    "SEND 50:100 longer_one OFFSET 2ms",
    "FLOOD 0:100 OFFSET 500ms",
    "DRAIN 0:100 OFFSET 2m",
  ]);
  assert.equal(
    describePlan(compileScript(script), { sizes: { hello: 16, longer_one: 1 } }),
    `a: 100 sessions over TCP, 3 shards of 33 or 34, last action at 121.752s

  endpoints  localhost:9000, [::1]:80
  reading    header of 12 bytes, length in bytes 4:4 big-endian unless the guest has handle_header, body of up to 99
  answers    answer.wasm
  repeat     from the first packet again, until drained
  timed      each session's first packet and every 2nd after it

packets
  hello       hello.bin  16 bytes
  longer_one  b          1 byte

actions
  0ms       CREATE   100 sessions
  250ms     CONNECT  0:100
  1.25s     SEND     0:50          hello × 3, counter by 7 in bytes 0:8 little-endian, time in seconds in bytes 8:8 big-endian
  1.252s    SEND     50:100        longer_one × 1
  1.752s    FLOOD    0:100
  121.752s  DRAIN    0:100

sent
  200 packets, 2450 bytes each time round
`,
  );
});

const LINES: readonly [settings: Record<string, string>, line: RegExp][] = [
  [{}, /^a: 100 sessions over TCP, a shard per core, last action at 250ms$/m],
  [{ SHARDS: "SHARDS = 100" }, /, 100 shards of 1,/],
  [{ SESSION: 'SESSION = "UDP"' }, /^a: 100 sessions over UDP/],
  [{}, /^ {2}reading +nothing$/m],
  [
    { SESSION: 'SESSION = "UDP"', READ: 'READ = "true" BODYMAX = 1200' },
    /^ {2}reading +datagrams of up to 1200 bytes\n {2}answers +none, packets are dropped$/m,
  ],
  [
    { READ: 'READ = "true" BODYMAX = 9 HEADERSIZE = 8' },
    /^ {2}reading +header of 8 bytes, length in bytes 0:8 little-endian, body of up to 9$/m,
  ],
  [
    { READ: 'READ = "true" BODYMAX = 9 HEADERSIZE = 9 HANDLER = "g.wasm"' },
    /^ {2}reading +header of 9 bytes, length from the guest's handle_header, body of up to 9$/m,
  ],
  [{}, /every 100th after it$/m],
  [{ NEW: "SAMPLERATE = 1" }, /timed +every packet$/m],
  [{ NEW: "SAMPLERATE = 11" }, /every 11th after it$/m],
  [{ NEW: "SAMPLERATE = 23" }, /every 23rd after it$/m],
];

for (const [settings, line] of LINES) {
  Deno.test(`${JSON.stringify(settings)} is described by ${line.source}`, () => {
    assert.match(describePlan(compileScript(scriptOf(settings))), line);
  });
}

Deno.test("without sizes packets are counted and bytes aren't", () => {
  const plan = compileScript(scriptOf({}, [...ACTION_LINES, "SEND 0:100 hello COPIES 5"]));
  assert.match(describePlan(plan), /\nsent\n {2}500 packets\n/);
});

const ENDS = "DISCONNECT 0:10";
const NOTES: readonly [actions: string[], notes: string[]][] = [
  [["CREATE 10", "CONNECT 0:10", "SEND 0:10 hello", ENDS], []],
  [["CREATE 10", "CONNECT 0:10", "SEND 0:10 hello", "DRAIN 0:4", "DISCONNECT 4:10"], []],
  [["CREATE 10", "CONNECT 0:10", "SEND 0:10 hello"], [
    "sessions 0:10 drain behind the last action, and then the load ends",
  ]],
  [["CREATE 10", "CONNECT 0:10", "SEND 0:10 hello", "DRAIN 2:4", "DISCONNECT 6:8"], [
    "sessions 0:2, 4:6, 8:10 drain behind the last action, and then the load ends",
  ]],
  [["CREATE 10", "CONNECT 3:5", "SEND 0:10 hello", ENDS], ["sessions 0:3, 5:10 never connect"]],
  [["CREATE 10", "CONNECT 0:5", "SEND 0:10 hello", "CONNECT 5:10", ENDS], [
    "SEND 0:10 hello COPIES 1 waits for sessions 5:10 to connect",
  ]],
  [["CREATE 10", "CONNECT 0:10", "SEND 2:10 hello", "FLOOD 0:10", ENDS], [
    "sessions 0:2 flood, and no packet is for them",
  ]],
  [["CREATE 10", "CONNECT 0:10", ENDS], ["nobody sends hello"]],
];

for (const [actions, notes] of NOTES) {
  Deno.test(`notes on ${actions.join(", ")}: ${notes.length}`, () => {
    assert.deepEqual(planNotes(compileScript(scriptOf({}, actions))), notes);
  });
}

Deno.test("a guest that nothing is read for gets a note", () => {
  const plan = compileScript(scriptOf({ PACKETS: "", NEW: 'HANDLER = "g.wasm"' }));
  assert.equal(planNotes(plan)[0], "g.wasm gets nothing to answer, as nothing is read");
  assert.match(describePlan(plan), /\nnotes\n {2}g\.wasm gets nothing to answer/);
});
