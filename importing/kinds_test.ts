import assert from "node:assert/strict";
import { detectKind } from "./kinds.ts";
import { type ImportError, importScript } from "./mod.ts";

Deno.test("the kind is told by the content", () => {
  const cases: [text: string, kind: string | null][] = [
    ['{"log":{"entries":[]}}', "har"],
    ['\n{ "x": 1, "log": {} }', "har"],
    ['{"openapi":"3.0.0"}', "openapi"],
    ['{"swagger":"2.0"}', "openapi"],
    ["# a\nopenapi: 3.1.0\n", "openapi"],
    [
      '{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}',
      "postman",
    ],
    ['{"info":{"schema":"https://schema.postman.com/x"}}', "postman"],
    ["curl http://x/", "curl"],
    ["#!/bin/sh\n\n  $ curl \\\n http://x/", "curl"],
    ["A=1 curl http://x", "curl"],
    ['import http from "k6/http";', "k6"],
    ["import { sleep } from 'k6'", "k6"],
    ['const http = require("k6/http");', "k6"],
    ["import http from 'node:http';", null],
    ["{}", null],
    ["hello", null],
    ["curly", null],
  ];
  for (const [text, kind] of cases) assert.equal(detectKind(text), kind, text);
});

Deno.test("what is of no known kind is told so", async () => {
  const cases: [text: string, code: string, message: RegExp][] = [
    ["", "import_empty", /cannot import x: is empty \(expected a HAR, curl/],
    ["\ufeff \n", "import_empty", /is empty/],
    ["hello", "import_kind_unknown", /of no known kind .*--as har\|curl\|openapi\|postman\|k6/],
    ["[]", "import_kind_unknown", /JSON of no known kind/],
  ];
  for (const [text, code, message] of cases) {
    await assert.rejects(importScript("x", text), (error: ImportError) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
});
