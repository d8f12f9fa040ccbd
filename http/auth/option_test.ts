import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { type AuthOption, readAuth } from "./option.ts";

const REQUEST = { method: "GET", uri: "/", body: null };

Deno.test("basic: the examples of RFC 7617", () => {
  assert.equal(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  assert.equal(basic("test", "123\u00a3"), "Basic dGVzdDoxMjPCow==");
  assert.equal(basic("", ""), "Basic Og==");
  assert.equal(basic("u", "a:b"), `Basic ${btoa("u:a:b")}`);
});

Deno.test("basic: a colon in the name and control characters can't be sent", () => {
  assert.throws(() => basic("a:b", "c"), { name: "OptionError", message: /colon/ });
  assert.throws(() => basic("a\n", "c"), { message: /username has a control character/ });
  assert.throws(() => basic("a", "c\r\nX: y"), { message: /password has a control character/ });
});

Deno.test("bearer: the example of RFC 6750, and what is no token", () => {
  assert.equal(bearer("mF_9.B5f-4.1JqM"), "Bearer mF_9.B5f-4.1JqM");
  assert.equal(bearer("YQ=="), "Bearer YQ==");
  for (const token of ["", "a b", "Bearer x", "=", "a=b", "a\n", "é", "a,b"]) {
    assert.throws(() => bearer(token), OptionError, JSON.stringify(token));
  }
});

Deno.test("basic and bearer go with every request and are not tried again", async () => {
  for (
    const [option, value] of [
      [{ type: "basic", username: "a", password: "b" }, "Basic YTpi"],
      [{ type: "bearer", token: "abc" }, "Bearer abc"],
    ] as [AuthOption, string][]
  ) {
    const auth = readAuth(option);
    assert.equal(auth.type, option.type);
    assert.equal(auth.constant, value);
    const exchange = auth.begin("http://a", REQUEST);
    assert.equal(exchange.authorize(), value);
    assert.equal(await exchange.challenged(['Digest realm="r", nonce="n"']), false);
    assert.equal(exchange.authorize(), value);
  }
});

const BAD: [option: unknown, path: string, message: RegExp][] = [
  [null, "auth", /type null/],
  ["user:hunter2", "auth", /auth is of type string/],
  [{}, "auth.type", /missing: choose basic, digest or bearer/],
  [{ type: "bassic" }, "auth.type", /"bassic": choose basic/],
  [{ type: "kerberos-and-more-of-it" }, "auth.type", /"kerberos-and-more-of"/],
  [{ type: 7 }, "auth.type", /of type number/],
  [{ type: "basic", username: "a" }, "auth.password", /type basic has no password/],
  [{ type: "digest", password: "hunter2" }, "auth.username", /has no username/],
  [{ type: "bearer" }, "auth.token", /has no token/],
  [{ type: "basic", usrname: "hunter2", password: "b" }, "auth.usrname", /did you mean username\?/],
  [{ type: "bearer", token: "a", realm: "hunter2" }, "auth.realm", /bearer takes token/],
  [{ type: "basic", username: "a", password: 42 }, "auth.password", /of type number: give text/],
  [{ type: "digest", username: "a", password: "hunter2\n" }, "auth.password", /control character/],
  [{ type: "bearer", token: "hunter2 x" }, "token", /bearer token/],
];

for (const [option, path, message] of BAD) {
  Deno.test(`auth: ${path} is named, no secret is shown: ${message}`, () => {
    assert.throws(() => readAuth(option as AuthOption), (error) => {
      assert.ok(error instanceof OptionError);
      assert.equal(error.option, path);
      assert.match(error.message, message);
      assert.ok(!Deno.inspect(error).includes("hunter2"));
      return true;
    });
  });
}

Deno.test("each part of the option is read once", () => {
  let reads = 0;
  const option = {
    type: "basic" as const,
    username: "a",
    get password() {
      return ++reads === 1 ? "b" : "\n";
    },
  };
  assert.equal(readAuth(option).constant, "Basic YTpi");
  assert.equal(reads, 1);
});

Deno.test("credentials are not in what is printed, nor in JSON", async () => {
  for (
    const option of [
      { type: "basic", username: "user", password: "hunter2" },
      { type: "digest", username: "user", password: "hunter2" },
      { type: "bearer", token: "hunter2" },
    ] as AuthOption[]
  ) {
    const auth = readAuth(option);
    const exchange = auth.begin("http://a", REQUEST);
    await exchange.challenged(['Digest realm="r", nonce="n"']);
    exchange.authorize();
    for (const thing of [auth, exchange]) {
      const shown = Deno.inspect(thing, { depth: 9, showHidden: true }) + JSON.stringify(thing) +
        String(thing);
      for (const secret of ["hunter2", "user", btoa("user:hunter2")]) {
        assert.ok(!shown.includes(secret), shown);
      }
    }
  }
});
