import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import type { RunRecord } from "../record.ts";
import { type FakeEndpoint, fakeRecord, SHOP } from "../record_for_tests.ts";
import { type ChangeRule, compareRuns, type Comparison, parseRule } from "./mod.ts";
import { statisticName } from "./statistic.ts";

const [HOME, CART] = SHOP as [FakeEndpoint, FakeEndpoint];
/** Half a minute of the shop, the cart's endpoint changed. */
function shop(seed: number, cart: Partial<FakeEndpoint> = {}, seconds = 30): RunRecord {
  const busy = { ...CART, rate: 100, tail: 3, ...cart };
  return fakeRecord({ seed, seconds, exitCode: 0, endpoints: [HOME, busy] });
}
const BASE = [{ label: "1", record: shop(1) }];
const SLOW = [{ label: "2", record: shop(2, { median: 10, failing: 0.1 }) }];

function judged(rule: string, after = SLOW): Comparison["rules"][number] {
  return compareRuns(BASE, after, { rules: [parseRule(rule)] }).rules[0]!;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof OptionError, String(error));
    assert.equal(error.option, "--fail-on");
    return error.message;
  }
  assert.fail("it was taken");
}

Deno.test("rules are read", () => {
  const parts = ({ metric, where, statistic, operator, limit, isRelative }: ChangeRule) => [
    metric,
    where,
    statisticName(statistic),
    operator,
    limit,
    isRelative ? "%" : "",
  ];
  const cases: [text: string, ...parts: unknown[]][] = [
    ["p99>+10%", null, {}, "p99", ">", 0.1, "%"],
    ["p(99.9)>10%", null, {}, "p99.9", ">", 0.1, "%"],
    [" med > 5ms ", null, {}, "p50", ">", 5, ""],
    ["avg>+0.25s", null, {}, "avg", ">", 250, ""],
    ["p95>+300us", null, {}, "p95", ">", 0.3, ""],
    ["rate<-5%", null, {}, "rate", "<", -0.05, "%"],
    ["errors>+1%", "http_req_failed", {}, "share", ">", 0.01, "%"],
    ["{name:/a}:errors>1%", "http_req_failed", { name: "/a" }, "share", ">", 0.01, "%"],
    ["http_req_duration{name:x}:p95>+5ms", "http_req_duration", { name: "x" }, "p95", ">", 5, ""],
    ["orders:rate<-10", "orders", {}, "rate", "<", -10, ""],
    ["checks:share<-1%", "checks", {}, "share", "<", -0.01, "%"],
  ];
  for (const [text, ...wanted] of cases) assert.deepEqual(parts(parseRule(text)), wanted, text);
});

Deno.test("what is no rule is refused with the form of one", () => {
  const cases: [text: string, message: RegExp][] = [
    ["", /can't be read: {2}\(as in p99>\+10%/],
    ["p99", /can't be read: p99 \(/],
    ["p99>10%%", /can't be read/],
    ["p99>=10%", /can't be read/],
    ["p101>10%", /compares p50, p99.9 and the like, med, avg, rate, errors, or share/],
    ["max>10%", /compares p50/],
    ["errors>5", /limit of a share is in points/],
    ["http_req_failed:errors>1%", /errors has no metric, only tags/],
    ["http_req_duration{name}:p95>5%", /can't be read/],
  ];
  for (const [text, message] of cases) assert.match(refusal(() => parseRule(text)), message, text);
});

Deno.test("a rule fails on a change that goes beyond its limit and is no noise", () => {
  const cases: [rule: string, ok: boolean][] = [
    ["p50>+10%", false],
    ["p50>+500%", true],
    ["p50<-10%", true],
    ["http_req_duration:p95>+5ms", false],
    ["http_req_duration:p95>+500ms", true],
    ["errors>+1%", false],
    ["errors>+50%", true],
    ["rate<-5%", true],
    ["rate<-5", true],
  ];
  for (const [rule, ok] of cases) assert.equal(judged(rule).ok, ok, rule);
  const same = [{ label: "2", record: shop(3) }];
  for (const rule of ["p99>0%", "p50>0%", "errors>0%", "rate<0%"]) {
    assert.equal(judged(rule, same).ok, true, `${rule}: without a difference`);
  }
});

Deno.test("a star stands for every endpoint, and those that fail come first", () => {
  const { ok, changes } = judged("http_req_duration{name:*}:p50>+10%");
  assert.equal(ok, false);
  assert.deepEqual(changes.map(({ tags }) => tags), [{ name: CART.name }, { name: HOME.name }]);
  assert.equal(judged(`http_req_duration{name:"${HOME.name}"}:p50>+10%`).ok, true);
});

Deno.test("a rule on what the runs don't have is refused by name", () => {
  const why = (rule: string) => refusal(() => judged(rule));
  assert.match(
    why("http_req_duratio:p95>5%"),
    /not all runs have http_req_duratio \(did you mean http_req_duration\?\)/,
  );
  assert.match(why("http_reqs:p95>5%"), /http_reqs is a counter, which has no such statistic/);
  assert.match(
    why("http_req_duration{name:nope}:p95>5%"),
    /not all runs have samples of http_req_duration\{name:nope\}/,
  );
});
