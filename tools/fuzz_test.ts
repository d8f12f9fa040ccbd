import assert from "node:assert/strict";
import { fuzzTarget, type Random } from "../internal/fuzz_for_tests.ts";
import { type FuzzPlan, main, readPlan, runFuzz } from "./fuzz.ts";

const PLAN: FuzzPlan = {
  layer: "http",
  seed: 7,
  seconds: 1,
  target: undefined,
  case: undefined,
};

/** A clock that moves half a second each time it is asked. */
function clock(): () => number {
  let now = 0;
  return () => now += 500;
}

function recorder(name: string, fail: (first: number) => unknown = () => undefined) {
  const seen: number[] = [];
  const target = fuzzTarget({
    name,
    run(random: Random) {
      const first = random.below(1000);
      seen.push(first);
      return fail(first) as void | Promise<void>;
    },
  });
  return { target, seen };
}

Deno.test("targets take turns until the time is over", async () => {
  const [a, b] = [recorder("a"), recorder("b")];
  const { cases, failure } = await runFuzz([a.target, b.target], PLAN, clock());
  assert.equal(failure, null);
  assert.deepEqual([...cases], [["a", 40], ["b", 40]]);
  assert.notDeepEqual(a.seen, b.seen);
  assert.equal(new Set(a.seen).size > 20, true, "the cases differ");
});

Deno.test("a seed gives the same cases, another one others", async () => {
  const [first, again, other] = [recorder("a"), recorder("a"), recorder("a")];
  await runFuzz([first.target], PLAN, clock());
  await runFuzz([again.target], PLAN, clock());
  await runFuzz([other.target], { ...PLAN, seed: 8 }, clock());
  assert.deepEqual(first.seen, again.seen);
  assert.notDeepEqual(first.seen, other.seen);
});

Deno.test("a failure ends the run, and its case alone repeats it", async () => {
  for (const how of ["thrown", "rejected", "left behind"]) {
    const make = () =>
      recorder("a", (first) => {
        if (first % 10 !== 0) return;
        const error = new Error(`it was ${first}`);
        if (how === "thrown") throw error;
        if (how === "rejected") return Promise.reject(error);
        Promise.reject(error);
        return new Promise((resolve) => setTimeout(resolve, 0));
      });
    const whole = make();
    const { failure } = await runFuzz([whole.target], PLAN, clock());
    assert.ok(failure !== null, how);
    assert.equal(whole.seen.length, failure.case + 1);
    const one = make();
    const repeated = await runFuzz([one.target], { ...PLAN, case: failure.case }, clock());
    assert.deepEqual(repeated.failure, failure);
    assert.deepEqual(one.seen, [whole.seen.at(-1)]);
  }
});

Deno.test("the command line is read, and its mistakes are named", () => {
  assert.deepEqual(readPlan(["http"], 5), { ...PLAN, seed: 5, seconds: 10 });
  assert.deepEqual(
    readPlan(["http", "--seed", "0", "--seconds", "3", "--target", "x", "--case", "0"], 5),
    { layer: "http", seed: 0, seconds: 3, target: "x", case: 0 },
  );
  const mistakes: [string[], RegExp][] = [
    [[], /usage/],
    [["--seed", "1"], /usage/],
    [["http", "--sede", "1"], /unknown option --sede/],
    [["http", "--seed"], /--seed needs a value/],
    [["http", "--seed", "x"], /--seed is x/],
    [["http", "--case", "1"], /--case needs --target/],
  ];
  for (const [args, message] of mistakes) assert.throws(() => readPlan(args, 1), message);
});

Deno.test("the targets of http hold for a moment", async () => {
  const lines: string[] = [];
  const { log, error } = console;
  console.log = console.error = (...parts: unknown[]) => lines.push(parts.map(String).join(" "));
  try {
    assert.equal(await main(["http", "--seconds", "1"]), 0, lines.join("\n"));
    assert.equal(await main(["http", "--target", "nothing"]), 2);
  } finally {
    Object.assign(console, { log, error });
  }
  assert.match(lines[0]!, /^seed \d+$/);
  assert.match(lines.join("\n"), /^h1-response: \d+ cases$/m);
  assert.match(lines.at(-1)!, /no such target, http has: .*h1-response/);
});
