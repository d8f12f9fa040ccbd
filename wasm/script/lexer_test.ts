import assert from "node:assert/strict";
import { readTokens, type Token } from "./lexer.ts";
import { collectProblems } from "./problems.ts";

function read(text: string): { tokens: Token[]; problems: string[] } {
  const problems = collectProblems();
  const tokens = readTokens(text, problems);
  return { tokens, problems: problems.list().map((p) => `${p.line}:${p.column} ${p.message}`) };
}

const kinds = (text: string): string[] =>
  read(text).tokens.slice(0, -1).map(({ kind, text }) => kind === text ? kind : `${kind} ${text}`);

const TABLE: readonly [text: string, tokens: string[]][] = [
  ["", []],
  ["SETTINGS a_1 {}", ["word SETTINGS", "word a_1", "{", "}"]],
  ["0:100", ["value 0", ":", "value 100"]],
  ["500ms 20s 127.0.0.1 1packet", ["value 500ms", "value 20s", "value 127.0.0.1", "value 1packet"]],
  ['"little":-7', ["string little", ":", "value -7"]],
  ['"" "a b" "//"', ["string ", "string a b", "string //"]],
  [String.raw`"\"a\" \$HOME c:\x \\"`, [String.raw`string "a" $HOME c:\x ` + "\\"]],
  ['p1:"x",p2', ["word p1", ":", "string x", ",", "word p2"]],
  ["a // b { } = 5\nc", ["word a", "word c"]],
  ["a//b", ["word a"]],
  ["//", []],
  ["a /// b / c", ["word a"]],
  ["a\u00a0\u2003b", ["word a", "word b"]],
  ["tests/p.bin", ["stray tests/p.bin"]],
  ["~/p.bin ../x /y a-b 1.5/2", [
    ..."~/p.bin ../x /y a-b 1.5/2".split(" ").map((path) => `stray ${path}`),
  ]],
  ["- -x ; ü", ["stray -", "stray -x", "stray ;", "stray ü"]],
  ["_a", ["word _a"]],
];

for (const [text, expected] of TABLE) {
  Deno.test(`${JSON.stringify(text)} is ${expected.length} tokens`, () => {
    assert.deepEqual(kinds(text), expected);
    assert.deepEqual(read(text).problems, []);
  });
}

Deno.test("tokens know their line, column and length, whatever ends lines", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const { tokens } = read(`a  bc${end}${end}\t"de" f`);
    assert.deepEqual(
      tokens.map(({ line, column, length, first }) => [line, column, length, first]),
      [[1, 1, 1, true], [1, 4, 2, false], [3, 2, 4, true], [3, 7, 1, false], [3, 8, 1, false]],
    );
  }
});

Deno.test("a byte order mark is no character of the first line", () => {
  assert.deepEqual(read("\ufeffab").tokens.map(({ column, text }) => [column, text]), [
    [1, "ab"],
    [3, ""],
  ]);
});

Deno.test("a text that doesn't end is told of, and what follows on the next line is read", () => {
  const { tokens, problems } = read('PORT = "12\nREAD = "');
  assert.deepEqual(problems, [
    "1:8 a text doesn't end on its line",
    "2:8 a text doesn't end on its line",
  ]);
  assert.deepEqual(tokens.map(({ text }) => text), ["PORT", "=", "12", "READ", "=", "", ""]);
});

for (const char of ["\u0000", "\u001b", "\u009b", "\u202e"]) {
  Deno.test(`a text with ${JSON.stringify(char)} is refused, and not repeated raw`, () => {
    const { problems } = read(`"a${char}b"`);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /has a control character$/);
    assert(!problems[0]!.includes(char));
  });
}
