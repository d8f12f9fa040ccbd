import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";
import { ChunkedReader } from "./chunked.ts";
import { CHUNKED_CASES as CASES } from "./chunked_cases_for_tests.ts";
import { MALFORMED } from "./head_cases_for_tests.ts";

/** The content of a chunked body and where it ended, or the error's code; fed in pieces of `size` bytes. */
function read(text: string, size: number = text.length): string {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const reader = new ChunkedReader();
  reader.reset();
  let content = "";
  let at = 0;
  try {
    for (
      let end = Math.min(size, bytes.length);
      !reader.done;
      end = Math.min(end + size, bytes.length)
    ) {
      for (;;) {
        const before = at;
        at = reader.next(bytes, at, end);
        content += String.fromCharCode(...bytes.subarray(reader.dataStart, reader.dataEnd));
        if (reader.done || (at === before && reader.dataEnd === reader.dataStart) || at === end) {
          break;
        }
      }
      if (end === bytes.length && !reader.done) return `${content} …`;
    }
  } catch (error) {
    assert(error instanceof DownpourError);
    return error.code;
  }
  const trailers = text.slice(reader.trailersStart, at - 2);
  return `${content}${trailers === "" ? "" : ` + ${trailers}`}${at < text.length ? " | rest" : ""}`;
}

for (const [name, text, expected] of CASES) {
  Deno.test(`ChunkedReader: ${name}`, () => assert.equal(read(text), expected));
}

Deno.test("ChunkedReader reads the same in pieces of any size", () => {
  for (const [name, text, expected] of CASES) {
    const sizes = text.length > 500
      ? [1, 1000]
      : Array.from({ length: text.length }, (_, i) => i + 1);
    for (const size of sizes) {
      assert.equal(read(text, size), expected, `${name}, pieces of ${size}`);
    }
  }
});

Deno.test("ChunkedReader gives content or a typed error for any bytes, however they are cut", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const valid = CASES.map(([, text]) => text).filter((text) => text.length < 200);
  for (let round = 0; round < 5000; round++) {
    const chars = [...valid[random(valid.length)]!];
    for (let edits = random(3); edits >= 0; edits--) {
      chars[random(chars.length)] = String.fromCharCode(random(256));
    }
    const text = chars.join("");
    const whole = read(text);
    const cut = read(text, random(text.length) + 1);
    // A cut trailer line is judged when its end has come; until then its wrong byte may go unseen.
    if (cut.endsWith("…") && whole === MALFORMED) continue;
    assert.equal(cut, whole, `seed ${seed}, round ${round}`);
  }
});
