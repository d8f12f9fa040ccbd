import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { PoolError } from "../errors.ts";
import { type PartCommand, type PartJob, PROTOCOL } from "./messages.ts";
import { encodeMessage, readClockAnswer, readPartCommand, readPartJob } from "./mod.ts";

const JOB: PartJob = {
  protocol: PROTOCOL,
  version: "1.0.0",
  run: "r",
  part: 0,
  permissions: { allowNet: true, allowRead: [], allowEnv: ["A"] },
  shards: null,
  signature: null,
  signer: null,
  beatMs: 250,
};
const COMMAND: PartCommand = { epoch: 1, key: "load", command: "{}", blob: null, confirmed: 0 };

Deno.test("jobs, commands and times are read as they were written", () => {
  assert.deepEqual(readPartJob(encodeMessage(JOB)), JOB);
  assert.deepEqual(readPartCommand(encodeMessage(COMMAND)), COMMAND);
  assert.deepEqual(readClockAnswer(encodeMessage({ now: 1.5, epoch: 1 })), { now: 1.5, epoch: 1 });
});

Deno.test("a job of another protocol is read as far as it says which", () => {
  const { protocol, version } = readPartJob(
    encodeMessage({ protocol: 99, version: "9.0.0", run: "r", part: 0, other: true }),
  );
  assert.deepEqual([protocol, version], [99, "9.0.0"]);
});

for (
  const [read, value] of [
    [readPartJob, { ...JOB, run: "a.b" }],
    [readPartJob, { ...JOB, run: "" }],
    [readPartJob, { ...JOB, part: -1 }],
    [readPartJob, { ...JOB, permissions: {} }],
    [readPartJob, { ...JOB, permissions: { allowNet: "all", allowRead: [] } }],
    [readPartJob, { ...JOB, permissions: { allowNet: [], allowRead: [], allowRun: [1] } }],
    [readPartJob, { ...JOB, shards: "2" }],
    [readPartJob, { ...JOB, signer: 1 }],
    [readPartJob, { ...JOB, beatMs: null }],
    [readPartJob, []],
    [readPartCommand, { ...COMMAND, epoch: "1" }],
    [readPartCommand, { ...COMMAND, key: null }],
    [readPartCommand, { ...COMMAND, command: {} }],
    [readPartCommand, { ...COMMAND, blob: 1 }],
    [readPartCommand, { ...COMMAND, confirmed: -1 }],
    [readClockAnswer, { now: "1", epoch: 1 }],
    [readClockAnswer, { now: 1 }],
    [readClockAnswer, null],
  ] as const
) {
  Deno.test(`${read.name} refuses ${JSON.stringify(value)}`, () => {
    assert.throws(() => read(encodeMessage(value as object)), { code: "message_malformed" });
  });
}

Deno.test("broken messages are refused by name", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  for (let n = 0; n < 2000; n++) {
    const [read, message] = random.pick(
      [
        [readPartJob, JOB],
        [readPartCommand, COMMAND],
      ] as const,
    );
    try {
      read(random.mutate(encodeMessage(message)));
    } catch (error) {
      assert.ok(
        error instanceof PoolError && error.code === "message_malformed",
        `seed ${seed}, case ${n}: ${error}`,
      );
    }
  }
});
