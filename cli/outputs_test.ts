import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { fakeHost } from "./_fakes_for_tests.ts";
import { outputsOf } from "./outputs.ts";

async function names(flags: string[], env: Record<string, string> = {}): Promise<string[]> {
  return (await outputsOf(flags, fakeHost({ env }))).map(({ name }) => name);
}

Deno.test("every --out is an output, in their order; without one there is none", async () => {
  assert.deepEqual(await names([]), []);
  assert.deepEqual(await names(["csv=a.csv", "json=b.json"]), ["csv (a.csv)", "json (b.json)"]);
});

Deno.test("outputs come from the environment where no flag names one", async () => {
  const env = { K6_OUT: "json=a.json,csv=b.csv" };
  assert.deepEqual(await names([], env), ["json (a.json)", "csv (b.csv)"]);
  assert.deepEqual(await names(["json=c.json"], env), ["json (c.json)"]);
  assert.deepEqual(await names([], { ...env, DOWNPOUR_OUT: "json" }), ["json (standard output)"]);
  assert.deepEqual(await names([], { K6_OUT: "" }), []);
});

Deno.test("an output reads its own variables of the environment", async () => {
  await assert.rejects(
    names(["csv=a.csv"], { K6_CSV_TIME_FORMAT: "iso" }),
    /K6_CSV_TIME_FORMAT is not one of/,
  );
});

Deno.test("under GitHub Actions its annotations are made unasked, once, and not with --no-github", async () => {
  const env = { GITHUB_ACTIONS: "true" };
  assert.deepEqual(await names([], env), ["github"]);
  assert.deepEqual(await names(["csv=a.csv"], env), ["csv (a.csv)", "github"]);
  assert.deepEqual(await names(["github=summary.md"], env), ["github"]);
  assert.deepEqual(await names([], { GITHUB_ACTIONS: "" }), []);
  assert.deepEqual(await outputsOf([], fakeHost({ env }), false), []);
});

for (
  const [flags, why] of [
    [["jsno=a.json"], /^--out has no kind of output "jsno" \(did you mean json\)$/],
    [["json=a.json", "csv=a", "json=a.json"], /^--out names json \(a\.json\) twice$/],
  ] as const
) {
  Deno.test(`--out ${flags.join(" --out ")} is refused`, async () => {
    await assert.rejects(names([...flags]), (error) => {
      assert.ok(error instanceof OptionError);
      return why.test(error.message);
    });
  });
}
