import assert from "node:assert/strict";
import { LineSplitter } from "./lines.ts";

function split(pieces: readonly Uint8Array[], most = 5): (string | null)[] {
  const lines: (string | null)[] = [];
  const splitter = new LineSplitter(most, (line) => {
    lines.push(line === null ? null : new TextDecoder().decode(line));
  });
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

const CASES: readonly (readonly [string, readonly (string | null)[]])[] = [
  ["", []],
  ["\n", [""]],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["a\r\n", ["a\r"]],
  ["12345\n", ["12345"]],
  ["123456\n", [null]],
  ["123456", [null]],
  ["12345678901234567890\nab\n1234567\ncd", [null, "ab", null, "cd"]],
];

for (const [text, expected] of CASES) {
  Deno.test(`cut into lines, wherever the bytes are split: ${JSON.stringify(text)}`, () => {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(split([bytes]), expected);
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)]), expected);
    }
    assert.deepEqual(split(Array.from(bytes, (byte) => Uint8Array.of(byte))), expected);
  });
}

Deno.test("a line that came in pieces is not overwritten by the next", () => {
  const lines: Uint8Array[] = [];
  const splitter = new LineSplitter(10, (line) => void lines.push(line!));
  for (const piece of ["a", "b\nc", "d\n"]) splitter.push(new TextEncoder().encode(piece));
  assert.deepEqual(lines.map((line) => new TextDecoder().decode(line)), ["ab", "cd"]);
});
