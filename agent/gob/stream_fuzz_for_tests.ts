import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { AgentError } from "../errors.ts";
import { goldenBytes } from "./_golden_for_tests.ts";
import { GobStream } from "./stream.ts";

const RECORDINGS = [
  "ints",
  "scalars",
  "lists",
  "empty struct",
  "everything",
  "rpc responses",
] as const;

/** Recordings with changed bytes, in any pieces: the same values, or the same refusal, as in one piece. */
export const target: FuzzTarget = fuzzTarget({ name: "gob-stream", run: oneCase });

/** One case. */
export function oneCase(random: Random): void {
  const recorded = goldenBytes(random.pick(RECORDINGS)).subarray(0, 700);
  const bytes = random.once(5) ? random.bytes(random.below(60)) : random.mutate(recorded);
  assert.deepEqual(decode(random.pieces(bytes)), decode([bytes]));
}

function decode(pieces: readonly Uint8Array[]): { values: unknown[]; refused: string | null } {
  const stream = new GobStream({ messageBytes: 4096, types: 16, depth: 12 });
  const values: unknown[] = [];
  try {
    for (const piece of pieces) {
      stream.push(piece);
      while (stream.next()) values.push(stream.read());
    }
  } catch (error) {
    assert(error instanceof AgentError, String(error));
    assert.match(error.code, /^gob_(invalid|limit|unsupported)$/);
    return { values, refused: error.message };
  }
  return { values, refused: null };
}
