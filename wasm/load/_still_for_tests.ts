import { until } from "../../internal/until_for_tests.ts";

/** Turns of the event loop without a change. */
const TURNS = 100;

/**
 * Waits until a number is above 0 and no longer changes. On a busy machine that may be seen too early:
 * assert only what has to hold at any time.
 */
export async function untilStill(what: string, value: () => number): Promise<void> {
  let [seen, turns] = [0, 0];
  await until(`${what} no longer changes`, () => {
    turns = value() === seen ? turns + 1 : 0;
    seen = value();
    return seen > 0 && turns >= TURNS;
  });
}
