import assert from "node:assert/strict";
import { parseDate } from "tough-cookie";
import { parseCookieDate } from "./cookie_date.ts";

const JUNE = Date.UTC(2027, 5, 9, 10, 18, 14);

const TABLE: [text: string, at: number | null][] = [
  ["Wed, 09 Jun 2027 10:18:14 GMT", JUNE],
  ["Wednesday, 09-Jun-27 10:18:14 GMT", JUNE],
  ["Wed Jun  9 10:18:14 2027", JUNE],
  ["Wed, 09-Jun-2027 10:18:14 GMT", JUNE],
  ["9 june 2027 10:18:14", JUNE],
  ["2027 Jun 9 10:18:14 +0200", JUNE],
  ["10:18:14 9th 2027 JUNIPER", JUNE],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["01 Jan 70 0:0:0", 0],
  ["01 Jan 69 0:0:0", Date.UTC(2069, 0, 1)],
  ["01 Jan 1601 00:00:00", Date.UTC(1601, 0, 1)],
  ["29 Feb 2028 00:00:00", Date.UTC(2028, 1, 29)],
  ["29 Feb 2027 00:00:00", null],
  ["31 Apr 2027 00:00:00", null],
  ["00 Apr 2027 00:00:00", null],
  ["01 Jan 1600 00:00:00", null],
  ["01 Jan 2027 24:00:00", null],
  ["01 Jan 2027 00:60:00", null],
  ["01 Jan 2027 00:00:60", null],
  ["01 Jan 2027 00:00", null],
  ["01 Jan 00:00:00", null],
  ["2027-06-09T10:18:14Z", null],
  ["Session", null],
  ["", null],
];

for (const [text, at] of TABLE) {
  Deno.test(`cookie date ${JSON.stringify(text)}`, () => assert.equal(parseCookieDate(text), at));
}

Deno.test("dates are read as tough-cookie reads them", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const pieces = ["Wed,", "9", "09", "31", "Jun", "feb", "December", "2027", "27", "99", "1600"];
  pieces.push("10:18:14", "1:2:3", "23:59:60", "GMT", "-", " ", " ", "; ", "x1", "123456");
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 3 + random(8) }, () => pieces[random(pieces.length)]!).join(
      " ",
    );
    const theirs = parseDate(text)?.getTime() ?? null;
    assert.equal(parseCookieDate(text), theirs, `seed ${seed}: ${JSON.stringify(text)}`);
  }
});
