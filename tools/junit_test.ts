import assert from "node:assert/strict";
import { readJunit } from "./junit.ts";

const report = (cases: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="9" failures="9" errors="0" time="0.1">
    <testsuite name="./a_test.ts" tests="9" disabled="0" errors="0" failures="9">
${cases}
    </testsuite>
</testsuites>`;

Deno.test("tests are counted by how they ended", () => {
  const xml = report(`
    <testcase name="one" classname="./a_test.ts" time="0.0" line="1" col="6">
    </testcase>
    <testcase name="two" classname="./a_test.ts" time="0.0"/>
    <testcase name="three" classname="./a_test.ts" time="0.0">
        <failure message="no">Error: no
    at &lt;testcase name=&quot;x&quot;&gt;</failure>
    </testcase>
    <testcase name="four (needs wrk)" classname="./a_test.ts" time="0.0">
        <skipped/>
    </testcase>`);
  assert.deepEqual(readJunit(xml), { passed: 2, failed: 1, skipped: ["four (needs wrk)"] });
});

Deno.test("a step is part of its test, a test's name may look like a step's", () => {
  const xml = report(`
    <testcase name="one" classname="./a_test.ts"></testcase>
    <testcase name="one &gt; a" classname="./a_test.ts"></testcase>
    <testcase name="one &gt; a &gt; b" classname="./a_test.ts"><failure/></testcase>
    <testcase name="one &gt; c" classname="./a_test.ts"><skipped/></testcase>
    <testcase name="2 &gt; 1" classname="./a_test.ts"></testcase>`);
  assert.deepEqual(readJunit(xml), { passed: 2, failed: 0, skipped: ["one > c"] });
});

Deno.test("a step belongs to a test of its own file", () => {
  const other = '<testsuite name="./b_test.ts"><testcase name="a &gt; b"></testcase></testsuite>';
  const xml = report('<testcase name="a"></testcase>').replace("</testsuites>", other);
  assert.deepEqual(readJunit(xml), { passed: 2, failed: 0, skipped: [] });
});

Deno.test("names are read with their entities", () => {
  const xml = report(
    '<testcase name="&lt;a&gt; &amp; &quot;b&quot; &#39;&#x41;"><skipped/></testcase>',
  );
  assert.deepEqual(readJunit(xml).skipped, [`<a> & "b" 'A`]);
});

Deno.test("a report without tests counts nothing", () => {
  assert.deepEqual(readJunit(report("")), { passed: 0, failed: 0, skipped: [] });
  assert.deepEqual(readJunit(""), { passed: 0, failed: 0, skipped: [] });
});
