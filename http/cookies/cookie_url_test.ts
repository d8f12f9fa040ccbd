import assert from "node:assert/strict";
import * as tough from "tough-cookie";
import { defaultPath, domainMatches, pathMatches, readCookieUrl } from "./cookie_url.ts";

Deno.test("default paths (RFC 6265 §5.1.4)", () => {
  const table = { "/": "/", "/a": "/", "/a/": "/a", "/a/b": "/a", "/a/b/": "/a/b", "//": "/" };
  for (const [path, expected] of Object.entries(table)) {
    assert.equal(defaultPath(path), expected, path);
    if (path !== "//") assert.equal(tough.defaultPath(path), expected, path);
  }
});

Deno.test("paths match as RFC 6265 §5.1.4 says", () => {
  const table: [path: string, cookie: string, boolean][] = [
    ["/", "/", true],
    ["/a", "/", true],
    ["/a", "/a", true],
    ["/a/", "/a", true],
    ["/a/b", "/a", true],
    ["/a/b", "/a/", true],
    ["/a", "/a/", false],
    ["/ab", "/a", false],
    ["/A", "/a", false],
    ["/", "/a", false],
    ["/a%2Fb", "/a", false],
  ];
  for (const [path, cookie, expected] of table) {
    assert.equal(pathMatches(path, cookie), expected, `${path} ${cookie}`);
    assert.equal(tough.pathMatch(path, cookie), expected, `${path} ${cookie}`);
  }
});

Deno.test("domains match as RFC 6265 §5.1.3 says", () => {
  const table: [host: string, domain: string, boolean][] = [
    ["example.com", "example.com", true],
    ["www.example.com", "example.com", true],
    ["a.b.example.com", "example.com", true],
    ["example.com", "www.example.com", false],
    ["badexample.com", "example.com", false],
    ["example.com", "com", true],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "0.0.1", false],
    ["127.0.0.1", "1", false],
  ];
  for (const [host, domain, expected] of table) {
    assert.equal(
      domainMatches(readCookieUrl(`http://${host}/`), domain),
      expected,
      `${host} ${domain}`,
    );
    assert.equal(tough.domainMatch(host, domain), expected, `${host} ${domain}`);
  }
  assert.ok(!domainMatches(readCookieUrl("http://[::1]/"), "1]"));
});

Deno.test("https, wss and this machine are trusted with secure cookies", () => {
  const table: [url: string, boolean][] = [
    ["https://example.com", true],
    ["wss://example.com", true],
    ["http://localhost:8080/", true],
    ["http://app.localhost", true],
    ["http://127.1.2.3", true],
    ["http://2130706433", true],
    ["http://[::1]:80", true],
    ["http://example.com", false],
    ["ws://example.com", false],
    ["http://localhost.example.com", false],
    ["http://notlocalhost", false],
    ["http://127.0.0.1.example.com", false],
    ["http://128.0.0.1", false],
    ["http://[::2]", false],
  ];
  for (const [url, expected] of table) assert.equal(readCookieUrl(url).trusted, expected, url);
});

Deno.test("what is no URL of http is cookie_invalid, and not shown", () => {
  for (const url of ["", "/a", "example.com", "ftp://u:hunter2@a/", "http://u:hunter2@", "a:b"]) {
    assert.throws(() => readCookieUrl(url), (error: Error & { code?: string }) => {
      assert.equal(error.code, "cookie_invalid");
      assert.ok(!error.message.includes("hunter2"));
      return true;
    });
  }
});
