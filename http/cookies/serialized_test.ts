import assert from "node:assert/strict";
import { CookieJar as ToughJar } from "tough-cookie";
import { HttpError } from "../errors.ts";
import { isFieldValue } from "../h1/mod.ts";
import { CookieJar } from "./jar.ts";
import { MAX_JSON_LENGTH } from "./serialized.ts";

const SITE = "https://www.example.com/shop/cart";
const DAY = 86_400_000;

/** A jar with every kind of cookie in it. */
function filled(now = Date.now): CookieJar {
  const jar = new CookieJar(now);
  jar.set(SITE, "second", "2", { path: "/" });
  jar.set(SITE, "wide", "w", { domain: "example.com", path: "/", httpOnly: true });
  jar.set(SITE, "__Host-a", "a=b", { path: "/", secure: true });
  jar.set(SITE, "deep", "1");
  jar.set(SITE, "ends", "x", { path: "/", expires: now() + DAY });
  jar.set("http://127.0.0.1:8000/", "local", '"q"');
  jar.set(SITE, "second", "3", { path: "/" });
  return jar;
}

Deno.test("toJSON has what tough-cookie has of a cookie, in the order they were made", () => {
  const now = Date.UTC(2027, 0, 1);
  const { cookies, ...about } = JSON.parse(JSON.stringify(filled(() => now)));
  assert.match(about.version, /^downpour@/);
  assert.deepEqual([about.storeType, about.rejectPublicSuffixes], [null, true]);
  const host = { domain: "www.example.com", hostOnly: true, path: "/" };
  assert.deepEqual(cookies, [
    { key: "second", value: "3", ...host },
    {
      ...{ key: "wide", value: "w", domain: "example.com", hostOnly: false, path: "/" },
      httpOnly: true,
    },
    { key: "__Host-a", value: "a=b", ...host, secure: true },
    { key: "deep", value: "1", ...host, path: "/shop" },
    { key: "ends", value: "x", ...host, expires: "2027-01-02T00:00:00.000Z" },
    { key: "local", value: '"q"', domain: "127.0.0.1", hostOnly: true, path: "/" },
  ]);
  assert.ok(!Deno.inspect(filled()).includes("q"));
});

Deno.test("a jar from its JSON, as text or parsed, is the jar", () => {
  const jar = filled();
  const text = JSON.stringify(jar);
  for (const again of [CookieJar.fromJSON(text), CookieJar.fromJSON(JSON.parse(text))]) {
    for (const url of [SITE, "http://api.example.com/", "http://127.0.0.1/", "http://b.com"]) {
      assert.equal(again.header(url), jar.header(url), url);
    }
    assert.equal(JSON.stringify(again), text);
    assert.notEqual(again.version, jar.version);
  }
  const empty = CookieJar.fromJSON(JSON.stringify(new CookieJar()));
  assert.equal(empty.empty, true);
});

Deno.test("what has ended is left out, then and when it is read", () => {
  let now = Date.now();
  const text = JSON.stringify(filled(() => now));
  now += DAY;
  const names = CookieJar.fromJSON(text, () => now).toJSON().cookies.map(({ key }) => key);
  assert.deepEqual(names, ["second", "wide", "__Host-a", "deep", "local"]);
});

Deno.test("tough-cookie reads our JSON and we read its", async () => {
  const jar = filled();
  const tough = ToughJar.deserializeSync(JSON.stringify(jar));
  assert.equal(await tough.getCookieString(SITE), jar.header(SITE));
  assert.equal(await tough.getCookieString("http://api.example.com/"), "wide=w");

  const theirs = new ToughJar();
  for (
    const field of [
      "a=1; Max-Age=3600",
      "b=2; Domain=example.com; Path=/; SameSite=Lax",
      "c=3; Expires=Wed, 09 Jun 2100 10:18:14 GMT; Secure; HttpOnly",
      "d=4; Path=/shop",
    ]
  ) await theirs.setCookie(field, SITE);
  const read = CookieJar.fromJSON(JSON.stringify(theirs));
  for (const url of [SITE, "http://www.example.com/shop/", "https://api.example.com/"]) {
    assert.equal(read.header(url) ?? "", await theirs.getCookieString(url), url);
  }
  const ends = read.toJSON().cookies.map(({ key, expires }) => [key, expires?.slice(0, 4)]);
  const year = new Date(Date.now() + 3_600_000).getUTCFullYear();
  assert.deepEqual(ends, [["a", String(year)], ["b", undefined], ["c", "2100"], ["d", undefined]]);
});

const GOOD = { key: "a", value: "hunter2", domain: "www.example.com", path: "/", hostOnly: true };

Deno.test("JSON that is no jar's is refused by name, without its values", () => {
  const table: [json: unknown, message: RegExp][] = [
    ["hunter2", /is none: give what toJSON gave/],
    [" ".repeat(MAX_JSON_LENGTH + 1), /has 16777217 characters: 16777216 is the most/],
    ["null", /no list of cookies/],
    [undefined, /no list of cookies/],
    ['{"cookies":{}}', /no list of cookies/],
    [{ cookies: Array(3001).fill(GOOD) }, /has 3001 cookies: 3000 is the most/],
    [{ cookies: [GOOD, null] }, /cookie 1 of a jar's JSON is no object/],
  ];
  const cookies: [changed: object, message: RegExp][] = [
    [{ key: "" }, /key or a value that can't be sent/],
    [{ key: 7 }, /key or a value/],
    [{ key: "a=b" }, /key or a value/],
    [{ key: " a" }, /key or a value/],
    [{ value: "hunter2; Domain=com" }, /key or a value/],
    [{ value: "hunter2\r\nX: y" }, /key or a value/],
    [{ value: "hunter2\u20ac" }, /key or a value/],
    [{ value: "hunter2".repeat(600) }, /key or a value/],
    [{ value: undefined }, /key or a value/],
    [{ domain: "" }, /domain that is none/],
    [{ domain: "WWW.example.com" }, /domain that is none/],
    [{ domain: "a.com/b" }, /domain that is none/],
    [{ domain: "user@a.com" }, /domain that is none/],
    [{ domain: "a.com:80" }, /domain that is none/],
    [{ domain: ["a.com"] }, /domain that is none/],
    [{ domain: `${"a.".repeat(200)}com` }, /domain that is none/],
    [{ domain: "com", hostOnly: false }, /below a domain that has none/],
    [{ domain: "127.0.0.1", hostOnly: false }, /below a domain that has none/],
    [{ domain: "[::1]", hostOnly: false }, /below a domain that has none/],
    [{ path: "shop" }, /path that is none/],
    [{ path: "/;" }, /path that is none/],
    [{ path: "/" + "x".repeat(1024) }, /path that is none/],
    [{ path: null }, /path that is none/],
    [{ secure: "yes" }, /a secure that is neither true nor false/],
    [{ httpOnly: 1 }, /a httpOnly that is neither/],
    [{ hostOnly: 0 }, /a hostOnly that is neither/],
    [{ expires: "hunter2" }, /date that is none/],
    [{ expires: {} }, /date that is none/],
    [{ maxAge: "3" }, /maxAge that is no number/],
    [{ maxAge: 3, lastAccessed: "hunter2" }, /date that is none/],
    [{ key: "__Secure-a" }, /not what the prefix/],
    [{ key: "__Host-a", secure: true, path: "/x" }, /not what the prefix/],
    [{ key: "__Host-a", secure: true, hostOnly: false }, /not what the prefix/],
  ];
  for (const [changed, message] of cookies) {
    table.push([{ cookies: [{ ...GOOD, ...changed }] }, message]);
  }
  for (const [json, message] of table) {
    assert.throws(() => CookieJar.fromJSON(json), (error) => {
      assert.ok(error instanceof HttpError, String(error));
      assert.equal(error.code, "cookie_invalid");
      assert.match(error.message, message);
      return !Deno.inspect(error).split("\n    at ")[0]!.includes("hunter2");
    }, message.source);
  }
});

Deno.test("whoever goes without saying it goes to one host, and maxAge wins", () => {
  const { hostOnly: _, ...silent } = GOOD;
  const jar = CookieJar.fromJSON({
    cookies: [
      { ...silent, domain: "example.com" },
      { ...GOOD, key: "gone", maxAge: 0, expires: "2100-01-01T00:00:00Z" },
      { ...GOOD, key: "stays", maxAge: "Infinity", expires: "2000-01-01T00:00:00Z" },
      { ...GOOD, key: "old", maxAge: 10, lastAccessed: "2000-01-01T00:00:00Z" },
    ],
  });
  assert.equal(jar.header("https://example.com/"), "a=hunter2");
  assert.equal(jar.header(SITE), "stays=hunter2");
});

Deno.test("fuzz: any JSON is a jar whose cookies can be sent, or cookie_invalid", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const values = [
    "",
    "a",
    "=",
    ";",
    "\n",
    "/",
    "/x",
    "com",
    "a.com",
    "[::1]",
    "1.2.3.4",
    "é",
    "💧",
    "__Host-x",
  ];
  const others = [
    null,
    true,
    false,
    0,
    -1,
    1e300,
    "Infinity",
    "2100-01-01",
    "x",
    [],
    {},
    undefined,
  ];
  const names = [
    "key",
    "value",
    "domain",
    "path",
    "hostOnly",
    "secure",
    "httpOnly",
    "expires",
    "maxAge",
    "creation",
  ];
  let taken = 0;
  for (let round = 0; round < 20_000; round++) {
    const cookie: Record<string, unknown> = { ...GOOD };
    for (let n = random(4); n > 0; n--) {
      const list: readonly unknown[] = random(3) === 0 ? others : values;
      cookie[names[random(names.length)]!] = list[random(list.length)];
    }
    const about = `seed ${seed}: ${JSON.stringify(cookie)}`;
    try {
      const jar = CookieJar.fromJSON({ cookies: [cookie] });
      const again = CookieJar.fromJSON(JSON.stringify(jar));
      assert.deepEqual(again.toJSON(), jar.toJSON(), about);
      for (const { domain, path } of jar.toJSON().cookies) {
        assert.ok(isFieldValue(jar.header(`https://${domain}${path}`) ?? ""), about);
        taken++;
      }
    } catch (error) {
      assert.equal((error as { code?: string }).code, "cookie_invalid", `${about} ${error}`);
    }
  }
  assert.ok(taken > 1000, `seed ${seed}: ${taken}`);
});
