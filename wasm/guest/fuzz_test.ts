import { Random } from "../../internal/fuzz_for_tests.ts";
import { oneCase } from "./check_fuzz_for_tests.ts";

Deno.test("no bytes make checking throw, nor a guest of more than the caps", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const random = new Random(seed);
  try {
    for (let i = 0; i < 2000; i++) oneCase(random);
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  }
});
