import assert from "node:assert/strict";
import { HttpError } from "../errors.ts";
import { encodeForm, type FormInput } from "./urlencoded.ts";

const CASES: [name: string, form: FormInput, expected: string][] = [
  ["nothing", {}, ""],
  ["fields in order", { b: "2", a: "1" }, "b=2&a=1"],
  ["numbers, booleans, big integers", { n: 1.5, t: true, b: 10n }, "n=1.5&t=true&b=10"],
  ["1185 null is an empty value", { a: null, b: "" }, "a=&b="],
  ["undefined is left out", { a: undefined, b: 1, c: [undefined, 2] }, "b=1&c=2"],
  ["arrays repeat the field", { a: [1, "2", null], b: [] }, "a=1&a=2&a="],
  ["what stays as it is", { "aZ09*-._": "aZ09*-._" }, "aZ09*-._=aZ09*-._"],
  ["what is escaped", { "a b&=": "+%!'()~/?\r\n" }, "a+b%26%3D=%2B%25%21%27%28%29%7E%2F%3F%0D%0A"],
  ["UTF-8", { ä: "€😀" }, "%C3%A4=%E2%82%AC%F0%9F%98%80"],
  ["half of a surrogate pair", { a: "\ud800" }, "a=%EF%BF%BD"],
  ["an empty name", { "": "x" }, "=x"],
  ["URLSearchParams", new URLSearchParams("a=1&a=2&b=%20"), "a=1&a=2&b=+"],
  ["pairs", [["a", "1"], ["a", "2"]], "a=1&a=2"],
  ["a map", new Map([["a", "x y"]]), "a=x+y"],
];

for (const [name, form, expected] of CASES) {
  Deno.test(`encodeForm: ${name}`, () => assert.equal(encodeForm(form), expected));
}

const REFUSED: [name: string, form: unknown, message: RegExp][] = [
  [
    "1185 an object as a value",
    { user: { name: "k6" } },
    /^form field "user" is an object: flatten/,
  ],
  ["an array in an array", { a: [[1]] }, /^form field "a" is an array in an array: flatten it$/],
  ["a function", { a: () => 1 }, /^form field "a" is a function: give text or a number$/],
  ["a symbol", { a: Symbol("x") }, /^form field "a" is a symbol/],
  ["a file", { f: new Blob(["x"]) }, /^form field "f" is an object: .* multipart for files$/],
  ["text", "a=1", /^form is string: give a record of fields$/],
  ["null", null, /^form is null/],
  ["a list that isn't of pairs", ["a", "b"], /^form is a list of something else/],
  ["a pair of three", [["a", "b", "c"]], /^form is a list of something else/],
  ["an object in a pair", [["a", {}]], /^form field "a" is an object/],
];

for (const [name, form, message] of REFUSED) {
  Deno.test(`encodeForm refuses ${name}`, () => {
    assert.throws(() => encodeForm(form as FormInput), (error: unknown) => {
      assert(error instanceof HttpError);
      assert.equal(error.code, "request_invalid");
      assert.match(error.message, message);
      return true;
    });
  });
}
