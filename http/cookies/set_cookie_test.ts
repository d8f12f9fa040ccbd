import assert from "node:assert/strict";
import { parse } from "tough-cookie";
import { parseCookies } from "./response_cookies.ts";
import { parseSetCookie } from "./set_cookie.ts";

Deno.test("names and values, with what is around them", () => {
  const table: [field: string, name: string | null, value?: string][] = [
    ["a=b", "a", "b"],
    [" a = b ; Path=/", "a", "b"],
    ["\ta\t=\tb c\t", "a", "b c"],
    ["a=", "a", ""],
    ["a==b=", "a", "=b="],
    ['a="b c"', "a", '"b c"'],
    ['a="b;c"', "a", '"b'],
    ["a=b,c=d", "a", "b,c=d"],
    ["a b=c", "a b", "c"],
    ["a[0]=%E2%82%AC", "a[0]", "%E2%82%AC"],
    ["a=\xe2\x82\xac\xa0", "a", "\xe2\x82\xac\xa0"],
    ["", null],
    ["a", null],
    ["=b", null],
    [" =b", null],
    ["; Path=/", null],
    ["a=b\0", null],
    ["a=b\r\nX: y", null],
    ["a=b\x7f", null],
    ["a=b; Path=/\n", null],
    ["a=\u20ac", null],
  ];
  for (const [field, name, value] of table) {
    const cookie = parseSetCookie(field);
    assert.equal(cookie?.name ?? null, name, JSON.stringify(field));
    assert.equal(cookie?.value, value, JSON.stringify(field));
  }
});

Deno.test("attributes: any case, the last counts, what is malformed doesn't", () => {
  const table: [attributes: string, Record<string, unknown>][] = [
    ["PATH=/a; path=/b", { path: "/b" }],
    ["Path=/a; Path=b", { path: null }],
    ["Path", { path: null }],
    ["Domain=.Example.COM", { domain: "example.com" }],
    ["Domain=", { domain: null }],
    ["Domain=a; Domain=b", { domain: "b" }],
    ["Secure=false;HTTPONLY", { secure: true, httpOnly: true }],
    ["Max-Age=10", { maxAge: 10 }],
    ["Max-Age=-1", { maxAge: -1 }],
    ["Max-Age=+1", { maxAge: null }],
    ["Max-Age=1.5", { maxAge: null }],
    ["Max-Age=", { maxAge: null }],
    [`Max-Age=${"9".repeat(500)}`, { maxAge: Number.MAX_SAFE_INTEGER }],
    ["Expires=Thu, 01 Jan 1970 00:00:01 GMT", { expires: 1000 }],
    ["Expires=never", { expires: null }],
    ["SameSite=Lax; Priority=High; =x; ; Partitioned", { path: null, secure: false }],
    [`Path=/${"a".repeat(1023)}`, { path: `/${"a".repeat(1023)}` }],
    [`Path=/${"a".repeat(1024)}`, { path: null }],
  ];
  for (const [attributes, expected] of table) {
    const cookie = parseSetCookie(`a=b; ${attributes}`) as Record<string, unknown> | null;
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(cookie?.[name], value, attributes);
    }
  }
});

Deno.test("name and value have at most 4096 bytes together", () => {
  assert.ok(parseSetCookie(`a=${"b".repeat(4095)}; Path=/`));
  assert.equal(parseSetCookie(`a=${"b".repeat(4096)}`), null);
  assert.equal(parseSetCookie(`${"a".repeat(4097)}=`), null);
});

Deno.test("response.cookies have k6's shape", () => {
  const cookies = parseCookies([
    "a=1; Domain=.example.com; Path=/x; HttpOnly; Secure; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:01 GMT",
    "b=2",
    "malformed",
    "a=; Max-Age=0",
    "__proto__=3",
  ]);
  const none = {
    domain: "",
    path: "",
    "http_only": false,
    secure: false,
    "max_age": 0,
    expires: 0,
  };
  assert.deepEqual(Object.entries(cookies), [
    ["a", [
      {
        name: "a",
        value: "1",
        domain: "example.com",
        path: "/x",
        "http_only": true,
        secure: true,
        "max_age": 60,
        expires: 1000,
      },
      { ...none, name: "a", value: "", "max_age": -1 },
    ]],
    ["b", [{ ...none, name: "b", value: "2" }]],
    ["__proto__", [{ ...none, name: "__proto__", value: "3" }]],
  ]);
});

// But for tabs within names and values, which RFC 6265bis §5.6 takes and tough-cookie does not.
Deno.test("fields are read as tough-cookie reads them", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const pieces = [
    "a",
    "b=",
    "=",
    ";",
    "; ",
    " ",
    '"',
    ",",
    "Path=/x",
    "path=",
    "Domain=.A.b",
  ];
  pieces.push("Secure", "HttpOnly", "Max-Age=5", "Max-Age=-5", "max-age=x", "\xe9");
  pieces.push("Expires=Wed, 09 Jun 2027 10:18:14 GMT", "Expires=x", "__proto__", "constructor=");
  let cookies = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random(10) }, () => pieces[random(pieces.length)]!).join("");
    const ours = parseSetCookie(text);
    const theirs = parse(text);
    const about = `seed ${seed}: ${JSON.stringify(text)}`;
    assert.equal(ours === null, theirs === undefined || theirs === null, about);
    if (ours === null || !theirs) continue;
    cookies++;
    assert.equal(ours.name, theirs.key, about);
    assert.equal(ours.value, theirs.value, about);
    assert.equal(ours.secure, theirs.secure, about);
    assert.equal(ours.httpOnly, theirs.httpOnly, about);
    assert.equal(ours.maxAge, theirs.maxAge, about);
    assert.equal(ours.path, theirs.path, about);
    assert.equal(ours.domain, theirs.domain, about);
  }
  assert.ok(cookies > 1000);
});
