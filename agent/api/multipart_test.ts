import assert from "node:assert/strict";
import { searcher } from "./_search.ts";
import { HttpError } from "./errors.ts";
import { target } from "./multipart_fuzz_for_tests.ts";
import { boundaryOf, isMultipart, MultipartScanner } from "./multipart.ts";

interface Part {
  name: string;
  filename: string | null;
  text: string;
  ended: boolean;
}

/** Scans pieces as a body comes, the rest of each before the next; the parts. */
function scan(pieces: readonly Uint8Array[], boundary: string): { parts: Part[]; over: boolean } {
  const parts: Part[] = [];
  const scanner = new MultipartScanner(boundary, {
    part: ({ name, filename }) => parts.push({ name, filename, text: "", ended: false }) > 0,
    data: (bytes) => parts.at(-1)!.text += String.fromCharCode(...bytes),
    end: () => parts.at(-1)!.ended = true,
  });
  let rest: Uint8Array = MultipartScanner.START;
  for (const piece of pieces) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    rest = bytes.subarray(scanner.scan(bytes));
  }
  return { parts, over: scanner.over };
}

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const BODY = [
  "preamble\r\n--b-1  \t\r\n",
  'Content-Disposition: form-data; name="file"; filename="./a \\"b\\".bin"\r\n',
  "Content-Type: application/octet-stream\r\n\r\n",
  "one\r\n--b-\r\n--b\r\n\r\r\n-two\0\xff",
  "\r\n--b-1\r\nCONTENT-DISPOSITION:form-data;name=plain\r\n\r\n",
  "\r\n--b-1\r\n\r\nno head",
  "\r\n--b-1--\r\nepilogue --b-1",
].join("");
const PARTS: readonly Part[] = [
  {
    name: "file",
    filename: './a "b".bin',
    text: "one\r\n--b-\r\n--b\r\n\r\r\n-two\0\xff",
    ended: true,
  },
  { name: "plain", filename: null, text: "", ended: true },
  { name: "", filename: null, text: "no head", ended: true },
];

Deno.test("a multipart body is taken apart, cut into two anywhere, or into single bytes", () => {
  const body = bytes(BODY);
  for (let at = 0; at <= body.length; at++) {
    const found = scan([body.subarray(0, at), body.subarray(at)], "b-1");
    assert.deepEqual(found, { parts: PARTS, over: true }, String(at));
  }
  assert.deepEqual(scan([...body].map((byte) => Uint8Array.of(byte)), "b-1").parts, PARTS);
});

Deno.test("a multipart body that ends early is never over", () => {
  const body = bytes(BODY);
  const end = BODY.indexOf("--b-1--") + "--b-1--".length;
  for (let length = 0; length < end; length++) {
    assert.equal(scan([body.subarray(0, length)], "b-1").over, false, String(length));
  }
});

Deno.test(`generated input: ${target.name}`, async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  for (let number = 0; number < 2000; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      const repeat = `deno task fuzz agent --seed ${seed} --target multipart --case ${number}`;
      throw new Error(`repeat with: ${repeat}`, { cause: error });
    }
  }
});

Deno.test("a body of too many parts is refused", () => {
  const part = 'Content-Disposition: form-data; name="x"\r\n\r\n\r\n--b\r\n';
  assert.throws(() => scan([bytes(`--b\r\n${part.repeat(101)}`)], "b"), /over 100 parts/);
});

Deno.test("a boundary is read from a token or a quoted string", () => {
  assert.equal(boundaryOf("multipart/form-data; boundary=abc"), "abc");
  assert.equal(boundaryOf('Multipart/Form-Data; charset=x; Boundary="a b:c"'), "a b:c");
  for (
    const bad of [
      "multipart/form-data",
      "multipart/form-data; boundary=",
      'multipart/form-data; boundary="a "',
    ]
  ) {
    assert.throws(
      () => boundaryOf(bad),
      (error) => error instanceof HttpError && error.status === 400,
    );
  }
  assert.equal(isMultipart("multipart/form-data2"), false);
  assert.equal(isMultipart("application/json"), false);
  assert.equal(isMultipart(null), false);
});

Deno.test("the searcher finds what indexOf finds", () => {
  for (const needle of ["a", "ab", "aab", "abab", "\r\n--b"]) {
    const find = searcher(bytes(needle));
    for (const text of ["", "a", "aaab", "abaabab", "xx\r\n--\r\n--b", "\r\n-\r\n--bb"]) {
      for (let from = 0; from <= text.length; from++) {
        assert.equal(find(bytes(text), from), text.indexOf(needle, from), `${needle} in ${text}`);
      }
    }
  }
});
