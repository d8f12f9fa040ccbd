import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { HttpError } from "./errors.ts";
import { MultipartScanner } from "./multipart.ts";

/** Near misses of a delimiter, and what heads are made of. */
const PIECES = [
  ...["\r\n", "\r", "\n", "-", "--", "--b", "\r\n--b", "\r\n--b--", " ", "a", "b", "\0", "ÿ"],
  ...["content-disposition", ":", "form-data", ";", 'name="file"', 'filename="x"', '"', "=", "\\"],
];
const HEAD = 'Content-Disposition: form-data; name="file"; filename="x"\r\n\r\n';

/**
 * Uploads: however a body is cut, the same comes out; a file comes out as it went in; what is no
 * form is refused by 400.
 */
export const target: FuzzTarget = fuzzTarget({
  name: "multipart",
  run(random: Random): void {
    const content = random.text(30, PIECES);
    const whole = random.once(2);
    const body = bytesOf(whole ? `--b\r\n${HEAD}${content}\r\n--b--\r\n` : `--b${content}`);
    const atOnce = scan(body, () => body.length);
    assert.deepEqual(scan(body, () => 1 + random.below(9)), atOnce);
    if (!whole || `\r\n${content}\r\n`.includes("\r\n--b")) return;
    assert.deepEqual(atOnce, { parts: [content], over: true });
  },
});

/** What comes out of a body that comes in pieces; null when it is refused. */
function scan(body: Uint8Array, next: () => number): { parts: string[]; over: boolean } | null {
  const parts: string[] = [];
  const scanner = new MultipartScanner("b", {
    part: () => parts.push("") > 0,
    data: (bytes) => parts[parts.length - 1] += String.fromCharCode(...bytes),
    end: () => {},
  });
  let rest: Uint8Array = MultipartScanner.START;
  try {
    for (let at = 0; at < body.length;) {
      const piece = body.subarray(at, at += next());
      const bytes = new Uint8Array(rest.length + piece.length);
      bytes.set(rest);
      bytes.set(piece, rest.length);
      rest = bytes.subarray(scanner.scan(bytes));
    }
  } catch (error) {
    assert.ok(error instanceof HttpError && error.status === 400, String(error));
    return null;
  }
  return { parts, over: scanner.over };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
