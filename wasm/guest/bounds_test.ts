import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { counted, guest } from "./_guests_for_tests.ts";

const PAGES = 2;
const MEMORY = PAGES * 65_536;
/** What pointers and sizes are near to. */
const EDGES = [0, 8, 65_536, MEMORY, 2 ** 31, 2 ** 32 - 1];

function nearAnEdge(random: Random): number {
  return (random.pick(EDGES) + random.below(17) - 8 + 2 ** 32) % 2 ** 32;
}

/** What the contract says of a packet, in exact numbers. */
function expected(at: number, size: number, out: number, outSize: number): string | number {
  if (at === 0 && size > 0) return "alloc_failed";
  if (at + size > MEMORY) return "alloc_out_of_bounds";
  if (outSize === 0) return "none";
  return out + outSize > MEMORY ? "response_out_of_bounds" : outSize;
}

Deno.test("pointers and sizes near every edge are judged as unsigned numbers of any size are", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const random = new Random(seed);
  for (let i = 0; i < 300; i++) {
    const [at, out, outSize] = [nearAnEdge(random), nearAnEdge(random), nearAnEdge(random)];
    const size = random.below(20);
    const given = guest({
      memory: `${PAGES}`,
      alloc: `(i32.const ${at})`,
      handleBody: `(call $packed (i32.const ${out}) (i32.const ${outSize}))`,
      dealloc: "",
    });
    const length = given.respond(new Uint8Array(size));
    const result = length > 0 ? length : Object.keys(counted(given.stats.empty))[0];
    const what = `seed ${seed}: ${size} at ${at}, response ${outSize} at ${out}`;
    assert.equal(result, expected(at, size, out, outSize), what);
    assert.deepEqual(counted(given.stats.traps), {}, what);
  }
});
