import assert from "node:assert/strict";
import { CookieJar } from "./jar.ts";

const SITE = "https://www.example.com/shop/cart";

/** A jar with what a server at `url` set, and what it ignored. */
async function jarOf(url: string, ...fields: string[]): Promise<CookieJar> {
  const jar = new CookieJar();
  await jar.store(url, fields);
  return jar;
}

Deno.test("a new jar is empty and sends nothing", () => {
  const jar = new CookieJar();
  assert.equal(jar.empty, true);
  assert.equal(jar.header(SITE), null);
  assert.deepEqual(jar.cookiesForURL(SITE), {});
  assert.deepEqual(jar.toJSON().cookies, []);
  assert.equal(jar.version, new CookieJar().version);
});

Deno.test("what a server sets goes back to it, and only there", async () => {
  const table: [field: string, url: string, sent: boolean][] = [
    ["a=1", "https://www.example.com/shop/", true],
    ["a=1", "https://www.example.com/shop", true],
    ["a=1", "https://www.example.com/", false],
    ["a=1", "https://www.example.com/shopping", false],
    ["a=1", "http://www.example.com:8080/shop/x", true],
    ["a=1", "https://WWW.EXAMPLE.com/shop/?q", true],
    ["a=1", "https://example.com/shop/", false],
    ["a=1", "https://a.www.example.com/shop/", false],
    ["a=1; Path=/", "https://www.example.com/", true],
    ["a=1; Path=/shop/cart", "https://www.example.com/shop/cart/1", true],
    ["a=1; Path=/other", "https://www.example.com/other", true],
    ["a=1; Domain=www.example.com", "https://a.www.example.com/shop/", true],
    ["a=1; Domain=example.com", "https://example.com/shop/", true],
    ["a=1; Domain=.Example.Com", "https://api.example.com/shop/", true],
    ["a=1; Domain=example.com", "https://badexample.com/shop/", false],
    ["a=1; Secure", "https://www.example.com/shop/", true],
    ["a=1; Secure", "http://www.example.com/shop/", false],
    ["a=1; HttpOnly; SameSite=Strict", "https://www.example.com/shop/", true],
  ];
  for (const [field, url, sent] of table) {
    const jar = await jarOf(SITE, field);
    assert.equal(jar.ignored, 0, field);
    assert.equal(jar.header(url), sent ? "a=1" : null, `${field} to ${url}`);
  }
});

Deno.test("what is not for the server to set is ignored and counted", async () => {
  const table: [url: string, field: string][] = [
    [SITE, "a=1; Domain=other.com"],
    [SITE, "a=1; Domain=api.example.com"],
    [SITE, "a=1; Domain=a.www.example.com"],
    [SITE, "a=1; Domain=com"],
    [SITE, "a=1; Domain=ample.com"],
    [SITE, "a=1; Domain=\xe9xample.com"],
    ["https://shop.example.co.uk/", "a=1; Domain=co.uk"],
    ["https://me.github.io/", "a=1; Domain=github.io"],
    ["https://a.localhost/", "a=1; Domain=localhost"],
    ["http://127.0.0.1/", "a=1; Domain=0.0.1"],
    ["http://[::1]/", "a=1; Domain=1]"],
    ["http://example.com/", "a=1; Secure"],
    [SITE, "__Secure-a=1"],
    [SITE, "__secure-a=1"],
    ["http://example.com/", "__Secure-a=1; Secure"],
    [SITE, "__Host-a=1; Secure"],
    [SITE, "__Host-a=1; Path=/"],
    [SITE, "__Host-a=1; Path=/shop; Secure"],
    [SITE, "__HOST-a=1; Path=/; Secure; Domain=www.example.com"],
    [SITE, "malformed"],
    [`https://example.com/${"a".repeat(1100)}/`, "a=1"],
  ];
  for (const [url, field] of table) {
    const jar = await jarOf(url, field, "b=2; Path=/");
    assert.equal(jar.ignored, 1, field);
    assert.equal(jar.header(url), "b=2", field);
  }
});

Deno.test("what prefixes promise may be kept", async () => {
  const jar = await jarOf(
    SITE,
    "__Secure-a=1; Secure; Domain=example.com",
    "__Host-b=2; Secure; Path=/",
  );
  assert.equal(jar.ignored, 0);
  assert.equal(jar.header("https://www.example.com/"), "__Host-b=2");
});

Deno.test("a public suffix that is the host itself, and an IP address, are hosts", async () => {
  for (const host of ["github.io", "localhost", "intranet", "127.0.0.1", "[::1]"]) {
    const jar = await jarOf(`http://${host}:8080/`, `a=1; Domain=${host}`);
    assert.equal(jar.ignored, 0, host);
    assert.equal(jar.header(`http://${host}/`), "a=1");
    if (!/^[[1]/.test(host)) assert.equal(jar.header(`http://b.${host}/`), null);
  }
});

Deno.test("names of one's own network may share cookies", async () => {
  const jar = await jarOf("http://app.svc.cluster.local/", "a=1; Domain=svc.cluster.local");
  assert.equal(jar.header("http://db.svc.cluster.local/"), "a=1");
});

Deno.test("cookies without a domain are taken at once, before any list is loaded", () => {
  const jar = new CookieJar();
  assert.equal(jar.store(SITE, ["a=1", "b=2; Domain=com", "c=3; Domain=other.com"]), undefined);
  assert.equal(jar.header(SITE), "a=1");
  assert.equal(jar.ignored, 2);
});

Deno.test("longer paths come first, then older cookies; replacing keeps the age", async () => {
  const jar = await jarOf(
    SITE,
    "a=1; Path=/",
    "b=2; Path=/",
    "c=3; Path=/shop",
    "d=4; Path=/shop/",
  );
  await jar.store(SITE, ["a=5; Path=/"]);
  assert.equal(jar.header(SITE), "d=4; c=3; a=5; b=2");
});

Deno.test("a cookie is known by name, domain and path", async () => {
  const jar = await jarOf(SITE, "a=1", "a=2; Path=/", "a=3; Domain=example.com", "A=4");
  assert.equal(jar.header(SITE), "a=1; a=3; A=4; a=2");
  assert.deepEqual(jar.cookiesForURL(SITE), { a: ["1", "3", "2"], A: ["4"] });
  await jar.store(SITE, ["a=5"]);
  assert.equal(jar.header(SITE), "a=5; a=3; A=4; a=2");
});

Deno.test("Max-Age wins over Expires; 0 and a past date take the cookie away", async () => {
  const past = "Expires=Thu, 01 Jan 1970 00:00:01 GMT";
  for (
    const end of [
      "Max-Age=0",
      "Max-Age=-1",
      past,
      `Expires=Wed, 09 Jun 2100 10:18:14 GMT; Max-Age=0`,
    ]
  ) {
    const jar = await jarOf(SITE, "a=1", `a=2; ${end}`);
    assert.equal(jar.empty, true, end);
    assert.equal(jar.ignored, 0);
  }
  assert.equal((await jarOf(SITE, `a=1; ${past}; Max-Age=9`)).header(SITE), "a=1");
});

Deno.test("a cookie ends when its time has come, and the version says so", () => {
  let now = 1_000_000;
  const jar = new CookieJar(() => now);
  jar.store(SITE, ["a=1; Max-Age=10", "b=2; Max-Age=20", "c=3"]);
  const { version } = jar;
  now += 9_999;
  assert.equal(jar.version, version);
  assert.equal(jar.header(SITE), "a=1; b=2; c=3");
  now += 1;
  assert.notEqual(jar.version, version);
  assert.equal(jar.header(SITE), "b=2; c=3");
  now += 10_000;
  assert.equal(jar.header(SITE), "c=3");
  jar.delete(SITE, "c");
  assert.equal(jar.empty, true);
});

Deno.test("a jar whose last cookie has ended is empty", () => {
  let now = 0;
  const jar = new CookieJar(() => now);
  jar.set(SITE, "a", "1", { maxAge: 1 });
  assert.equal(jar.empty, false);
  now = 1000;
  assert.equal(jar.empty, true);
  jar.set(SITE, "b", "2");
  assert.equal(jar.header(SITE), "b=2");
});

Deno.test("versions differ among jars and change with every change only", async () => {
  const jar = new CookieJar();
  const other = await jarOf(SITE, "a=1");
  const seen = new Set([jar.version, other.version]);
  const changes = [
    () => jar.store(SITE, ["a=1"]),
    () => jar.set(SITE, "b", "2"),
    () => jar.delete(SITE, "a"),
    () => jar.clear(SITE),
  ];
  for (const change of changes) {
    await change();
    seen.add(jar.version);
    jar.header(SITE);
    jar.delete(SITE, "nobody");
    jar.store(SITE, ["malformed"]);
    seen.add(jar.version);
  }
  assert.equal(seen.size, 6);
});

Deno.test("http can't put a cookie before a secure one of the same name", async () => {
  const jar = await jarOf(
    "https://www.example.com/",
    "a=1; Secure; Path=/login; Domain=example.com",
  );
  const from = "http://www.example.com/";
  await jar.store(from, ["a=2; Path=/login", "a=3; Path=/login/x; Domain=example.com"]);
  assert.equal(jar.ignored, 2);
  await jar.store(from, ["a=4; Path=/", "b=5; Path=/login"]);
  assert.equal(jar.ignored, 2);
  assert.equal(jar.header("https://www.example.com/login/x"), "a=1; b=5; a=4");
});

Deno.test("a domain has at most 180 cookies, the oldest go", async () => {
  const jar = new CookieJar();
  for (let i = 0; i < 10_000; i++) await jar.store(SITE, [`c${i}=1`, "kept=1"]);
  const names = Object.keys(jar.cookiesForURL(SITE));
  assert.equal(names.length, 180);
  assert.ok(names.includes("c9999") && names.includes("kept") && !names.includes("c9820"));
});

Deno.test("a jar has at most 3000 cookies, the oldest go", () => {
  const jar = new CookieJar();
  for (let i = 0; i < 10_000; i++) jar.store(`https://h${i % 100}.com/`, [`c${i}=1`]);
  assert.equal(jar.toJSON().cookies.length, 3000);
  assert.equal(jar.header("https://h0.com/")?.split("; ").length, 30);
  assert.match(jar.header("https://h0.com/")!, /c9900=1$/);
});

Deno.test("a Cookie field has at most 16 KiB", async () => {
  const jar = new CookieJar();
  for (let i = 0; i < 10; i++) await jar.store(SITE, [`c${i}=${"x".repeat(4000)}`]);
  const header = jar.header(SITE)!;
  assert.ok(header.length <= 16 * 1024);
  assert.deepEqual(header.split("; ").map((pair) => pair.slice(0, 2)), ["c0", "c1", "c2", "c3"]);
});

Deno.test("an empty jar costs less than 200 bytes", async () => {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--v8-flags=--expose-gc",
      new URL("_empty_jars_for_tests.ts", import.meta.url).pathname,
    ],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const bytes = Number(new TextDecoder().decode(stdout));
  assert.ok(bytes > 0 && bytes < 200, `${bytes} bytes`);
});
