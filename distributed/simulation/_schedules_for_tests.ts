import { target } from "./pool_fuzz_for_tests.ts";

/** Plays so many schedules of a seed, from one on. @throws {Error} that names the schedule and how to play it again */
export async function playSchedules(seed: number, first: number, count: number): Promise<void> {
  for (let number = first; number < first + count; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(
        `schedule ${number} of seed ${seed}, again by: deno task fuzz distributed --seed ${seed} ` +
          `--target ${target.name} --case ${number}\n${
            error instanceof Error ? error.message : error
          }`,
        { cause: error },
      );
    }
  }
}

/** A test that plays so many schedules of a seed that it draws and prints. */
export function schedulesTest(count: number): void {
  Deno.test(`${count} runs on a pool end, whatever fails, and say what is true`, async () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    console.log(`simulation: seed ${seed}`);
    await playSchedules(seed, 0, count);
  });
}
