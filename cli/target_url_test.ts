import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { parseTargetUrl } from "./target_url.ts";

Deno.test("a URL gives the host and port to reach and whether it is this machine", () => {
  const cases: [text: string, hostPort: string, loopback: boolean][] = [
    ["http://127.0.0.1:8000/", "127.0.0.1:8000", true],
    ["http://localhost", "localhost:80", true],
    ["HTTP://LOCALHOST:80/x", "localhost:80", true],
    ["http://[::1]:9/", "[::1]:9", true],
    ["http://app.localhost/", "app.localhost:80", true],
    ["http://example.com/", "example.com:80", false],
    ["http://127.0.0.1.example.com/", "127.0.0.1.example.com:80", false],
    ["http://10.0.0.1:8080", "10.0.0.1:8080", false],
    ["https://example.com/", "example.com:443", false],
  ];
  for (const [text, hostPort, loopback] of cases) {
    const url = parseTargetUrl(text);
    assert.deepEqual([url.hostPort, url.loopback], [hostPort, loopback], text);
  }
});

Deno.test("a password is not shown, a fragment is not sent", () => {
  const url = parseTargetUrl("http://me:secret@127.0.0.1/a#b");
  assert.equal(url.href, "http://me:secret@127.0.0.1/a");
  assert.equal(url.shown, "http://me:***@127.0.0.1/a");
});

Deno.test("a URL that can't be loaded is refused, saying why", () => {
  const cases: [text: string, message: RegExp][] = [
    [
      "127.0.0.1:8000",
      /"127\.0\.0\.1:8000": the scheme is missing \(did you mean http:\/\/127\.0\.0\.1:8000\?\)$/,
    ],
    ["localhost:8000/x", /did you mean http:\/\/localhost:8000\/x\?/],
    ["example.com", /did you mean http:\/\/example\.com\?/],
    ["ftp://127.0.0.1/", /the scheme is ftp, and only http and https are supported$/],
    ["ws://a/", /the scheme is ws/],
    ["file:///etc/passwd", /the scheme is file/],
    ["javascript:alert(1)", /it is not a URL such as/],
    ["mailto:a@b", /it is not a URL such as/],
    ["http://", /it is not a valid URL$/],
    ["http://a:99999/", /it is not a valid URL$/],
    ["http://a:0/", /port 0/],
    ["http://exa mple/", /it is not a valid URL$/],
    ["", /"": it is not a URL such as/],
    ["/path", /it is not a URL such as/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseTargetUrl(text), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return true;
    });
  }
});
