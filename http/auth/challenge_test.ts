import assert from "node:assert/strict";
import { isFieldValue } from "../h1/mod.ts";
import { type Challenge, MAX_CHALLENGE_BYTES, parseChallenges, parseParams } from "./challenge.ts";

type Plain = [scheme: string, rest?: string | Record<string, string>];

function plain(challenges: Challenge[]): Plain[] {
  return challenges.map(({ scheme, token68, params }) =>
    token68 !== null
      ? [scheme, token68]
      : params.size === 0
      ? [scheme]
      : [scheme, Object.fromEntries(params)]
  );
}

const TABLE: [name: string, fields: string[], Plain[]][] = [
  ["none", [], []],
  ["empty fields", ["", " ", ",", ", ,"], []],
  ["a scheme alone", ["Negotiate"], [["negotiate"]]],
  ["schemes alone in one field", ["Negotiate, NTLM"], [["negotiate"], ["ntlm"]]],
  ["one parameter", ['Basic realm="x"'], [["basic", { realm: "x" }]]],
  ["a token as value", ["Basic realm=x"], [["basic", { realm: "x" }]]],
  ["an empty quoted value", ['Basic realm=""'], [["basic", { realm: "" }]]],
  ["names in any case", ['BASIC Realm="x"'], [["basic", { realm: "x" }]]],
  ["blanks around the equals sign", ['Basic realm = \t"x"'], [["basic", { realm: "x" }]]],
  ["several blanks behind the scheme", ['Basic   realm="x"'], [["basic", { realm: "x" }]]],
  ["commas within quotes", ['Digest qop="auth,auth-int"'], [["digest", { qop: "auth,auth-int" }]]],
  ["escapes within quotes", ['Basic realm="a\\"b\\\\c\\d"'], [["basic", { realm: 'a"b\\cd' }]]],
  [
    "several challenges in one field (RFC 9110 §11.6.1)",
    ['Basic realm="simple", Newauth realm="apps", type=1,\ttitle="Login to \\"apps\\""'],
    [["basic", { realm: "simple" }], ["newauth", {
      realm: "apps",
      type: "1",
      title: 'Login to "apps"',
    }]],
  ],
  [
    "several fields",
    ['Digest realm="a", nonce="1"', 'Digest realm="b", nonce="2"'],
    [["digest", { realm: "a", nonce: "1" }], ["digest", { realm: "b", nonce: "2" }]],
  ],
  ["empty elements", [', Basic realm="x",, ,Foo , '], [["basic", { realm: "x" }], ["foo"]]],
  ["a token68", ["NTLM TlRMTVNTUAAC=="], [["ntlm", "TlRMTVNTUAAC=="]]],
  [
    "a token68 before another challenge",
    ['Negotiate YII=, Basic realm="x"'],
    [["negotiate", "YII="], ["basic", { realm: "x" }]],
  ],
  ["an empty element between parameters", ["A b=1,,c=2"], [["a", { b: "1", c: "2" }]]],
  ["a quote that does not end", ['Negotiate, Basic realm="x'], [["negotiate"]]],
  ["an escape at the end", ['Basic realm="x\\'], []],
  ["the same parameter twice", ["Basic realm=a, realm=b"], []],
  ["no comma between parameters", ['Basic a="b" c="d"'], []],
  ["no value, which is a token68 by its form", ["Basic realm=, a=b"], [["basic", "realm="]]],
  ["what is no scheme", ['"Basic" realm=x'], []],
  ["a line feed", ['Basic realm="x\ny"'], []],
  ["33 parameters", [`A ${Array.from({ length: 33 }, (_, i) => `p${i}=1`).join(",")}`], []],
  ["a malformed field beside a good one", ['Basic realm="x', 'Basic realm="y"'], [
    ["basic", { realm: "y" }],
  ]],
];

for (const [name, fields, expected] of TABLE) {
  Deno.test(`challenges: ${name}`, () => {
    assert.deepEqual(plain(parseChallenges(fields)), expected);
  });
}

Deno.test("challenges over the cap are left out, those before count", () => {
  const long = `Basic realm="${"x".repeat(MAX_CHALLENGE_BYTES)}"`;
  assert.deepEqual(plain(parseChallenges(["Foo", long, "Bar"])), [["foo"]]);
});

Deno.test("lists of parameters", () => {
  const read = (text: string) => {
    const params = parseParams(text);
    return params && Object.fromEntries(params);
  };
  assert.deepEqual(read('nextnonce="a,b", qop=auth,,nc=00000001'), {
    nextnonce: "a,b",
    qop: "auth",
    nc: "00000001",
  });
  assert.deepEqual(read(""), {});
  for (const bad of ['nextnonce="a', "a", "a=1 b", "a=1, a=2", 'x="\n"']) {
    assert.equal(read(bad), null, bad);
  }
});

Deno.test("what parses can be sent again, and arbitrary text never throws", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const pieces = [
    "Digest",
    "Basic",
    " ",
    ",",
    "=",
    '"',
    "\\",
    "realm",
    "nonce",
    "é",
    "\n",
    "a=b",
    "YII=",
  ];
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random(14) }, () => pieces[random(pieces.length)]!).join("");
    for (const { scheme, params } of parseChallenges([text])) {
      assert.match(scheme, /^[a-z=]/, `seed ${seed}: ${JSON.stringify(text)}`);
      for (const value of params.values()) {
        assert.ok(isFieldValue(value), `seed ${seed}: ${JSON.stringify(text)}`);
      }
    }
  }
});

Deno.test("wherever a field is cut off, the challenges before the cut are the same", () => {
  const field = 'Basic realm="a,b", Digest realm="c", nonce="d\\"e", qop="auth", NTLM';
  const whole = plain(parseChallenges([field]));
  assert.deepEqual(whole.map(([scheme]) => scheme), ["basic", "digest", "ntlm"]);
  for (let end = 0; end <= field.length; end++) {
    const cut = plain(parseChallenges([field.slice(0, end)]));
    if (end >= field.indexOf(" Digest")) assert.deepEqual(cut[0], whole[0]);
    if (end >= field.indexOf(" NTLM")) assert.deepEqual(cut[1], whole[1]);
  }
});
