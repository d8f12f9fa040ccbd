import assert from "node:assert/strict";
import { startTarget } from "../targets/mod.ts";
import { downpour, ended, writeFiles } from "./_commands_for_tests.ts";
import { inFolder, namesIn } from "./_folders_for_tests.ts";
import { K6_MODULES } from "../importing/mod.ts";
import { MODULE_NAMES } from "./module_names.ts";
import { COMMAND, start } from "./_process_for_tests.ts";

const entry = (method: string, url: string, postData?: unknown, status = 200) => ({
  request: { method, url, headers: [{ name: "Authorization", value: "Bearer s3cret" }], postData },
  response: { status, headers: [], content: {} },
  pageref: "p",
});
const HAR = {
  log: {
    pages: [{ id: "p", title: 'Rain & "snow"' }],
    entries: [
      entry("GET", "https://shop.example/get?page=1"),
      entry("POST", "https://shop.example/post", {
        mimeType: "application/json",
        text: '{"a":[1,"${b}"]}',
      }),
      entry("POST", "https://api.shop.example/anything/x", {
        mimeType: "multipart/form-data",
        params: [{ name: "f", fileName: "a.txt", value: "hi" }],
      }),
      entry("GET", "https://shop.example/status/404", undefined, 404),
    ],
  },
};
const CURL = `# what is there
curl https://shop.example/json
curl https://shop.example/put -X PUT -d a=1 -d 'b=it'\\''s' -H "X-Token: $TOKEN"
curl https://shop.example/post --data-binary @body.txt
`;
const OPENAPI = `openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /anything/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { tags: [things], summary: One thing, responses: { "200": {} } }
    post:
      tags: [things]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Node" } } } }
      responses: { "200": {} }
  /headers: { get: { responses: { "200": {} } } }
components:
  schemas: { Node: { properties: { name: { type: string }, next: { $ref: "#/components/schemas/Node" } } } }
`;
const POSTMAN = {
  info: {
    name: "Shop",
    schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
  },
  variable: [{ key: "base", value: "https://shop.example" }, { key: "who", value: "ann" }],
  item: [{
    name: "Things",
    item: [
      { name: "get", request: "{{base}}/get?who={{who}}" },
      {
        name: "post",
        request: {
          method: "POST",
          url: "{{base}}/post",
          body: {
            mode: "urlencoded",
            urlencoded: [{ key: "who", value: "{{who}}" }, { key: "id", value: "{{$guid}}" }],
          },
        },
      },
    ],
  }],
};
const K6 = `import http from "k6/http";
import { check, group } from "k6";
import { randomIntBetween } from "https://jslib.k6.io/k6-utils/1.4.0/index.js";
const body = open("body.txt");
const post = (path) => http.post(__ENV.TARGET + path, body);
export default function () {
  group("things", () => {
    check(post("/post"), { "is posted": (r) => r.json("data") === "rain" });
  });
  ["a", "b"].forEach((name) => {
    check(http.get(\`\${__ENV.TARGET}/anything/\${name}\`), { "is there": (r) => r.status === 200 });
  });
  check(randomIntBetween(1, 1), { "is one": (n) => n === 1 });
}
`;
const INPUTS: Readonly<Record<string, string>> = {
  "shop.har": JSON.stringify(HAR),
  "shop.sh": CURL,
  "shop.yaml": OPENAPI,
  "shop.json": JSON.stringify(POSTMAN),
  "k6.js": K6,
};

Deno.test("what is imported passes downpour check, formatted as it should be", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    await writeFiles(folder, { ...INPUTS, "body.txt": "rain" });
    const kinds = new Map([["shop.har", "har"], ["shop.sh", "curl"], ["shop.yaml", "openapi"], [
      "shop.json",
      "postman",
    ], ["k6.js", "k6"]]);
    for (const [name, kind] of kinds) {
      const script = name === "k6.js" ? "moved.js" : `${kind}.ts`;
      const made = await downpour(folder, ["import", name, "-o", script]);
      assert.deepEqual([made.code, made.stdout], [0, ""], made.stderr);
      assert.match(
        made.stderr,
        new RegExp(`^downpour: (\\d requests|moved) in ${script} \\(${kind}\\)\n`),
      );
      const text = await Deno.readTextFile(`${folder}/${script}`);
      assert.doesNotMatch(text, /s3cret/);
      const env = ["-e", `TARGET=${target.url}`, "-e", `API_TARGET=${target.url}`, "-e", "TOKEN=t"];
      const checked = await downpour(folder, ["check", script, ...env]);
      assert.equal(checked.code, 0, `${text}\n${checked.stdout}${checked.stderr}`);
      assert.match(checked.stdout, /^types: ok\n[^]*\nok\n$/);
      if (kind === "k6") continue;
      const formatted = await ended("deno", ["fmt", "--check", script], folder);
      assert.equal(formatted.code, 0, formatted.stderr);
      const linted = await ended("deno", ["lint", script], folder);
      assert.equal(linted.code, 0, linted.stderr);
    }
  });
});

Deno.test("the modules that k6 scripts keep are those that scripts find", () => {
  const here = MODULE_NAMES.filter((name) => /^k6(\/[a-z]+)?$/.test(name));
  assert.deepEqual([...K6_MODULES].toSorted(), here.toSorted());
});

Deno.test("a script goes to standard output, and overwrites nothing unless told", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, INPUTS);
    const printed = await downpour(folder, ["import", "curl http://127.0.0.1:8000/json"]);
    assert.equal(printed.code, 0, printed.stderr);
    assert.match(printed.stdout, /client\.get\("\/json"\)/);
    assert.equal(printed.stderr, "downpour: 1 request (curl)\n");
    const piped = await downpour(folder, ["import", "-", "--as", "har"], {
      stdin: INPUTS["shop.har"]!,
    });
    assert.match(piped.stdout, /^\/\/ Made by downpour import from standard input \(HAR\)/);
    assert.match(piped.stderr, /it needs -e TOKEN=…/);
    await writeFiles(folder, { "load.ts": "mine" });
    const kept = await downpour(folder, ["import", "shop.sh", "-o", "load.ts"]);
    assert.deepEqual([kept.code, kept.stdout, kept.stderr], [
      1,
      "",
      "downpour: cannot write load.ts: it is there already (--force overwrites it)\n",
    ]);
    assert.equal(await Deno.readTextFile(`${folder}/load.ts`), "mine");
    assert.equal(
      (await downpour(folder, ["import", "shop.sh", "-o", "load.ts", "--force"])).code,
      0,
    );
    assert.match(await Deno.readTextFile(`${folder}/load.ts`), /^\/\/ Made by/);
  });
});

Deno.test("bad input is one message with file, place and what was expected", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "a.har": '{"log":{"entries":[]}}', "b.txt": "hello" });
    await Deno.writeFile(`${folder}/c.bin`, Uint8Array.of(0xff, 0xfe, 0));
    const cases: [args: string[], code: number, stderr: RegExp][] = [
      [
        ["a.har"],
        1,
        /^downpour: cannot import a\.har: log\.entries is empty \(expected at least one/,
      ],
      [["b.txt"], 1, /cannot import b\.txt: is of no known kind/],
      [["b.txt", "--as", "har"], 1, /cannot import b\.txt: line 1, column 1 is no JSON/],
      [["c.bin"], 1, /cannot import c\.bin: it is no UTF-8 text/],
      [["gone.har"], 1, /cannot import gone\.har: no such file/],
      [["b.txt", "--as", "zip"], 104, /--as is not one of har, curl, openapi, postman, k6: "zip"/],
      [[], 2, /the input is missing/],
    ];
    for (const [args, code, stderr] of cases) {
      const done = await downpour(folder, ["import", ...args]);
      assert.match(done.stderr, stderr);
      assert.deepEqual(
        [done.code, done.stdout, done.stderr.split("\n").length],
        [code, "", 2],
        done.stderr,
      );
    }
  });
});

Deno.test("record writes a script of what passed when it is interrupted", async () => {
  await using target = startTarget();
  await inFolder(async (folder) => {
    const script = `${folder}/load.ts`;
    const child = start("deno", [
      ...COMMAND,
      "record",
      "-p",
      "0",
      "--ca",
      `${folder}/ca`,
      "-o",
      script,
    ]);
    await child.stderr.until(/--ignore-certificate-errors-spki-list=\S+=\n/);
    const [, port] = /proxy at http:\/\/127\.0\.0\.1:(\d+)/.exec(child.stderr.text)!;
    {
      using client = Deno.createHttpClient({ proxy: { url: `http://127.0.0.1:${port}` } });
      const response = await fetch(`${target.url}/post`, { method: "POST", body: "a=1", client });
      await response.body?.cancel();
    }
    await child.stderr.until(/POST http:\/\/127\.0\.0\.1:\d+\/post 200\n/);
    child.kill("SIGINT");
    assert.equal(await child.ended(), 0, child.stderr.text);
    assert.match(child.stderr.text, /1 request in .*load\.ts/);
    assert.deepEqual(await namesIn(`${folder}/ca`), ["ca.key", "ca.pem"]);
    const checked = await downpour(folder, ["check", "load.ts"]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);

    const empty = start("deno", [...COMMAND, "record", "-p", "0", "--no-https"]);
    await empty.stderr.until(/HTTPS passes unread\n/);
    empty.kill("SIGINT");
    assert.equal(await empty.ended(), 1);
    assert.match(empty.stderr.text, /nothing was recorded\n$/);
  });
});
