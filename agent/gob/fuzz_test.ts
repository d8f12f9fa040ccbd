import { target as stream } from "./stream_fuzz_for_tests.ts";
import { target as values } from "./values_fuzz_for_tests.ts";

for (const { name, runCase } of [stream, values]) {
  Deno.test(`generated input: ${name}`, async () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    for (let number = 0; number < 400; number++) {
      try {
        await runCase(seed, number);
      } catch (error) {
        const repeat = `deno task fuzz agent --seed ${seed} --target ${name} --case ${number}`;
        throw new Error(`repeat with: ${repeat}`, { cause: error });
      }
    }
  });
}
