import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { WrpcError } from "../errors.ts";
import { FrameDecoder, frameHead } from "./frames.ts";

/** Frames come out as they went in, wherever they are cut; changed ones do so too or are refused. */
export const target: FuzzTarget = fuzzTarget({
  name: "frames",
  run(random: Random) {
    const bytes = random.list(6, () => {
      const path = random.list(4, () => random.pick([0, 1, 127, 128, 2 ** 32 - 1]));
      const data = random.bytes(random.below(300));
      return [...frameHead(path, data.length), ...data];
    }).flat();
    const decode = (pieces: readonly Uint8Array[]): unknown => {
      const channels = new Map<string, number[]>();
      const decoder = new FrameDecoder((path, data) => {
        const key = path.join(".");
        channels.set(key, [...channels.get(key) ?? [], ...data]);
      });
      try {
        for (const piece of pieces) decoder.push(piece);
        decoder.end();
      } catch (error) {
        if (!(error instanceof WrpcError)) throw error;
        return [error.code, channels];
      }
      return ["", channels];
    };
    for (const one of [Uint8Array.from(bytes), random.mutate(Uint8Array.from(bytes))]) {
      assert.deepEqual(decode(random.pieces(one)), decode([one]));
    }
  },
});
