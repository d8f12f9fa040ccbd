import assert from "node:assert/strict";
import { runScript, type SeenCall } from "../_run_for_tests.ts";
import { type ImportError, importScript } from "../mod.ts";
import { References } from "./refs.ts";
import { sampleOf } from "./sample.ts";

const HEAD = { openapi: "3.1.0", info: { title: "T", version: "1" } };

function sample(schema: unknown, schemas: Record<string, unknown> = {}): unknown {
  const root = { file: "x", path: "", value: { schemas } };
  const place = { file: "x", path: "s", value: schema };
  return JSON.parse(JSON.stringify(sampleOf(place, new References(root)) ?? null));
}

async function calls(document: Record<string, unknown>): Promise<readonly SeenCall[]> {
  const { script } = await importScript("a.json", JSON.stringify({ ...HEAD, ...document }));
  return (await runScript(script, { TOKEN: "t", USERNAME: "u", PASSWORD: "p", X_KEY: "k" })).calls;
}

Deno.test("samples are what a schema allows", () => {
  const cases: [schema: unknown, value: unknown][] = [
    [{ type: "string" }, "text"],
    [{ type: "string", minLength: 6, maxLength: 8 }, "textxx"],
    [{ type: "string", maxLength: 2 }, "te"],
    [{ type: "string", format: "date" }, "2024-01-02"],
    [{ type: ["null", "integer"], minimum: 5 }, 5],
    [{ type: "integer", minimum: 5, exclusiveMinimum: true }, 6],
    [{ type: "integer", exclusiveMinimum: 7 }, 8],
    [{ type: "integer", maximum: -3 }, -3],
    [{ type: "number", multipleOf: 4, minimum: 5 }, 8],
    [{ type: "boolean" }, true],
    [{ enum: [null, "b"] }, "b"],
    [{ const: 0 }, 0],
    [{ type: "string", default: "d" }, "d"],
    [{ type: "string", example: "e", default: "d" }, "e"],
    [{ examples: [[1]] }, [1]],
    [{ type: "array", items: { type: "integer" } }, [1]],
    [{ properties: { a: { type: "integer" }, b: { readOnly: true, type: "string" } } }, { a: 1 }],
    [{ allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }] }, {
      a: 1,
      b: 2,
    }],
    [{ oneOf: [{ type: "null" }, { type: "integer" }] }, 1],
    [{ anyOf: [{ properties: { a: { const: 1 } } }], properties: { c: { const: 3 } } }, {
      c: 3,
      a: 1,
    }],
    [{}, null],
    [true, null],
    [{ type: "odd" }, null],
  ];
  for (const [schema, value] of cases) {
    assert.deepEqual(sample(schema), value, JSON.stringify(schema));
  }
});

Deno.test("circles of schemas end where they come back", () => {
  const node = {
    type: "object",
    required: ["next"],
    properties: {
      name: { type: "string" },
      next: { $ref: "#/schemas/Node" },
      all: { type: "array", items: { $ref: "#/schemas/Node" } },
    },
  };
  assert.deepEqual(sample({ $ref: "#/schemas/Node" }, { Node: node }), {
    name: "text",
    next: null,
    all: [],
  });
  assert.equal(
    sample({ $ref: "#/schemas/A" }, { A: { $ref: "#/schemas/B" }, B: { $ref: "#/schemas/A" } }),
    null,
  );
  assert.equal(sample({ $ref: "#/schemas/A" }, { A: { allOf: [{ $ref: "#/schemas/A" }] } }), null);
});

Deno.test("schemas that grow without end are cut", () => {
  const level = (n: number): unknown =>
    n === 0 ? { type: "string" } : {
      properties: Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, level(n - 1)])),
    };
  assert.ok(JSON.stringify(sample(level(6))).length < 20_000);
});

Deno.test("operations become requests: paths, parameters, bodies, statuses, security", async () => {
  const seen = await calls({
    servers: [{ url: "https://{host}/v2/", variables: { host: { default: "a.example" } } }],
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        key: { type: "apiKey", in: "query", name: "X-Key" },
      },
      parameters: {
        limit: { name: "limit", in: "query", required: true, schema: { type: "integer" } },
      },
      requestBodies: {
        pet: { content: { "application/json": { examples: { one: { value: { name: "Rex" } } } } } },
      },
    },
    security: [{ bearer: [] }],
    paths: {
      "/pets/{id}/{name}": {
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "integer" } },
          { name: "name", in: "path", required: true, example: "a b" },
        ],
        get: {
          parameters: [
            { $ref: "#/components/parameters/limit" },
            { name: "tag", in: "query", example: ["a", "b"] },
            { name: "unneeded", in: "query", schema: { type: "string" } },
            { name: "X-Trace", in: "header", required: true, schema: { type: "string" } },
          ],
          responses: { 200: {}, 404: {} },
        },
        put: {
          security: [{ basic: [] }],
          requestBody: { $ref: "#/components/requestBodies/pet" },
          responses: { 201: {} },
        },
        delete: { security: [{ key: [] }] },
        post: { deprecated: true },
        patch: {
          security: [],
          requestBody: {
            content: {
              "application/x-www-form-urlencoded": { schema: { properties: { n: { const: 2 } } } },
            },
          },
        },
      },
    },
  });
  const url = "/v2/pets/1/a%20b";
  const name = "/v2/pets/{id}/{name}";
  assert.deepEqual(seen, [
    {
      method: "GET",
      url,
      options: {
        query: { limit: 1, tag: ["a", "b"] },
        headers: { Authorization: "Bearer t", "X-Trace": "text" },
        name,
      },
    },
    {
      method: "PUT",
      url,
      options: {
        auth: { type: "basic", username: "u", password: "p" },
        json: { name: "Rex" },
        name,
      },
    },
    { method: "PATCH", url, options: { form: { n: 2 }, name } },
    { method: "DELETE", url, options: { query: { "X-Key": "k" }, name } },
  ]);
});

Deno.test("YAML and JSON say the same", async () => {
  const yaml =
    "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {responses: {'200': {}}}\n";
  const json = {
    openapi: "3.0.3",
    info: { title: "T", version: "1" },
    paths: { "/a": { get: { responses: { 200: {} } } } },
  };
  const [one, two] = [await importScript("a", yaml), await importScript("a", JSON.stringify(json))];
  assert.equal(one.kind, "openapi");
  assert.equal(one.script, two.script);
});

Deno.test("tags are groups, references to elsewhere are named", async () => {
  const { script, notes } = await importScript(
    "a.json",
    JSON.stringify({
      ...HEAD,
      paths: {
        "/a": { get: { tags: ["one"], parameters: [{ $ref: "other.yaml#/p" }] } },
        "/b/c": { get: {} },
      },
    }),
  );
  const { groups } = await runScript(script);
  assert.deepEqual(groups, ["one", "b"]);
  assert.deepEqual(notes, ["$ref other.yaml#/p leads nowhere in this document"]);
});

Deno.test("what is no OpenAPI 3 is told by file, place and what was expected", async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${
    "bcdefghi".split("").map((name, i) =>
      `${name}: &${name} [${Array(10).fill(`*${"abcdefghi"[i]}`)}]`
    ).join("\n")
  }\nopenapi: 3.0.0`;
  const cases: [text: string, code: string, message: RegExp][] = [
    [
      'swagger: "2.0"',
      "import_invalid",
      /swagger is "2\.0" \(expected OpenAPI 3\.0 or 3\.1: convert/,
    ],
    ["openapi: 4.0.0", "import_invalid", /openapi is "4\.0\.0"/],
    ["openapi: 3.0.0\npaths: {}", "import_empty", /paths has no operations/],
    ["openapi: 3.0.0\npaths: []", "import_invalid", /paths is a list/],
    ["openapi: 3.0.0\npaths: {a: {get: {}}}", "import_invalid", /paths\.a is no path/],
    [
      "openapi: 3.0.0\npaths: {/a: {get: 5}}",
      "import_invalid",
      /paths\["\/a"\]\.get is "5" \(expected an operation\)/,
    ],
    ["openapi: 3.0.0\npaths: {", "import_invalid", /line 2, column \d+ is no YAML/],
    [
      "openapi: 3.0.0\na: 1\na: 2",
      "import_invalid",
      /line 3, column 1 is no YAML: Map keys must be unique/,
    ],
    [bomb, "import_invalid", /can't be read as YAML: Excessive alias count/],
    [
      "x: ".repeat(0) + `openapi: ${"[".repeat(20_000)}`,
      "import_invalid",
      /no YAML|can't be read as YAML/,
    ],
  ];
  for (const [text, code, message] of cases) {
    await assert.rejects(importScript("a.yaml", text, { as: "openapi" }), (error: ImportError) => {
      assert.equal(error.name, "ImportError", `${error.stack}`);
      assert.match(error.message, message);
      assert.equal(error.code, code);
      return true;
    });
  }
});
