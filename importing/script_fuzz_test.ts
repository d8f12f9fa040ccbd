import { target } from "./script_fuzz_for_tests.ts";

const SEED = Math.floor(Math.random() * 2 ** 31);

Deno.test(`hostile strings come out of a script as they went in (seed ${SEED})`, async () => {
  for (let number = 0; number < 150; number++) {
    try {
      await target.runCase(SEED, number);
    } catch (error) {
      throw new Error(`seed ${SEED}, case ${number}`, { cause: error });
    }
  }
});
