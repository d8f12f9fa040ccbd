import { target } from "./pending_fuzz_for_tests.ts";

Deno.test("futures and streams anywhere in a type arrive as they were sent", async () => {
  const seed = Date.now() % 2 ** 31;
  for (let number = 0; number < 300; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
