import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { isFieldValue } from "../h1/mod.ts";
import { CookieJar, MAX_HEADER_BYTES } from "./jar.ts";
import { MAX_COOKIE_BYTES, parseSetCookie } from "./set_cookie.ts";

const PIECES = [
  ...["a", "b", "=", "=", ";", "; ", " ", "\t", "\0", "\r\n", "\x7f", "\u00e9", "\u20ac", '"', ","],
  ...["; Path=/", "; path=a", "; Domain=.Example.org", "; domain=org", "; domain=", "; Secure"],
  ...["; HttpOnly", "; Max-Age=-1", "; Max-Age=9", "; max-age=99999999999999999999", "; Expires="],
  ...["Wed, 09 Jun 2027 10:18:14 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "; SameSite=Lax"],
  ...["__Host-", "__secure-", "x".repeat(1500)],
];

/** Set-Cookie fields: a cookie that stays the same when it is written and read again, or none. */
export const target: FuzzTarget = fuzzTarget({
  name: "set-cookie",
  async run(random: Random): Promise<void> {
    const field = random.text(12, PIECES);
    const cookie = parseSetCookie(field);
    const about = JSON.stringify(field.slice(0, 500));
    if (cookie !== null) {
      const { name, value, path, domain, maxAge } = cookie;
      assert.ok(name !== "" && name.length + value.length <= MAX_COOKIE_BYTES, about);
      assert.ok(!`${name}${value}`.includes(";"), about);
      assert.ok(isFieldValue(`${name}=${value}`), about);
      assert.ok(path === null || path.startsWith("/"), about);
      assert.ok(domain === null || domain === domain.toLowerCase(), about);
      assert.ok(maxAge === null || Number.isFinite(maxAge), about);
      const again = [`${name}=${value}`];
      if (path !== null) again.push(`Path=${path}`);
      if (domain !== null) again.push(`Domain=${domain}`);
      if (maxAge !== null) again.push(`Max-Age=${maxAge}`);
      if (cookie.secure) again.push("Secure");
      if (cookie.httpOnly) again.push("HttpOnly");
      if (cookie.expires !== null) again.push(`Expires=${new Date(cookie.expires).toUTCString()}`);
      assert.deepEqual(parseSetCookie(again.join("; ")), cookie, about);
    }
    const jar = new CookieJar(() => 0);
    const url = random.pick(["http", "https"]) + "://www.example.org/a/b";
    await jar.store(url, [field]);
    const header = jar.header(url);
    if (cookie === null) assert.deepEqual([header, jar.ignored], [null, 1], about);
    if (header === null) return;
    assert.ok(isFieldValue(header) && header.length <= MAX_HEADER_BYTES, about);
    assert.equal(header, `${cookie!.name}=${cookie!.value}`, about);
  },
});
