import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget } from "../../internal/fuzz_for_tests.ts";
import { WrpcError } from "../errors.ts";
import { NO_HOST, randomType, randomValue } from "./types_for_tests.ts";
import { readLimits } from "./limits.ts";
import { compileValues } from "./values.ts";

const LIMITS = readLimits({ maxBytes: 1024 * 1024, maxElements: 10_000 });

/**
 * Values of random types come back as they were, wherever their bytes are cut. Bytes that were
 * changed give a value that is encoded the same way, or a `WrpcError`, and the same at any cut.
 */
export const target: FuzzTarget = fuzzTarget({
  name: "values",
  run(random) {
    const types = [randomType(random), randomType(random)];
    const codec = compileValues(types);
    const values = types.map((type) => randomValue(random, type));
    const { bytes } = codec.encode(values);
    const decode = (pieces: readonly Uint8Array[]): unknown => {
      const decoder = codec.decoder(LIMITS, NO_HOST);
      try {
        let result: unknown[] | null = null;
        for (const piece of pieces) result = decoder.push(piece);
        return result;
      } catch (error) {
        if (error instanceof WrpcError && error.phase === "decode") return error.code;
        throw error;
      }
    };
    assert.deepEqual(decode([bytes]), values);
    assert.deepEqual(decode(random.pieces(bytes)), values);

    const changed = random.mutate(bytes);
    const whole = decode([changed]);
    const cut = decode(random.pieces(changed));
    // What stands behind the last value is only seen together with it when it isn't cut off.
    if (whole !== "data_after_end") assert.deepEqual(cut, whole);
    if (Array.isArray(whole)) assert.deepEqual(codec.encode(whole).bytes.length, changed.length);
  },
});
