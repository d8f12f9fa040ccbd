import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Secrets } from "./secrets.ts";
import { checkResult, runScript } from "./testdata/runs.ts";

const secrets: Secrets = {
  sources: { file: { token: "s3cret value" }, other: { key: "k3y" } },
  default: "file",
};
const allowRead = [fileURLToPath(new URL("testdata", import.meta.url))];
const request = { allowRead, secrets };

/** Takes what is printed in this process until disposed. */
function printed(): Disposable & { lines: string[] } {
  const lines: string[] = [];
  const { log, error } = console;
  console.log = console.error = (...values) => void lines.push(values.join(" "));
  return { lines, [Symbol.dispose]: () => void Object.assign(console, { log, error }) };
}

for (const inline of [true, false]) {
  const where = inline ? "inline" : "in two processes";

  Deno.test(`k6's modules work for every virtual user, secrets masked in what they log, ${where}`, async () => {
    using here = printed();
    const run = runScript("modules.ts", { ...request, inline });
    const result = checkResult(await run.result);
    assert.deepEqual([result.iterations.completed, result.iterations.thrown], [40, 0]);
    const checks = result.metrics.select("checks");
    assert.ok(checks?.type === "rate");
    assert.deepEqual([checks.passes, checks.total], [320, 320]);
    const lines = [...run.logs.map(({ text }) => text), ...here.lines];
    assert.equal(lines.filter((line) => line.includes("users loaded")).length, 1);
    assert.ok(lines.some((line) => /^token is \*\*\*/.test(line)), lines.join("\n"));
    assert.ok(!lines.join("\n").includes("s3cret"), lines.join("\n"));
  });

  Deno.test(`a secret in an error of an iteration, or of loading, is masked ${where}`, async () => {
    const iterations = runScript("modules.ts", { ...request, inline, env: { MODE: "throws" } });
    assert.equal((await iterations.result).iterations.thrown, 40);
    const texts = iterations.logs.map(({ text }) => text).filter((text) => text.includes("bad "));
    assert.match(texts[0]!, /^Error: bad token \*\*\*\n/);
    const loading = runScript("modules.ts", { ...request, inline, env: { MODE: "throws-secret" } });
    await assert.rejects(loading.result, (error: Error) => {
      assert.match(error.message, /no luck with \*\*\*/);
      return !Deno.inspect(error).includes("s3cret");
    });
  });
}

Deno.test("the console is as it was after a run within this process", async () => {
  const { log } = console;
  await runScript("modules.ts", { ...request, inline: true, overrides: { iterations: 4 } }).result;
  assert.equal(console.log, log);
});
