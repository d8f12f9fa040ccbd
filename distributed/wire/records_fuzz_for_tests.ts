import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { PoolError } from "../errors.ts";
import { randomTalk, shuffled } from "./_records_for_tests.ts";
import { RecordReader } from "./record_reader.ts";

/** Records of a part in any order, some of them broken: refused by name, or put together again. */
export const target: FuzzTarget = fuzzTarget({
  name: "up-records",
  run(random: Random): void {
    const { messages, records } = randomTalk(random);
    const reader = new RecordReader(10_000);
    const got: Uint8Array[] = [];
    let broken = false;
    try {
      for (const record of shuffled(random, [...records, ...records])) {
        const mutated = random.once(8) ? random.mutate(record) : record;
        broken ||= mutated !== record;
        got.push(...reader.push(mutated));
      }
    } catch (error) {
      assert.ok(error instanceof PoolError, String(error));
      assert.equal(error.code, "message_malformed");
      assert.ok(broken, "whole records were refused");
      return;
    }
    if (broken) return;
    assert.deepEqual(got, messages);
    assert.equal(reader.end?.sent, records.length);
    assert.equal(reader.merged, records.length);
  },
});
