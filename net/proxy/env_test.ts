import assert from "node:assert/strict";
import { isExempt, proxyFromEnv, type ProxyUse } from "./env.ts";

const TARGET = { host: "example.org", port: 443 };

Deno.test("variables are asked in their order, lower case first, empty ones are none", () => {
  const cases: [ProxyUse, Record<string, string>, string | undefined][] = [
    ["tcp", {}, undefined],
    ["tcp", { ALL_PROXY: "a:1", HTTPS_PROXY: "b:1", HTTP_PROXY: "c:1" }, "ALL_PROXY"],
    ["tcp", { ALL_PROXY: "a:1", all_proxy: "b:1" }, "all_proxy"],
    ["tcp", { ALL_PROXY: " ", all_proxy: "", https_proxy: "b:1", HTTP_PROXY: "c" }, "https_proxy"],
    ["tcp", { HTTP_PROXY: "c:1" }, "HTTP_PROXY"],
    ["https", { ALL_PROXY: "a:1", HTTPS_PROXY: "b:1" }, "HTTPS_PROXY"],
    ["https", { ALL_PROXY: "a:1", HTTP_PROXY: "b:1" }, "ALL_PROXY"],
    ["http", { all_proxy: "a:1", HTTP_PROXY: "b:1" }, "HTTP_PROXY"],
    ["http", { HTTPS_PROXY: "a:1" }, undefined],
  ];
  for (const [use, variables, name] of cases) {
    assert.equal(proxyFromEnv(TARGET, use, (name) => variables[name])?.name, name);
  }
});

Deno.test("NO_PROXY exempts the target, in lower case first", () => {
  const name = (no: Record<string, string>) =>
    proxyFromEnv(TARGET, "tcp", (name) => ({ ALL_PROXY: " a:1 ", ...no })[name])?.value;
  assert.equal(name({}), "a:1");
  assert.equal(name({ NO_PROXY: "example.org" }), undefined);
  assert.equal(name({ no_proxy: "other", NO_PROXY: "example.org" }), "a:1");
});

Deno.test("NO_PROXY has names with all below them, addresses, ranges and ports", () => {
  const cases: [list: string, host: string, exempt: boolean][] = [
    ["", "example.org", false],
    ["*", "example.org", true],
    [" , *", "10.0.0.1", true],
    ["example.org", "example.org", true],
    ["Example.ORG", "eXample.org.", true],
    ["example.org.", "example.org", true],
    ["example.org", "www.example.org", true],
    ["example.org", "notexample.org", false],
    [".example.org", "example.org", true],
    [".example.org", "a.b.example.org", true],
    ["*.example.org", "www.example.org", true],
    ["*.example.org", "example.com", false],
    ["org", "example.org", true],
    [".", "example.org", false],
    ["example.org:443", "example.org", true],
    ["example.org:80", "example.org", false],
    ["a,b  example.org\t", "example.org", true],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.10", false],
    ["0.0.1", "10.0.0.1", false],
    ["10.0.0.1:443", "10.0.0.1", true],
    ["10.0.0.1:80", "10.0.0.1", false],
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.128.0.0/9", "10.127.255.255", false],
    ["10.128.0.0/9", "10.128.0.0", true],
    ["0.0.0.0/0", "203.0.113.1", true],
    ["0.0.0.0/0", "::1", false],
    ["0.0.0.0/0", "example.org", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["10.0.0.0/8:443", "10.0.0.1", true],
    ["10.0.0.0/8:80", "10.0.0.1", false],
    ["org", "10.0.0.1", false],
    ["10.0.0.0/33", "10.0.0.0", false],
    ["10.0.0.0/", "10.0.0.0", false],
    ["10.0.0.0/-1", "10.0.0.0", false],
    ["::1", "0:0:0:0:0:0:0:1", true],
    ["[::1]", "::1", true],
    ["[::1]:443", "::1", true],
    ["[::1]:80", "::1", false],
    ["fd00::/8", "fdff::1", true],
    ["fd00::/8", "fe00::1", false],
    ["2001:db8::/127", "2001:db8::2", false],
    ["2001:db8::/127", "2001:db8::1", true],
  ];
  for (const [list, host, exempt] of cases) {
    assert.equal(isExempt(list, { host, port: 443 }), exempt, `${host} in ${list}`);
  }
});
