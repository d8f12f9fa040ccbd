import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { namedTargets, parseUrls } from "./quick_urls.ts";

/** The names under which a list is counted, each once. */
function names(urls: readonly string[]): string[] {
  const targets = namedTargets(parseUrls(urls.join("\n"), "http://h/", "GET"));
  return [...new Set(targets.map(({ name, url }) => name ?? url))].sort();
}

Deno.test("a list has a URL or path a line, with or without a method", () => {
  const text = "\n# comment\nhttp://a/x\r\n  post /y?q=1\n/z#part\nDELETE\thttps://b:1/\n";
  const listed = parseUrls(text, "http://h:8000/base", "PUT");
  assert.deepEqual(listed.map(({ method, target }) => `${method} ${target.href}`), [
    "PUT http://a/x",
    "POST http://h:8000/y?q=1",
    "PUT http://h:8000/z",
    "DELETE https://b:1/",
  ]);
});

Deno.test("what is no URL is an error with its line", () => {
  const cases: [text: string, base: string | undefined, message: RegExp][] = [
    ["http://a/\n\nftp://b/", undefined, /^--urls line 3: .*the scheme is ftp/],
    ["/x", undefined, /^--urls line 1: "\/x" is a path, and no URL says of what host$/],
    ["FETCH http://a/", undefined, /^--urls line 1: the method is not one of GET, .*: "FETCH"$/],
    ["a.example", undefined, /^--urls line 1: .*did you mean http:\/\/a\.example\?/],
    ["# only\n", undefined, /^--urls: there is no URL in the list$/],
    ["http://a/\n".repeat(100_001), undefined, /^--urls: there are more than 100000 URLs$/],
  ];
  for (const [text, base, message] of cases) {
    assert.throws(() => parseUrls(text, base, "GET"), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("few URLs have names of their own, without credentials and query", () => {
  const urls = Array.from({ length: 50 }, (_, i) => `/users/${i}`);
  assert.equal(names(urls).length, 50);
  assert.equal(names(["/a?x=1", "/a?x=2"]).length, 2);
  assert.ok(namedTargets(parseUrls("/a\n/b", "http://h/", "GET")).every((one) => !("name" in one)));
});

Deno.test("of many URLs, segments with many values are one pattern", () => {
  const urls = Array.from(
    { length: 3000 },
    (_, i) => `/users/${i}/${["cart", "orders"][i % 2]}?q=${i}`,
  );
  assert.deepEqual(names([...urls, "/", "/health"]), [
    "http://h/",
    "http://h/health",
    "http://h/users/*/cart",
    "http://h/users/*/orders",
  ]);
});

Deno.test("names stay few, whatever the list", () => {
  const urls = Array.from({ length: 500 }, (_, i) => `http://host${i}/${i}`);
  const found = names(urls);
  assert.equal(found.length, 51);
  assert.ok(found.includes("(other)"));
  const long = Array.from({ length: 100 }, (_, i) => `/${"x/".repeat(i)}`);
  assert.equal(names(long).length, 51);
});
