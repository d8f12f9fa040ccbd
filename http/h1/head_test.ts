import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";
import type { Strictness } from "./fields.ts";
import { HeadReader } from "./head.ts";
import {
  HEAD_CASES as CASES,
  HEAD_CASES_BY_STRICTNESS,
  MALFORMED,
  OK,
} from "./head_cases_for_tests.ts";
import { readFields } from "./read_fields.ts";

/** What a reader makes of `text`: fed in pieces that end at the given places. */
function read(text: string, cuts: number[] = [], strictness?: Strictness): string {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const reader = new HeadReader(strictness);
  reader.reset(0);
  try {
    let at = -1;
    for (const end of [...cuts, bytes.length]) {
      at = reader.read(bytes, end);
      if (at >= 0) break;
    }
    if (at < 0) return "more";
    const length = reader.framing === "length" ? ` ${reader.contentLength}` : "";
    const kept = reader.keepAlive ? "" : " close";
    return `${reader.status} ${reader.framing}${length}${kept} @${at}`;
  } catch (error) {
    assert(error instanceof DownpourError);
    return error.code;
  }
}

for (const [name, text, expected] of CASES) {
  Deno.test(`HeadReader: ${name}`, () => assert.equal(read(text), expected));
}

Deno.test("HeadReader reads the same at every split point", () => {
  for (const [name, text, expected] of CASES) {
    if (text.length > 500) continue;
    for (let cut = 1; cut < text.length; cut++) {
      assert.equal(read(text, [cut]), expected, `${name}, cut at ${cut}`);
    }
  }
});

Deno.test("HeadReader reads the same byte by byte", () => {
  for (const [name, text, expected] of CASES) {
    if (text.length > 20_000) continue;
    const cuts = Array.from({ length: text.length - 1 }, (_, i) => i + 1);
    assert.equal(read(text, cuts), expected, name);
  }
});

Deno.test("HeadReader refuses garbage at its first wrong byte, before a line is complete", () => {
  assert.equal(read("SSH-2.0"), MALFORMED);
  assert.equal(read("\x16\x03\x01"), MALFORMED);
  assert.equal(read("HTTP/1.1 x"), MALFORMED);
});

Deno.test("HeadReader gives a position or a typed error for any bytes", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const valid = CASES.map(([, text]) => text).filter((text) => text.length < 300);
  for (let round = 0; round < 5000; round++) {
    const chars = [...valid[random(valid.length)]!];
    for (let edits = random(4); edits >= 0; edits--) {
      chars[random(chars.length)] = String.fromCharCode(random(256));
    }
    const text = chars.join("");
    const whole = read(text);
    const cut = read(text, [random(text.length) + 1]);
    // A cut line is judged when its end has come; until then the wrong byte in it may go unseen.
    if (cut === "more" && whole === MALFORMED) continue;
    assert.equal(cut, whole, `seed ${seed}, round ${round}`);
  }
});

Deno.test("readFields gives names and values as sent, with folds as one run of spaces", () => {
  const text = `${OK}X-Case: One \r\nx-case:two\r\nFolded: a\r\n\tb\r\nEmpty:\r\n\r\n`;
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  assert.deepEqual(
    readFields(bytes, true).map(([name, value]) => [name, value.replace(/\s+/g, " ")]),
    [["X-Case", "One"], ["x-case", "two"], ["Folded", "a b"], ["Empty", ""]],
  );
});

Deno.test("strict all refuses folds, lenient takes bare line feeds and both framings, at every split", () => {
  for (const [name, text, all, lenient] of HEAD_CASES_BY_STRICTNESS) {
    assert.equal(read(text, [], "all"), all, name);
    assert.equal(read(text, [], "lenient"), lenient, name);
    for (let cut = 1; cut < text.length; cut++) {
      assert.equal(read(text, [cut], "lenient"), lenient, `${name}, cut at ${cut}`);
    }
  }
});
