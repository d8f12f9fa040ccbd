import assert from "node:assert/strict";
import { isFieldValue } from "../h1/mod.ts";
import { CookieJar, MAX_HEADER_BYTES } from "./jar.ts";

const HOSTS = ["a.com", "b.a.com", "com", "127.0.0.1", "[::1]", "localhost", "x.github.io"];
const PATHS = ["/", "/a", "/a/b", "/\u20ac/%0d%0a"];
const PIECES = [
  ...[
    "a",
    "b",
    "__Host-",
    "__secure-",
    "=",
    "=",
    ";",
    "; ",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\x7f",
    "\xff",
  ],
  ...["\u20ac", '"', ",", "Path=/", "; Path=/a", "; Domain=a.com", "; Domain=com", "; Domain="],
  ...["; Secure", "; Max-Age=0", "; Max-Age=100", "; Expires=", "Wed, 09 Jun 2027 10:18:14 GMT"],
  "x".repeat(3000),
];

Deno.test("whatever servers and scripts set, a Cookie field can be sent and caps hold", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const text = (most: number): string =>
    Array.from({ length: random(most) }, () => pick(PIECES)).join("");
  let now = 0;
  let sent = 0;
  let jar = new CookieJar(() => now);
  const headers = new Map<string, string | null>();
  for (let round = 0; round < 20_000; round++) {
    if (random(500) === 0) jar = new CookieJar(() => now);
    now += random(3000);
    const url = `${pick(["http", "https"])}://${pick(HOSTS)}${pick(PATHS)}`;
    const before = jar.ignored;
    if (random(4) > 0) {
      const fields = [text(8), `n${random(400)}=${text(3)}`];
      await jar.store(url, fields);
      assert.ok(jar.ignored - before <= fields.length, `seed ${seed}`);
    } else {
      try {
        jar.set(url, text(3), text(3));
      } catch (error) {
        assert.equal((error as { code?: string }).code, "cookie_invalid", `seed ${seed}`);
      }
    }
    const header = jar.header(url);
    const about = `seed ${seed}, round ${round}: ${JSON.stringify(header)?.slice(0, 200)}`;
    // A version stands for what is sent, whichever jar it is.
    const key = `${jar.version} ${url}`;
    if (headers.has(key)) assert.equal(headers.get(key), header, about);
    headers.set(key, header);
    assert.equal(jar.empty, jar.toJSON().cookies.length === 0, about);
    if (header === null) continue;
    sent++;
    assert.ok(isFieldValue(header), about);
    assert.ok(header.length <= MAX_HEADER_BYTES, about);
    assert.ok(jar.toJSON().cookies.length <= 3000, about);
  }
  assert.ok(sent > 1000, `seed ${seed}`);
});
