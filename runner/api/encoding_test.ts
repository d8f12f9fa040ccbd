import assert from "node:assert/strict";
import encoding, { b64decode, b64encode, type Base64Encoding } from "./encoding.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

/** RFC 4648 §10, and bytes whose digits differ between the alphabets. */
const VECTORS: [input: string | Uint8Array, std: string][] = [
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
  ["a?>ÿ", "YT8+w78="],
  [bytes(255, 254, 253), "//79"],
  [bytes(251, 255), "+/8="],
];

const VARIANTS: Record<Base64Encoding, (std: string) => string> = {
  std: (text) => text,
  rawstd: (text) => text.replaceAll("=", ""),
  url: (text) => text.replaceAll("+", "-").replaceAll("/", "_"),
  rawurl: (text) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
};

for (
  const [name, written] of Object.entries(VARIANTS) as [Base64Encoding, (s: string) => string][]
) {
  Deno.test(`bytes become ${name} base64 and come back`, () => {
    for (const [input, std] of VECTORS) {
      const plain = typeof input === "string" ? new TextEncoder().encode(input) : input;
      const expected = written(std);
      assert.equal(b64encode(input, name), expected);
      assert.equal(b64encode(plain.slice().buffer, name), expected);
      assert.deepEqual(new Uint8Array(b64decode(expected, name)), plain);
      if (typeof input === "string") assert.equal(b64decode(expected, name, "s"), input);
    }
  });
}

Deno.test("std and an ArrayBuffer are the defaults, and a view is its part of a buffer", () => {
  assert.equal(b64encode(bytes(1, 251, 255, 2).subarray(1, 3)), "+/8=");
  const decoded: ArrayBuffer = b64decode("+/8=");
  assert.deepEqual(new Uint8Array(decoded), bytes(251, 255));
  assert.deepEqual(encoding, { b64encode, b64decode });
});

Deno.test("line breaks within base64 are skipped, bytes that are no text become U+FFFD", () => {
  assert.equal(b64decode("YT8+\r\nw78=\n", "std", "s"), "a?>ÿ");
  assert.equal(b64decode("/w==", "std", "s"), "\ufffd");
});

Deno.test("what is not base64 of the encoding is refused", () => {
  const cases: [string, Base64Encoding][] = [
    ["YT8+w78=", "rawstd"],
    ["YT8+w78", "std"],
    ["YT8+w78=", "url"],
    ["YT8-w78=", "std"],
    ["!!!!", "std"],
    ["A", "rawstd"],
    ["====", "std"],
  ];
  for (const [text, name] of cases) {
    assert.throws(() => b64decode(text, name), {
      code: "option_invalid",
      message: `b64decode needs base64 of encoding ${name}: ${JSON.stringify(text)}`,
    });
  }
});

Deno.test("arguments of another kind are refused with the choices", () => {
  const wrong = b64encode as unknown as (...args: unknown[]) => string;
  for (const input of [5, null, undefined, {}, [1]]) {
    assert.throws(() => wrong(input), { code: "option_invalid" });
  }
  assert.throws(() => wrong("a", "hex"), {
    message: `encoding of b64encode must be one of std, rawstd, url, rawurl: "hex"`,
  });
  const decode = b64decode as unknown as (...args: unknown[]) => unknown;
  assert.throws(() => decode("YQ==", "std", "x"), {
    message: `format of b64decode must be one of s, b: "x"`,
  });
});
