import assert from "node:assert/strict";
import { CookieJar } from "./jar.ts";

const SITE = "https://www.example.com/shop/cart";

Deno.test("k6: set, cookiesForURL, clear and delete", () => {
  const jar = new CookieJar();
  jar.set(SITE, "a", "1");
  jar.set(SITE, "b", "2", { path: "/", domain: ".example.com", secure: true, "http_only": true });
  jar.set(SITE, "c", "3", { expires: "Wed, 09 Jun 2100 10:18:14 GMT", sameSite: "Lax" });
  jar.set(SITE, "d", "4", { expires: new Date(4e12), httpOnly: true });
  jar.set(SITE, "e", "5", { expires: 4e12, "max_age": 0 });
  assert.deepEqual(jar.cookiesForURL(SITE), { a: ["1"], b: ["2"], c: ["3"], d: ["4"] });
  assert.deepEqual(jar.cookiesForURL("https://api.example.com/"), { b: ["2"] });
  assert.equal(jar.header("http://www.example.com/"), null);
  jar.delete(SITE, "a");
  assert.equal(jar.header(SITE), "c=3; d=4; b=2");
  jar.set("https://other.com", "z", "9");
  jar.clear(SITE);
  assert.equal(jar.header(SITE), null);
  assert.equal(jar.header("https://other.com/"), "z=9");
});

Deno.test("a script's cookie that can't be is cookie_invalid; its value is not shown", () => {
  const jar = new CookieJar();
  const table: [name: unknown, value: unknown, options: object, message: RegExp][] = [
    ["", "hunter2", {}, /name "" is not a token/],
    ["a b", "hunter2", {}, /not a token/],
    [7, "hunter2", {}, /name number is not a token/],
    ["a", "hunter2\r\nX: y", {}, /value of cookie "a"/],
    ["a", "hunter2; b=c", {}, /value of cookie "a"/],
    ["a", "hunter2\u20ac", {}, /value of cookie "a"/],
    ["a", 7, {}, /value of cookie "a"/],
    ["a", "hunter2".repeat(600), {}, /more than 4096 bytes/],
    ["a", "hunter2", { domain: "other.com" }, /"other.com".*not that of www.example.com/],
    ["a", "hunter2", { path: "x" }, /begin with \//],
    ["a", "hunter2", { path: "/;" }, /path of cookie "a"/],
    ["__Host-a", "hunter2", {}, /prefix/],
  ];
  for (const [name, value, options, message] of table) {
    assert.throws(() => jar.set(SITE, name as string, value as string, options), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, "cookie_invalid");
      assert.match(error.message, message);
      assert.ok(!Deno.inspect(error).includes("hunter2"));
      return true;
    });
  }
  assert.equal(jar.empty, true);
});

Deno.test("options of a cookie are checked", () => {
  const jar = new CookieJar();
  const table: [options: object, message: RegExp][] = [
    [{ maxage: 1 }, /unknown cookie option maxage \(did you mean maxAge\?\)/],
    [{ secure: "yes" }, /secure of a cookie is yes: give a boolean/],
    [{ maxAge: NaN }, /maxAge of a cookie is NaN: give a number/],
    [{ domain: 7 }, /domain of a cookie is 7: give a string/],
    [{ expires: "whenever" }, /expires of a cookie is "whenever"/],
    [{ sameSite: "maybe" }, /choose strict, lax or none/],
  ];
  for (const [options, message] of table) {
    assert.throws(() => jar.set(SITE, "a", "1", options), { name: "OptionError", message });
  }
});
