import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { HostMap } from "./host_map.ts";

function mapOf(...patterns: string[]): HostMap<string> {
  return new HostMap("hosts", patterns.map((pattern) => [pattern, pattern]));
}

Deno.test("the most specific pattern counts", () => {
  const map = mapOf(
    "*",
    "*:81",
    "*.test",
    "*.test:82",
    "*.b.test",
    "a.b.test",
    "a.b.test:83",
    "*.b.test:83",
  );
  const cases: [string, number, string][] = [
    ["example.org", 80, "*"],
    ["example.org", 81, "*:81"],
    ["b.test", 80, "*.test"],
    ["x.y.test", 80, "*.test"],
    ["x.b.test", 80, "*.b.test"],
    ["x.y.b.test", 80, "*.b.test"],
    ["a.b.test", 80, "a.b.test"],
    ["a.b.test", 81, "*:81"],
    ["a.b.test", 82, "*.test:82"],
    ["a.b.test", 83, "a.b.test:83"],
    ["x.b.test", 83, "*.b.test:83"],
    ["test", 80, "*"],
  ];
  for (const [host, port, pattern] of cases) {
    assert.equal(map.get(host, port), pattern, `${host}:${port}`);
  }
});

Deno.test("a wildcard stands for a label at least", () => {
  const map = mapOf("*.example.org");
  for (const host of ["example.org", "anexample.org", "org", "a.example.org.uk"]) {
    assert.equal(map.get(host, 80), undefined, host);
  }
});

Deno.test("case and the root's dot make no difference", () => {
  const map = mapOf("WWW.Example.org", "*.Test.:80");
  for (const host of ["www.example.org", "www.EXAMPLE.ORG."]) {
    assert.equal(map.get(host, 80), "WWW.Example.org");
  }
  assert.equal(map.get("A.tEST.", 80), "*.Test.:80");
});

Deno.test("patterns that can't match are refused", () => {
  const bad = ["", "a*.test", "*a.test", "a.*.test", "**", "*.", ".test", "a b", "a:0", "a:65536"];
  for (const pattern of [...bad, "192.0.2.1", "192.0.2.1:80", "[::1]:80", "::1", "http://a"]) {
    assert.throws(() => mapOf(pattern), OptionError, pattern);
  }
});
