import assert from "node:assert/strict";
import { checkLine, showLine } from "./check_line.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const RESULT = {
  ...{ sequenceID: "1", url: "http://localhost/", method: "GET", status: 200, size: -1 },
  ...{ timestamp: "2018-07-01T12:00:00.123456789Z", duration: 1_500_000, error: null },
};

Deno.test("what go-lo's library prints is a result", () => {
  for (const error of [null, {}, "timeout", { Op: "dial", Err: { nested: [1] } }]) {
    assert.equal(checkLine(encode(JSON.stringify({ ...RESULT, error }))), null);
  }
  assert.equal(checkLine(encode(` ${JSON.stringify(RESULT)}\r`)), null, "CRLF");
});

const REJECTED: readonly (readonly [string | Uint8Array, string])[] = [
  ["", "empty"],
  [" \r", "empty"],
  ["2018/07/01 starting", "no JSON object"],
  ["[]", "no JSON object"],
  ["null", "no JSON object"],
  ["{", "no JSON"],
  ['{"url":"x"}{}', "no JSON"],
  ["{".repeat(60_000), "no JSON"],
  [Uint8Array.of(0x7b, 0x22, 0xff, 0x22), "no UTF-8"],
  [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), "no JSON object"],
  [Uint8Array.from({ length: 256 }, (_, i) => 255 - i), "no JSON object"],
  [JSON.stringify({ ...RESULT, status: "200" }), "a field of another type"],
  [JSON.stringify({ ...RESULT, duration: "1.5ms" }), "a field of another type"],
];

Deno.test("what is no result is told why", () => {
  for (const [line, reason] of REJECTED) {
    assert.equal(checkLine(typeof line === "string" ? encode(line) : line), reason);
  }
});

Deno.test("a line is shown without what a terminal obeys", () => {
  assert.equal(showLine(encode("\x1b[31mred\0é")), ".[31mred...");
  assert.equal(showLine(encode("x".repeat(101))), `${"x".repeat(100)}…`);
});
