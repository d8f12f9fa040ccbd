import assert from "node:assert/strict";
import { ACTION_LINES, scriptOf } from "./_scripts_for_tests.ts";
import { compileWithPositions } from "./compile.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import { checkPacketSizes } from "./packet_sizes.ts";
import { problemLine, ScriptError } from "./problems.ts";

const SEND = 'SEND 0:100 hello COUNTER 0:8 "big":1 TIMESTAMP 8:4 "big":"seconds"';

function check(
  sizes: Record<string, number>,
  settings: Record<string, string> = {},
  withPositions = true,
): string[] {
  const script = scriptOf(settings, [...ACTION_LINES, SEND]);
  const { plan, positions } = compileWithPositions(script, { file: "f" });
  try {
    checkPacketSizes(plan, sizes, withPositions ? positions : undefined);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return error.problems.map((problem) => problemLine(error.file, problem));
  }
  return [];
}

const UDP = { SESSION: 'SESSION = "UDP"' };
const TWO = { PACKETS: 'PACKETS { hello : "1", other : "2" }' };

Deno.test("packets that hold their fields are fine", () => {
  assert.deepEqual(check({ hello: 12 }), []);
  assert.deepEqual(check({ hello: SCRIPT_LIMITS.packetBytes }), []);
  assert.deepEqual(check({ hello: SCRIPT_LIMITS.datagramBytes }, UDP), []);
  assert.deepEqual(check({ hello: 12, other: 1 }, { ...UDP, ...TWO }), []);
});

Deno.test("fields behind a packet's end are told of where they stand", () => {
  assert.deepEqual(check({ hello: 11 }), [
    "f:10:48: TIMESTAMP's bytes 8:4 end behind the 11 bytes of hello, expected a first byte of at most 7",
  ]);
  assert.deepEqual(check({ hello: 7 }), [
    "f:10:26: COUNTER's bytes 0:8 end behind the 7 bytes of hello, expected at most 7 bytes",
    "f:10:48: TIMESTAMP's bytes 8:4 end behind the 7 bytes of hello, expected a first byte of at most 3",
  ]);
});

Deno.test("packets that are missing, empty or too long are told of where their files stand", () => {
  assert.deepEqual(check({}, TWO), [
    "f:5:19: hello was not read, expected a file that can be read",
    "f:5:32: other was not read, expected a file that can be read",
  ]);
  for (const settings of [TWO, { ...UDP, ...TWO }]) {
    assert.deepEqual(check({ hello: 12, other: 0 }, settings), [
      "f:5:32: other is empty, expected at least one byte",
    ]);
  }
  assert.deepEqual(check({ hello: SCRIPT_LIMITS.packetBytes + 1 }), [
    "f:5:19: hello has 16777217 bytes, expected at most 16777216 in a packet",
  ]);
  assert.deepEqual(check({ hello: SCRIPT_LIMITS.datagramBytes + 1 }, UDP), [
    "f:5:19: hello has 65508 bytes, expected at most 65507 in a datagram",
  ]);
});

Deno.test("without positions the plan is named, and nothing is left out", () => {
  assert.deepEqual(check({ hello: 7 }, TWO, false), [
    "a: other was not read, expected a file that can be read",
    "a: COUNTER's bytes 0:8 end behind the 7 bytes of hello, expected at most 7 bytes",
    "a: TIMESTAMP's bytes 8:4 end behind the 7 bytes of hello, expected a first byte of at most 3",
  ]);
});
