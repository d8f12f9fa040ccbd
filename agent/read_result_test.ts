import assert from "node:assert/strict";
import { readResult } from "./read_result.ts";

const WHOLE = {
  sequenceID: "s1",
  url: "http://shop.example/",
  method: "GET",
  status: 200,
  size: 512,
  timestamp: "2018-07-20T10:00:00.123456789Z",
  duration: 1_500_000,
  error: null,
};

Deno.test("a result is read as it is, its error of any type", () => {
  assert.deepEqual(readResult(WHOLE), WHOLE);
  for (const error of ["no", {}, { Op: "dial" }, 7, false]) {
    assert.deepEqual(readResult({ ...WHOLE, error }), { ...WHOLE, error });
  }
});

Deno.test("what is left out is empty, what is not known is passed over", () => {
  const read = readResult({ url: "/a", more: 1 });
  assert.deepEqual(read, {
    ...WHOLE,
    sequenceID: "",
    url: "/a",
    method: "",
    status: 0,
    size: 0,
    timestamp: "",
    duration: 0,
  });
});

Deno.test("what has another type is no result", () => {
  for (const value of [null, 7, "text", [], [WHOLE], true, undefined]) {
    assert.equal(readResult(value), null, JSON.stringify(value));
  }
  for (
    const [name, wrong] of Object.entries({
      sequenceID: 1,
      url: null,
      method: {},
      status: "200",
      size: null,
      timestamp: 5,
      duration: Infinity,
    })
  ) assert.equal(readResult({ ...WHOLE, [name]: wrong }), null, name);
});
