import { type FuzzTarget, fuzzTarget } from "../../internal/fuzz_for_tests.ts";
import { violations } from "./_invariants_for_tests.ts";
import { randomSchedule } from "./_schedule_for_tests.ts";
import { simulate } from "./_world_for_tests.ts";

/** A run on a pool while anything fails: it ends, and what it says is true. */
export const target: FuzzTarget = fuzzTarget({
  name: "pool",
  async run(random) {
    const schedule = randomSchedule(random);
    const describe = () => JSON.stringify(schedule, null, 1);
    const observed = await simulate(schedule).catch((error: unknown) => {
      throw new Error(`${error}\nschedule: ${describe()}`, { cause: error });
    });
    const wrong = violations(schedule, observed);
    if (wrong.length === 0) return;
    const { said } = observed;
    throw new Error(`${wrong.join("\n")}\nschedule: ${describe()}\nsaid:\n${said.join("\n")}`);
  },
});
