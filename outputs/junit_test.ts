import assert from "node:assert/strict";
import type { RunInfo } from "../runner/mod.ts";
import { putBy, resultOf } from "./_results_for_tests.ts";
import { withFile } from "./_outputs_for_tests.ts";
import { junitOutput, junitXml } from "./junit.ts";

/** Cases of a report: class, name, and what its failure or error says. */
function casesOf(xml: string): (string | undefined)[][] {
  return [...xml.matchAll(
    /<testcase classname="([^"]*)" name="([^"]*)" time="0.000"(?:\/>|>\s*<(failure|error) message="([^"]*)" type="(\w+)"\/>)/g,
  )].map(([, ...fields]) => fields);
}

Deno.test("each threshold, each check and the run is a case", () => {
  const xml = junitXml(resultOf({
    checks: [["is up", 3, 0], ["is whole", 1, 2, "::shop::cart"]],
    thresholds: [
      { metric: "http_req_duration", expression: "p(95)<200", ok: false, value: 412 },
      { metric: "http_req_failed", expression: "rate<0.1", ok: true, value: 0 },
    ],
    exitCode: 99,
  }));
  assert.equal(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="downpour" tests="5" failures="2" errors="0" time="2.500">
  <testsuite name="load.ts" tests="5" failures="2" errors="0" skipped="0" time="2.500" timestamp="2026-01-02T03:04:05.000Z">
    <properties>
      <property name="exit_code" value="99"/>
      <property name="vus_max" value="2"/>
      <property name="shards" value="1"/>
      <property name="iterations_planned" value="3"/>
      <property name="iterations_started" value="3"/>
      <property name="iterations_completed" value="3"/>
      <property name="iterations_interrupted" value="0"/>
      <property name="iterations_dropped" value="0"/>
      <property name="iterations_thrown" value="0"/>
      <property name="iterations_late" value="0"/>
      <property name="generator" value="kept-up"/>
    </properties>
    <testcase classname="thresholds" name="http_req_duration p(95)&lt;200" time="0.000">
      <failure message="412ms, 212ms (106%) over 200ms" type="thresholds"/>
    </testcase>
    <testcase classname="thresholds" name="http_req_failed rate&lt;0.1" time="0.000"/>
    <testcase classname="checks" name="is up" time="0.000"/>
    <testcase classname="checks.shop.cart" name="is whole" time="0.000">
      <failure message="2 of 3 failed (66.7%)" type="checks"/>
    </testcase>
    <testcase classname="run" name="run" time="0.000"/>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("what makes a run fail beside thresholds is one error", () => {
  const xml = junitXml(
    resultOf({ failures: ["teardown threw: no", "shard 1 died"], exitCode: 107 }),
  );
  assert.deepEqual(casesOf(xml), [
    ["run", "run", "error", "teardown threw: no&#10;shard 1 died", "run"],
  ]);
  assert.match(xml, /tests="1" failures="0" errors="1"/);
});

const HOSTILE: [name: string, written: string][] = [
  [`"><script>alert(1)</script>`, "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"],
  ["]]>&amp;", "]]&gt;&amp;amp;"],
  ["a\nb\r\tc", "a&#10;b&#13;&#9;c"],
  ["nul \0 bell \x07 esc \x1b[2J", "nul \ufffd bell \ufffd esc \ufffd[2J"],
  ["half \ud83d of a pair \ufffe", "half \ufffd of a pair \ufffd"],
  ["line\u2028break", "line\u2028break"],
];

for (const [name, written] of HOSTILE) {
  Deno.test(`a check's name can't leave its attribute: ${JSON.stringify(name)}`, () => {
    const xml = junitXml(resultOf({ checks: [[name, 0, 1]], name }));
    assert.deepEqual(casesOf(xml)[0]?.slice(0, 2), ["checks", written]);
    assert.ok(xml.includes(`<testsuite name="${written}" tests`), xml);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(xml, /[\x00-\x08\x0b-\x1f]/);
  });
}

Deno.test("the file has the whole report once the run ended", async () => {
  await withFile("junit.xml", async (path) => {
    const result = resultOf({ checks: [["is up", 1, 0]] });
    await putBy(junitOutput(path), result);
    assert.equal(await Deno.readTextFile(path), junitXml(result));
  });
});

Deno.test("a run that ended without a result is one error", async () => {
  await withFile("junit.xml", async (path) => {
    const output = junitOutput(path);
    await putBy(output, null, { name: "<load>.ts" } as RunInfo);
    const xml = await Deno.readTextFile(path);
    assert.deepEqual(casesOf(xml), [
      ["run", "run", "error", "the run ended before its load began", "run"],
    ]);
    assert.match(xml, /<testsuite name="&lt;load&gt;.ts" tests="1" failures="0" errors="1"/);
  });
});

Deno.test("a report that can't be written ends the run before its load", async () => {
  await withFile("no folder/junit.xml", async (path) => {
    await assert.rejects(putBy(junitOutput(path), null), /its folder does not exist/);
  });
});
