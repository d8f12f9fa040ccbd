import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";
import { ChunkedReader } from "./chunked.ts";

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

const MALFORMED = "response_malformed";

const CASES: [name: string, text: string, expected: string][] = [
  ["two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"],
  [
    "upper and lower case sizes, leading zeros",
    "00A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
    "01234567890123456789",
  ],
  ["empty body", "0\r\n\r\n", ""],
  ["trailers", "1\r\na\r\n0\r\nX: 1\r\nY: 2\r\n\r\n", "a + X: 1\r\nY: 2\r\n"],
  ["extension", "1;a=b;c\r\nx\r\n0;z\r\n\r\n", "x"],
  ["quoted extension with CRLF-like text", '1;a="b\\"c;d"\r\nx\r\n0\r\n\r\n', "x"],
  ["bytes behind the body", "1\r\na\r\n0\r\n\r\nHTTP/1.1", "a | rest"],
  ["06 17 digits", "00000000000000001\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 over 2^53", "fffffffffffffff\r\n", MALFORMED],
  ["06 sign", "+1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 minus", "-1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 space before", " 1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 space behind", "1 \r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 hex prefix", "0x1\r\na\r\n0\r\n\r\n", MALFORMED],
  ["06 no size", "\r\na\r\n0\r\n\r\n", MALFORMED],
  ["07 long extensions", `1;${"a".repeat(17_000)}\r\nx\r\n0\r\n\r\n`, "response_too_large"],
  [
    "07 long extensions in pieces",
    `${`1;${"a".repeat(9000)}\r\nx\r\n`.repeat(2)}0\r\n\r\n`,
    "response_too_large",
  ],
  ["07 no semicolon", "1a=b\r\nx\r\n0\r\n\r\n", MALFORMED],
  ["07 open quote", '1;a="b\r\nx\r\n0\r\n\r\n', MALFORMED],
  ["08 no CRLF behind a chunk", "1\r\na0\r\n\r\n", MALFORMED],
  ["08 LF alone behind a chunk", "1\r\na\n0\r\n\r\n", MALFORMED],
  ["08 CR alone behind a chunk", "1\r\na\r0\r\n\r\n", MALFORMED],
  ["13 LF alone behind a size", "1\na\r\n0\r\n\r\n", MALFORMED],
  ["12 bad trailer", "0\r\nX : 1\r\n\r\n", MALFORMED],
  ["09 cut in a chunk", "5\r\nhel", "hel …"],
  ["09 cut before the last chunk", "1\r\na\r\n", "a …"],
  ["09 cut in the trailers", "0\r\nX: 1\r\n", " …"],
];

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
