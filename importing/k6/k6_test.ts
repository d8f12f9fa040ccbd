import assert from "node:assert/strict";
import { type ImportError, importScript } from "../mod.ts";

const HEAD = 'import http from "k6/http";\nimport { check, group, sleep } from "k6";\n';

async function moved(
  body: string,
  file = "a.js",
): Promise<{ body: string; notes: readonly string[] }> {
  const { script, notes, kind } = await importScript(file, HEAD + body, { as: "k6" });
  assert.equal(kind, "k6");
  const at = script.indexOf(HEAD);
  assert.ok(at >= 0, script);
  return { body: script.slice(at + HEAD.length).trimEnd(), notes };
}

Deno.test("calls are awaited, and what waits is async, up to the last caller", async () => {
  const cases: [before: string, after: string][] = [
    [
      "export default function () { http.get('a'); }",
      "export default async function () { await http.get('a'); }",
    ],
    ["export default () => http.get('a');", "export default async () => await http.get('a');"],
    [
      "export default function () { http.get('a').json().x; }",
      "export default async function () { (await http.get('a')).json().x; }",
    ],
    [
      "export default function () { sleep(1); check(1, {}); }",
      "export default async function () { await sleep(1); check(1, {}); }",
    ],
    [
      "export default async function () { await http.get('a'); }",
      "export default async function () { await http.get('a'); }",
    ],
    [
      "export default function () { http.asyncRequest('GET', 'a'); }",
      "export default function () { http.asyncRequest('GET', 'a'); }",
    ],
    [
      "export default function () { http.cookieJar(); http.url`x`; }",
      "export default function () { http.cookieJar(); http.url`x`; }",
    ],
    [
      "const a = () => http.get('a');\nconst b = () => a();\nfunction c() { return b().status; }\nexport default function () { return c() + 1; }",
      "const a = async () => await http.get('a');\nconst b = async () => await a();\nasync function c() { return (await b()).status; }\nexport default async function () { return await c() + 1; }",
    ],
    [
      "function even(n) { return n ? odd(n - 1) : http.get('a'); }\nfunction odd(n) { return even(n - 1); }",
      "async function even(n) { return n ? await odd(n - 1) : await http.get('a'); }\nasync function odd(n) { return await even(n - 1); }",
    ],
    [
      "export default function () { group('g', () => { http.get('a'); }); group('h', () => 1); }",
      "export default async function () { await group('g', async () => { await http.get('a'); }); group('h', () => 1); }",
    ],
    [
      "const steps = () => { http.get('a'); };\nexport default () => { group('g', steps); };",
      "const steps = async () => { await http.get('a'); };\nexport default async () => { await group('g', steps); };",
    ],
    [
      "export default () => { check(null, { a: () => http.get('a').status === 200, b: (r) => r }); };",
      "export default async () => { await check(null, { a: async () => (await http.get('a')).status === 200, b: (r) => r }); };",
    ],
    [
      "class A { get() { return http.get('a'); } both() { return this.get(); } static s() { return new A().both(); } }\nexport default () => A.s();",
      "class A { async get() { return await http.get('a'); } async both() { return await this.get(); } static async s() { return await new A().both(); } }\nexport default async () => await A.s();",
    ],
    [
      "const api = { list() { return http.get('a'); }, one: (id) => http.get(id) };\nexport default () => { api.list(); api.one(1); };",
      "const api = { async list() { return await http.get('a'); }, one: async (id) => await http.get(id) };\nexport default async () => { await api.list(); await api.one(1); };",
    ],
    [
      "const { get } = http;\nconst post = http.post;\nconst h = http;\nexport default () => { get('a'); post('b'); h.del('c'); http['put']('d'); };",
      "const { get } = http;\nconst post = http.post;\nconst h = http;\nexport default async () => { await get('a'); await post('b'); await h.del('c'); await http['put']('d'); };",
    ],
    [
      "function retry(fn) { return fn(); }\nexport default () => { retry(() => http.get('a')); };",
      "async function retry(fn) { return await fn(); }\nexport default async () => { await retry(async () => await http.get('a')); };",
    ],
    [
      "export default function () { (() => { http.get('a'); })(); }",
      "export default async function () { await (async () => { await http.get('a'); })(); }",
    ],
    [
      "export default function () {\n  const x = 1\n  http.get('a').body.length\n}",
      "export default async function () {\n  const x = 1\n  ;(await http.get('a')).body.length\n}",
    ],
    [
      "export default function () { ['a'].forEach((url) => { http.get(url); }); }",
      "export default async function () { for (const url of ['a']) { await http.get(url); } }",
    ],
    [
      "export default function () { xs.forEach((x, i) => { http.get(x + i); }); }\nconst xs = [];",
      "export default async function () { for (const [i, x] of xs.entries()) { await http.get(x + i); } }\nconst xs = [];",
    ],
    [
      "export default function () { return ['a'].map((url) => http.get(url)).length; }",
      "export default async function () { return (await Promise.all(['a'].map(async (url) => await http.get(url)))).length; }",
    ],
    [
      "function get() {}\nexport default () => { get(); };",
      "function get() {}\nexport default () => { get(); };",
    ],
    [
      "export default (http) => { http.get('a'); };",
      "export default (http) => { http.get('a'); };",
    ],
  ];
  for (const [before, after] of cases) {
    const { body, notes } = await moved(before);
    assert.equal(body, after);
    assert.deepEqual(notes, [], before);
  }
});

Deno.test("types of what waits are promises in TypeScript", async () => {
  const { body } = await moved("function a(): number { return http.get('a').status; }", "a.ts");
  assert.equal(
    body,
    "async function a(): Promise<number> { return (await http.get('a')).status; }",
  );
});

Deno.test("what can't be moved is named with its line, and left as it was", async () => {
  const cases: [text: string, note: RegExp][] = [
    ["class A { constructor() { this.r = http.get('a'); } }", /^line 3: waits in a constructor/],
    [
      "const o = { get x() { return http.get('a'); } };",
      /^line 3: waits in a constructor, accessor/,
    ],
    ["function* g() { yield http.get('a'); }", /generator, which can't be async/],
    ["function f(a = http.get('a')) {}", /default of a parameter/],
    ["class A { x = http.get('a'); }", /in a class body/],
    ["http.get('a');", /while the script loads/],
    [
      "\nexport default () => ['a'].filter((u) => http.get(u).status);",
      /^line 4: filter is handed/,
    ],
    ["export default () => { http.get('a').html(); };", /html\(\) of responses/],
    ["export default () => { http.get('a', { auth: 'ntlm' }); };", /ntlm/],
    ["const x = require('k6/ws');", /require\('k6\/ws'\): write import/],
    ["import { browser } from 'k6/browser';", /k6\/browser: browsers are not driven/],
    ["import ws from 'k6/ws';", /no WebSocket client/],
    ["import grpc from 'k6/net/grpc';", /no gRPC client/],
    [
      "import x from 'https://jslib.k6.io/httpx/0.1.0/index.js';",
      /modules of the network are refused/,
    ],
    [
      "import { tagWithCurrentStageIndex } from 'https://jslib.k6.io/k6-utils/1.3.0/index.js';",
      /only uuidv4, /,
    ],
    ["import { login } from './lib.js';", /import it as well/],
    ["const f = open('a.bin', 'r');", /open\(\) has the mode 'r'/],
  ];
  for (const [text, note] of cases) {
    const { script, notes } = await importScript("a.js", HEAD + text, { as: "k6" });
    assert.equal(notes.length, 1, `${text}: ${notes}`);
    assert.match(notes[0]!, note);
    assert.ok(script.includes(`// - ${notes[0]}`), script);
    // It can be read again, whatever is missing.
    await importScript("b.js", script, { as: "k6" });
  }
});

Deno.test("imports become what is here", async () => {
  const utils = "https://jslib.k6.io/k6-utils/1.4.0/index.js";
  const { script, notes } = await importScript(
    "a.js",
    `#!/usr/bin/env k6
import { setTimeout } from "k6/experimental/timers";
import { crypto } from "k6/experimental/webcrypto";
import { URL } from "https://jslib.k6.io/url/1.0.0/index.js";
import { randomIntBetween as between, uuidv4 } from "${utils}";
const data = open("a.csv"), bytes = open("b", "b");
export default () => { between(1, 2); };
`,
  );
  assert.deepEqual(notes, []);
  assert.equal(
    script,
    `// Moved by downpour import from a.js (k6).
import { open } from "k6/data";
import { setTimeout } from "k6/timers";
const data = open("a.csv"), bytes = open("b", "b");
export default () => { between(1, 2); };

function between(min, max) {
  return Math.floor(Math.random() * (max - min + 1)) + min;
}

function uuidv4() {
  return crypto.randomUUID();
}
`,
  );
});

Deno.test("what can't be parsed is told with line and column", async () => {
  const cases: [text: string, message: RegExp][] = [
    ["const a = ;", /cannot import a\.js: line 1, column 11 can't be parsed: Expression expected/],
    [`x(${"(".repeat(100_000)}`, /is nested too deeply|can't be parsed/],
    ["x;".repeat(3_000_000), /has 6000000 characters/],
  ];
  for (const [text, message] of cases) {
    await assert.rejects(importScript("a.js", text, { as: "k6" }), (error: ImportError) => {
      assert.equal(error.name, "ImportError", error.stack);
      assert.match(error.message, message);
      return true;
    });
  }
});
