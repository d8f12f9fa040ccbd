import assert from "node:assert/strict";
import { runScript, type Seen } from "../_run_for_tests.ts";
import { type ImportError, importScript } from "../mod.ts";

const SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

async function run(
  collection: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<Seen & { notes: readonly string[]; needs: readonly string[]; script: string }> {
  const text = JSON.stringify({ info: { name: "C", schema: SCHEMA }, ...collection });
  const made = await importScript("c.json", text);
  assert.equal(made.kind, "postman");
  return { ...await runScript(made.script, env), ...made };
}

const item = (name: string, request: unknown, rest = {}) => ({ name, request, ...rest });

Deno.test("folders are groups, requests are checked by their names", async () => {
  const { groups, checks, calls } = await run({
    item: [
      {
        name: "A",
        item: [{ name: "B", item: [item("one", "http://a.example/1")] }, {
          name: "empty",
          item: [],
        }],
      },
      item("two", { method: "DELETE", url: { raw: "http://a.example/2" } }, {
        response: [{ code: 204 }],
      }),
    ],
  });
  assert.deepEqual(groups, ["A", "B"]);
  assert.deepEqual(checks, ["one is ok", "two is 204"]);
  assert.deepEqual(calls.map(({ method, url }) => `${method} ${url}`), ["GET /1", "DELETE /2"]);
});

Deno.test("variables are env's, with the collection's values; dynamic ones are made up", async () => {
  const { calls, client, needs, script } = await run(
    {
      variable: [
        { key: "base", value: "https://a.example/v1/" },
        { key: "user", value: "ann" },
        { key: "apiToken", value: "s3cret" },
      ],
      item: [
        item("x", {
          method: "POST",
          url: "{{base}}users/{{user}}/:id?n={{$randomInt}}",
          header: [{ key: "X-T", value: "{{apiToken}}" }, {
            key: "Off",
            value: "1",
            disabled: true,
          }],
          body: {
            mode: "raw",
            raw: '{"u": "<{{user}}>", "n": {{count}}}',
            options: { raw: { language: "json" } },
          },
        }),
        item("y", {
          method: "POST",
          url: "{{base}}y",
          body: { mode: "raw", raw: '{"u": "{{user}}"}', options: { raw: { language: "json" } } },
        }),
      ],
    },
    { ID: "9", COUNT: "3", API_TOKEN: "given" },
  );
  assert.equal(client.baseUrl, "https://a.example");
  assert.match(calls[0]!.url, /^\/v1\/users\/ann\/9\?n=\d+$/);
  assert.deepEqual(calls[0]!.options, {
    headers: { "X-T": "given", "Content-Type": "application/json" },
    body: '{"u": "<ann>", "n": 3}',
  });
  assert.deepEqual(calls[1]!.options, { json: { u: "ann" } });
  assert.deepEqual([...needs].sort(), ["API_TOKEN", "COUNT", "ID"]);
  assert.doesNotMatch(script, /s3cret/);
});

Deno.test("authorization is inherited, and a request's own goes before it", async () => {
  const list = (record: Record<string, string>) =>
    Object.entries(record).map(([key, value]) => ({ key, value }));
  const url = "http://a.example/";
  const { calls, notes } = await run(
    {
      auth: { type: "bearer", bearer: list({ token: "{{jwt}}" }) },
      item: [
        item("a", url),
        item("b", { url, auth: { type: "noauth" } }),
        item("c", { url, auth: { type: "basic", basic: list({ username: "u", password: "p" }) } }),
        {
          name: "F",
          auth: { type: "apikey", apikey: list({ key: "k", value: "{{key}}", in: "query" }) },
          item: [item("d", url)],
        },
        item("e", { url, auth: { type: "awsv4" } }),
      ],
    },
    { JWT: "j", KEY: "v", USERNAME: "u", PASSWORD: "p" },
  );
  assert.deepEqual(calls.map(({ options }) => options), [
    { headers: { Authorization: "Bearer j" } },
    {},
    { auth: { type: "basic", username: "u", password: "p" } },
    { query: { k: "v" } },
    {},
  ]);
  assert.deepEqual(notes, ["item[4].request.auth: authorization awsv4"]);
});

Deno.test("bodies of every mode", async () => {
  const url = "http://a.example/";
  const post = (body: unknown) => item("x", { method: "POST", url, body });
  const { calls, notes } = await run({
    item: [
      post({
        mode: "urlencoded",
        urlencoded: [{ key: "a", value: "1" }, { key: "a", value: "2" }, {
          key: "b",
          value: "3",
          disabled: true,
        }],
      }),
      post({
        mode: "formdata",
        formdata: [{ key: "n", value: "1" }, { key: "f", type: "file", src: "/x/a.png" }, {
          key: "g",
          type: "file",
        }],
      }),
      post({ mode: "graphql", graphql: { query: "{a}", variables: '{"x": 1}' } }),
      post({ mode: "file", file: { src: "b.bin" } }),
      post({ mode: "raw", raw: "hi" }),
      post({ mode: "odd" }),
    ],
  });
  assert.deepEqual(calls.map(({ options }) => options), [
    { form: { a: ["1", "2"] } },
    { multipart: { n: "1", f: { file: ["b /x/a.png", "a.png", "application/octet-stream"] } } },
    { json: { query: "{a}", variables: { x: 1 } } },
    { body: "b b.bin" },
    { headers: { "Content-Type": "text/plain" }, body: "hi" },
    {},
  ]);
  assert.equal(notes.length, 2);
});

Deno.test("scripts are not moved, and named", async () => {
  const event = [{ listen: "test", script: { exec: ["a();", "", "b();"] } }];
  const { notes } = await run({ event, item: [item("x", "http://a.example/", { event })] });
  assert.deepEqual(notes, ["test script of C (2 lines)", "test script of x (2 lines)"]);
});

Deno.test("what is no collection is told by file, place and what was expected", async () => {
  const deep = (n: number): unknown =>
    n === 0 ? item("x", "http://a/") : { name: "f", item: [deep(n - 1)] };
  const cases: [collection: Record<string, unknown>, message: RegExp][] = [
    [
      { info: { schema: "https://schema.getpostman.com/json/collection/v1.0.0/" } },
      /info\.schema is .*v2\.1/,
    ],
    [{}, /item is missing \(expected a list of requests/],
    [{ item: [] }, /item has no requests/],
    [{ item: [{ name: "x" }] }, /item\[0\]\.request is missing/],
    [{ item: [item("x", { url: "mailto:x" })] }, /item\[0\]\.request\.url is "mailto:x"/],
    [
      { item: [item("x", { url: "http://{{a}}.example/" })] },
      /host given by no more than one variable/,
    ],
    [{ item: [deep(30)] }, /is too deep/],
  ];
  for (const [collection, message] of cases) {
    const text = JSON.stringify({ info: { name: "C", schema: SCHEMA }, ...collection });
    await assert.rejects(importScript("c.json", text, { as: "postman" }), (error: ImportError) => {
      assert.equal(error.name, "ImportError", `${error.stack}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
