import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { createOutput, OUTPUT_KINDS } from "./mod.ts";

Deno.test("an output is made from its kind and what stands behind the first =", async () => {
  assert.equal((await createOutput("json=a=b.json")).name, "json (a=b.json)");
  assert.equal((await createOutput("csv=x.csv.gz")).name, "csv (x.csv.gz)");
  assert.equal((await createOutput("json")).name, "json (standard output)");
  assert.equal((await createOutput("json=-")).name, "json (standard output)");
});

for (
  const [text, hint] of [
    ["jsn=x", /"jsn" \(did you mean json\)$/],
    ["toString", /"toString" \(choose one of json, csv/],
    ["=x", /kind of output ""/],
  ] as const
) {
  Deno.test(`--out ${text} is refused with a hint`, async () => {
    await assert.rejects(createOutput(text), (error) => {
      assert.ok(error instanceof OptionError);
      return hint.test(error.message) && error.option === "--out";
    });
  });
}

Deno.test("every kind says what it takes and what it is", () => {
  for (const [name, { arg, about }] of Object.entries(OUTPUT_KINDS)) {
    assert.match(name, /^[a-z][a-z0-9-]*$/);
    assert.match(arg, /^[A-Z[]/);
    assert.ok(about.length > 10 && about.length < 60);
  }
});

Deno.test("a kind reads its variables", async () => {
  const env = (name: string) => name === "K6_CSV_TIME_FORMAT" ? "nonsense" : undefined;
  await assert.rejects(createOutput("csv=x.csv", env), /K6_CSV_TIME_FORMAT is not one of/);
});
