import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { check, group } from "./mod.ts";

/** Runs `fn` in a fresh context; `passes/total` of a check by its tags. */
function inRegistry<T>(fn: () => T): { result: T; outcome(tags?: Record<string, string>): string } {
  const registry = new Registry();
  const result = runInContext(newContext(registry), fn);
  return {
    result,
    outcome(tags = {}) {
      const rate = registry.select("checks", tags);
      return rate?.type === "rate" ? `${rate.passes}/${rate.total}` : "none";
    },
  };
}

Deno.test("check runs all checks and records each under its name", () => {
  const value = { status: 200 };
  const { result, outcome } = inRegistry(() => {
    assert.equal(check(value, { ok: (v) => v.status === 200, text: () => "yes", set: true }), true);
    return check(value, {
      bad: (v) => v.status === 500,
      ok: (v) => v.status === 200,
      empty: () => "",
      none: undefined,
    });
  });
  assert.equal(result, false);
  assert.equal(outcome(), "4/7");
  assert.equal(outcome({ check: "ok" }), "2/2");
  for (const name of ["bad", "empty", "none"]) assert.equal(outcome({ check: name }), "0/1");
});

Deno.test("check adds the group and its own tags", () => {
  const { outcome } = inRegistry(() => {
    group("login", () => check(1, { one: (v) => v === 1 }, { page: "form" }));
  });
  assert.equal(outcome({ check: "one", group: "::login", page: "form" }), "1/1");
});

Deno.test("a check that throws counts as failed, the others run, and the error is thrown on", () => {
  const boom = new Error("boom");
  const { outcome } = inRegistry(() => {
    assert.throws(
      () =>
        check(1, {
          first: () => {
            throw boom;
          },
          second: () => true,
        }),
      (error) => error === boom,
    );
  });
  assert.deepEqual([outcome({ check: "first" }), outcome({ check: "second" })], ["0/1", "1/1"]);
});

Deno.test("a check that returns a promise makes check return one", async () => {
  const { result, outcome } = inRegistry(() => {
    const one = check(3, {
      now: (v) => v === 3,
      later: async (v) => (await Promise.resolve(v)) === 3,
    });
    assert.ok(one instanceof Promise);
    const two = check(3, { later: () => Promise.resolve(0), now: true });
    const three = check(3, { rejects: () => Promise.reject(new Error("late")), now: true });
    return [one, two, three] as const;
  });
  assert.deepEqual([outcome({ check: "now" }), outcome({ check: "later" })], ["3/3", "none"]);
  assert.equal(await result[0], true);
  assert.equal(await result[1], false);
  await assert.rejects(async () => await result[2], { message: "late" });
  assert.deepEqual([outcome({ check: "later" }), outcome({ check: "rejects" })], ["1/2", "0/1"]);
});

Deno.test("check refuses what is not a set of named checks", () => {
  for (const sets of [undefined, null, "x", 5]) {
    assert.throws(() => check(1, sets as unknown as Record<string, boolean>), {
      code: "option_invalid",
      message: `check needs an object of checks by name: ${sets}`,
    });
  }
  for (const name of ["", "a::b"]) {
    assert.throws(() => check(1, { [name]: true }), { code: "option_invalid" });
  }
  assert.equal(inRegistry(() => check(1, {})).result, true);
});
