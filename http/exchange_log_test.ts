import assert from "node:assert/strict";
import { describeExchange } from "./exchange_log.ts";
import { HttpError } from "./errors.ts";
import { mergeHeaders, NO_HEADERS } from "./headers.ts";
import { prepare, type PrepareOptions } from "./prepare.ts";
import { parseTarget } from "./target.ts";

const failed = new HttpError("aborted", "connect", "no connection");

function shown(options: PrepareOptions, url = "http://a.test/x?y=1"): string[] {
  const target = parseTarget(url, undefined, undefined, undefined);
  const request = prepare("POST", target, mergeHeaders(NO_HEADERS, {}), options);
  const exchange = { request, lane: undefined, error: failed, mode: "keep" } as const;
  return describeExchange(exchange, true).split("\n");
}

Deno.test("a request is shown with its body, and what failed behind it", () => {
  assert.deepEqual(shown({ body: "one\ntwo" }), [
    "POST http://a.test/x?y=1",
    "> POST /x?y=1 HTTP/1.1",
    "> Host: a.test",
    "> Content-Length: 7",
    ">",
    "> one",
    "> two",
    "! aborted: no connection",
  ]);
});

Deno.test("credentials are not shown, nor in the URL", () => {
  const auth = { type: "basic", username: "me", password: "sesame" } as const;
  const texts = [shown({ auth }), shown({}, "http://me:sesame@a.test/")];
  for (const lines of texts) {
    assert.ok(lines.includes("> Authorization: Basic ***"), lines.join("\n"));
    assert.doesNotMatch(lines.join("\n"), /sesame|bWU6/);
  }
  const headers = { "Proxy-Authorization": "Digest a=1, b=2", authorization: "token" };
  const lines = shown({ headers });
  assert.ok(lines.includes("> Proxy-Authorization: Digest ***"));
  assert.ok(lines.includes("> authorization: ***"));
});

Deno.test("bodies that are no text are counted, long ones cut", () => {
  assert.ok(shown({ body: new Uint8Array([0, 1, 255]) }).includes("> (3 bytes that are no text)"));
  assert.ok(shown({ body: "\x1b[2J" }).includes("> (4 bytes that are no text)"));
  const long = shown({ body: "x".repeat(20_000) });
  assert.ok(long.includes("> (3616 more characters)"));
  assert.ok(long.includes(`> ${"x".repeat(16_384)}`));
});
