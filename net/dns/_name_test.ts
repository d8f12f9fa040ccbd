import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { encodeName } from "./_name.ts";

const label = (text: string) => [text.length, ...new TextEncoder().encode(text)];

Deno.test("names are written label by label", () => {
  const cases: [string, number[]][] = [
    [".", [0]],
    ["a", [...label("a"), 0]],
    ["www.Example.org", [...label("www"), ...label("Example"), ...label("org"), 0]],
    ["a.b.", [...label("a"), ...label("b"), 0]],
    ["_sip._tcp.x", [...label("_sip"), ...label("_tcp"), ...label("x"), 0]],
    ["*.x", [...label("*"), ...label("x"), 0]],
    ["0/25.x", [...label("0/25"), ...label("x"), 0]],
    ["a\\.b.c", [...label("a.b"), ...label("c"), 0]],
    ["a\\\\b", [...label("a\\b"), 0]],
    ["\\000\\255\\x", [3, 0, 255, 0x78, 0]],
    ["bücher.example", [...label("xn--bcher-kva"), ...label("example"), 0]],
    ["x".repeat(63), [...label("x".repeat(63)), 0]],
  ];
  for (const [name, bytes] of cases) assert.deepEqual([...encodeName(name)], bytes, name);
});

Deno.test("what isn't a name is refused with the reason", () => {
  const long = "x".repeat(63);
  const cases: [unknown, RegExp][] = [
    ["", /it is empty/],
    [".a", /a label is empty/],
    ["a..b", /a label is empty/],
    ["..", /a label is empty/],
    [`${long}x`, /over 63/],
    [`${long}.${long}.${long}.${"x".repeat(62)}`, /over 253/],
    ["a\\", /backslash/],
    ["\\256", /backslash/],
    ["a b", /characters/],
    ["a\nb", /characters/],
    ["bü/cher", /characters/],
    ["user@bücher.example", /characters/],
    [7, /not text/],
  ];
  for (const [name, reason] of cases) {
    assert.throws(
      () => encodeName(name as string),
      isNetError("address_invalid", undefined, reason),
      String(name),
    );
  }
  assert.equal(encodeName(`${long}.${long}.${long}.${"x".repeat(61)}`).length, 255);
});
