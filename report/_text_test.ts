import assert from "node:assert/strict";
import { displayWidth, fit, pad, plain } from "./_text.ts";

Deno.test("the width of text is counted in terminal columns", () => {
  const cases: [text: string, width: number][] = [
    ["", 0],
    ["GET /", 5],
    ["日本語", 6],
    ["e\u0301", 1],
    ["✓ µs …", 6],
    ["🚀", 2],
    ["한글", 4],
    ["ｆｕｌｌ", 8],
  ];
  for (const [text, width] of cases) assert.equal(displayWidth(text), width, text);
});

Deno.test("padding and cutting land on the wanted width", () => {
  for (const text of ["", "abc", "日本語テキスト", "a日b本c", "x".repeat(50)]) {
    for (let width = 0; width < 20; width++) {
      const cut = fit(text, width);
      assert.ok(displayWidth(cut) <= width, `${text} in ${width}: ${cut}`);
      assert.equal(displayWidth(pad(cut, width)), width);
      assert.equal(displayWidth(pad(cut, width, "right")), width);
    }
  }
});

Deno.test("cutting keeps both ends and leaves what fits alone", () => {
  assert.equal(fit("GET /orders/new", 15), "GET /orders/new");
  assert.equal(fit("GET /orders/new", 9), "GET …/new");
});

Deno.test("control characters are taken out of names", () => {
  assert.equal(plain("a\x1b[31mb\r\nc\u202ed\x07"), "a[31mb  cd");
});
