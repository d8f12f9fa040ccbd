import assert from "node:assert/strict";
import { type Metric, Registry } from "../metrics/mod.ts";
import { parseOptions } from "./options/mod.ts";
import { abortingRule, compileThresholds, judgeThresholds } from "./thresholds.ts";

const TIME: Metric = { name: "page_time", type: "trend", contains: "time" };
const KNOWN: Metric[] = [TIME, { name: "hits", type: "counter", contains: "default" }];
const compile = (thresholds: unknown, more: Record<string, unknown> = {}) =>
  compileThresholds(parseOptions({ thresholds, ...more }, {}), KNOWN);

Deno.test("rules are judged on the series that their tags select", () => {
  const metrics = new Registry();
  metrics.sink(TIME, metrics.tags.withAll({ page: "home" })).add(10);
  metrics.sink(TIME, metrics.tags.withAll({ page: "cart" })).add(90);
  const rules = compile({ "page_time{page:home}": ["max<50", "max<5"], page_time: "max<50" });
  assert.deepEqual(
    judgeThresholds(rules, metrics, 1000).map((
      { metric, expression, ok },
    ) => [metric, expression, ok]),
    [
      ["page_time{page:home}", "max<50", true],
      ["page_time{page:home}", "max<5", false],
      ["page_time", "max<50", false],
    ],
  );
  assert.deepEqual(compile({ page_time: "max<50" }, { noThresholds: true }), []);
});

Deno.test("a rule ends the run only when it may, after its delay, and on samples", () => {
  const metrics = new Registry();
  const rules = compile({
    page_time: [{ threshold: "max<50", abortOnFail: true, delayAbortEval: "2s" }, "max<1"],
    hits: [{ threshold: "count>5", abortOnFail: true }],
  });
  assert.equal(abortingRule(rules, metrics, 5000), null);
  metrics.sink(TIME, metrics.tags).add(90);
  assert.equal(abortingRule(rules, metrics, 2000), null);
  assert.equal(abortingRule(rules, metrics, 2001)?.expression, "max<50");
});

Deno.test("an unknown metric is refused with the one that was meant", () => {
  assert.throws(() => compile({ page_tme: "max<5" }), {
    code: "option_invalid",
    message: /page_tme \(did you mean page_time\?\)/,
  });
  assert.throws(() => compile({ page_time: "rate<5" }), { code: "option_invalid" });
});
