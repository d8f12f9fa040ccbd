import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { type Aggregate, emptyAggregate } from "./aggregate.ts";
import type { MetricType } from "./metric.ts";
import { evaluateThreshold, parseSelector, parseThreshold } from "./thresholds.ts";

const trend = emptyAggregate("trend");
for (let value = 1; value <= 101; value++) trend.histogram.add(value);
const counter: Aggregate = { type: "counter", total: 500 };
const gauge: Aggregate = { type: "gauge", value: 7, min: 2, max: 9 };
const rate: Aggregate = { type: "rate", passes: 1, total: 200 };

Deno.test("expressions are taken apart, whatever their spaces", () => {
  const cases: [string, stat: string, operator: string, limit: number][] = [
    ["p(95)<500", "p(95)", "<", 500],
    [" p( 99.9 ) <= 1.5 ", "p(99.9)", "<=", 1.5],
    ["rate < 0.01", "rate", "<", 0.01],
    ["rate<.01", "rate", "<", 0.01],
    ["count>=100", "count", ">=", 100],
    ["avg>-1", "avg", ">", -1],
    ["value==1e3", "value", "==", 1000],
    ["med===20", "med", "===", 20],
    ["max!=0", "max", "!=", 0],
    ["\tmin\n>\n1", "min", ">", 1],
  ];
  for (const [expression, stat, operator, limit] of cases) {
    assert.deepEqual(parseThreshold(expression), {
      expression,
      stat,
      operator,
      limit,
      type: undefined,
    });
  }
});

Deno.test("an expression that can't be understood names itself and what is wrong", () => {
  const cases: [expression: unknown, type: MetricType | undefined, why: RegExp][] = [
    ["", undefined, /write a statistic/],
    ["p(95)", undefined, /write a statistic/],
    [undefined, undefined, /undefined: write a statistic/],
    [500, undefined, /write a statistic/],
    ["p(95)=500", undefined, /= is none of < <= > >= == === !=/],
    ["p(95)<>500", undefined, /<> is none of/],
    ["p(95)!==500", undefined, /!== is none of/],
    ["p(95)<", undefined, /"" is not a number/],
    ["p(95)<500ms", undefined, /"500ms" is not a number/],
    ["p(95)<Infinity", undefined, /not a number/],
    ["p(95)<1e999", undefined, /not a number/],
    ["rate<0x10", undefined, /not a number/],
    ["p(101)<1", undefined, /N goes from 0 to 100/],
    ["p(-1)<1", undefined, /N goes from 0 to 100/],
    ["p()<1", undefined, /N goes from 0 to 100/],
    ["p(N)<1", undefined, /has no "p\(N\)"/],
    ["p95<1", undefined, /has no "p95", only count, rate, value, avg/],
    ["constructor<1", undefined, /has no "constructor"/],
    ["avg<1", "counter", /a counter has no "avg", only count, rate/],
    ["rate<1", "trend", /a trend has no "rate", only avg, min, max, med, p\(N\), count/],
    ["count<1", "rate", /a rate has no "count", only rate/],
    ["p(95)<1", "gauge", /a gauge has no "p\(95\)", only value/],
  ];
  for (const [expression, type, why] of cases) {
    assert.throws(() => parseThreshold(expression as string, type), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, why);
      return error.message.includes(JSON.stringify(expression) ?? "undefined");
    });
  }
});

Deno.test("rules are judged on the statistic they name", () => {
  const cases: [string, Aggregate, ok: boolean, value: number][] = [
    ["p(50)<=51.5", trend, true, 51],
    ["p(95)<90", trend, false, 96],
    ["med>50", trend, true, 51],
    ["avg==51", trend, true, 51],
    ["avg===51", trend, true, 51],
    ["avg!=51", trend, false, 51],
    ["min>=1", trend, true, 1],
    ["max<101", trend, false, 101],
    ["count>100", trend, true, 101],
    ["count>=500", counter, true, 500],
    ["count>500", counter, false, 500],
    ["rate>49", counter, true, 50],
    ["value<7", gauge, false, 7],
    ["rate<0.01", rate, true, 0.005],
    ["rate<0.005", rate, false, 0.005],
  ];
  for (const [expression, aggregate, ok, value] of cases) {
    const judged = evaluateThreshold(
      parseThreshold(expression, aggregate.type),
      aggregate,
      10_000,
    );
    assert.equal(judged.ok, ok, expression);
    assert.ok(Math.abs(judged.value! - value) <= value / 128, `${expression}: ${judged.value}`);
  }
});

Deno.test("without samples a rate passes and everything else is judged as 0", () => {
  const cases: [string, MetricType | undefined, Aggregate | undefined, ok: boolean][] = [
    ["rate>0.99", "rate", undefined, true],
    ["rate>0.99", "rate", emptyAggregate("rate"), true],
    ["rate>0.99", undefined, undefined, true],
    ["rate>10", "counter", undefined, false],
    ["count>=1", "counter", undefined, false],
    ["p(95)<500", "trend", undefined, true],
    ["p(95)<500", "trend", emptyAggregate("trend"), true],
    ["p(95)>1", "trend", emptyAggregate("trend"), false],
    ["value>0", "gauge", emptyAggregate("gauge"), false],
  ];
  for (const [expression, type, aggregate, ok] of cases) {
    const judged = evaluateThreshold(parseThreshold(expression, type), aggregate, 1000);
    assert.deepEqual(judged, { ok, value: null }, expression);
  }
});

Deno.test("selectors are taken apart", () => {
  const cases: [string, metric: string, where: Record<string, string>][] = [
    ["http_reqs", "http_reqs", {}],
    [" http_reqs ", "http_reqs", {}],
    ["m{status:200}", "m", { status: "200" }],
    ["m{ status : 200 , method : GET }", "m", { status: "200", method: "GET" }],
    [`m{name:"a, b",other:' c '}`, "m", { name: "a, b", other: " c " }],
    ["m{name:http://host:80/users/{id}?x=1}", "m", { name: "http://host:80/users/{id}?x=1" }],
    [`m{group:"::log in::form"}`, "m", { group: "::log in::form" }],
    ["m{group:::log in}", "m", { group: "::log in" }],
    [`m{group:""}`, "m", { group: "" }],
    ["m{a:1,}", "m", { a: "1" }],
    ["m{expected_response:true} ", "m", { expected_response: "true" }],
  ];
  for (const [text, metric, where] of cases) {
    assert.deepEqual(parseSelector(text), { metric, where }, text);
  }
});

Deno.test("a selector that can't be understood names itself and what is wrong", () => {
  const cases: [string, RegExp][] = [
    ["", /no metric's name/],
    ["{a:b}", /no metric's name/],
    ["p(95)", /no metric's name/],
    ["m{", /no }/],
    ["m{a:b", /no }/],
    ["m{a:b}x", /no }/],
    ["m{}", /not tag:value/],
    ["m{a}", /not tag:value/],
    ["m{a=b}", /not tag:value/],
    ["m{:b}", /not tag:value/],
    ["m{a,b:c}", /not tag:value/],
    ["m{a:}", /tag a has no value/],
    ["m{a:1,a:2}", /tag a comes twice/],
    [`m{a:"b}`, /quote is not closed/],
    [`m{a:"b"c}`, /"c" after a quoted value/],
  ];
  for (const [text, why] of cases) {
    assert.throws(() => parseSelector(text), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, why);
      return error.message.includes(JSON.stringify(text));
    });
  }
});
