import assert from "node:assert/strict";
import { hasSetCookie } from "./has_set_cookie.ts";

const CASES: [fields: string, expected: boolean][] = [
  ["", false],
  ["set-cookie: a=1\r\n", true],
  ["server: x\r\nset-cookie: a=1\r\nvary: y\r\n", true],
  ["x: set-cookie: a=1\r\n", false],
  ["set-cookie2: a=1\r\n", false],
  ["set-cooki: a\r\n", false],
];
for (const [fields, expected] of CASES) {
  Deno.test(`${JSON.stringify(fields)} ${expected ? "sets" : "doesn't set"} a cookie`, () => {
    const head = new TextEncoder().encode(`HTTP/2.0 200 \r\n${fields}\r\n`);
    assert.equal(hasSetCookie(head), expected);
  });
}
