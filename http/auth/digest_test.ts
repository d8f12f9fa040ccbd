import assert from "node:assert/strict";
import { parseChallenges } from "./challenge.ts";
import { answerDigest, chooseDigest, digestKey, type DigestRequest } from "./digest.ts";
import { loadHash } from "./hash.ts";

const hash = await loadHash();

/** The parameters of an answer, with their quotes. */
function paramsOf(answer: string): Record<string, string> {
  assert.match(answer, /^Digest /);
  const pairs = [...answer.slice(7).matchAll(/([a-z*]+)=("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

function answerTo(
  field: string,
  user: { username: string; password: string },
  request: DigestRequest,
  cnonce: string,
  count = 1,
): Record<string, string> {
  const challenge = chooseDigest(parseChallenges([field]));
  assert.ok(challenge !== null);
  const key = digestKey(hash, challenge, user);
  return paramsOf(answerDigest(hash, challenge, user.username, key, request, count, cnonce));
}

const MUFASA = { username: "Mufasa", password: "Circle of Life" };
const RFC7616 = 'realm="http-auth@example.org", qop="auth, auth-int", ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
const GET_INDEX: DigestRequest = { method: "GET", uri: "/dir/index.html", body: null };

Deno.test("the example of RFC 2617 §3.5", () => {
  const answer = answerTo(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", ' +
      'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    { username: "Mufasa", password: "Circle Of Life" },
    GET_INDEX,
    "0a4f113b",
  );
  assert.deepEqual(answer, {
    username: '"Mufasa"',
    realm: '"testrealm@host.com"',
    nonce: '"dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    uri: '"/dir/index.html"',
    qop: "auth",
    nc: "00000001",
    cnonce: '"0a4f113b"',
    response: '"6629fae49393a05397450978507c4ef1"',
    opaque: '"5ccc069c403ebaf9f0171e9517f40e41"',
  });
});

for (
  const [algorithm, response] of [
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ] as const
) {
  Deno.test(`the example of RFC 7616 §3.9.1 with ${algorithm}`, () => {
    const answer = answerTo(`Digest ${RFC7616}, algorithm=${algorithm}`, MUFASA, GET_INDEX, CNONCE);
    assert.equal(answer.response, `"${response}"`);
    assert.equal(answer.algorithm, algorithm);
    assert.equal(answer.qop, "auth");
  });
}

Deno.test("the example of RFC 7616 §3.9.2: SHA-512-256, a hashed name, UTF-8", () => {
  // With the hashes of erratum 4897: those in the text are of SHA-512 cut off.
  const answer = answerTo(
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
      'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
      'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
    { username: "J\u00e4s\u00f8n Doe", password: "Secret, or not?" },
    { method: "GET", uri: "/doe.json", body: null },
    "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
  );
  assert.equal(
    answer.username,
    '"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"',
  );
  assert.equal(
    answer.response,
    '"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"',
  );
  assert.equal(answer.userhash, "true");
});

Deno.test("a server without qop is answered as in RFC 2069, without count and client nonce", () => {
  const answer = answerTo(
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    { username: "Mufasa", password: "CircleOfLife" },
    GET_INDEX,
    "unused",
  );
  // The example of RFC 2069 §2.4, with its erratum 749.
  assert.equal(answer.response, '"1949323746fe6a43ef61f9606e7febea"');
  assert.deepEqual(Object.keys(answer), ["username", "realm", "nonce", "uri", "response"]);
});

Deno.test("where only auth-int is taken the body is part of the answer", () => {
  const field = 'Digest realm="r", nonce="n", qop="auth-int", algorithm=SHA-256';
  const post = { method: "POST", uri: "/", body: new TextEncoder().encode("body") };
  const one = answerTo(field, MUFASA, post, "c");
  const other = answerTo(field, MUFASA, { ...post, body: new TextEncoder().encode("Body") }, "c");
  assert.equal(one.qop, "auth-int");
  assert.notEqual(one.response, other.response);
  const nothing = answerTo(field, MUFASA, { ...post, body: null }, "c");
  const empty = answerTo(field, MUFASA, { ...post, body: new Uint8Array() }, "c");
  assert.equal(nothing.response, empty.response);
});

Deno.test("a streamed body can't be protected: auth_failed says so", () => {
  const field = 'Digest realm="r", nonce="n", qop="auth-int"';
  assert.throws(
    () => answerTo(field, MUFASA, { method: "POST", uri: "/", body: "streamed" }, "c"),
    { code: "auth_failed", message: /qop auth-int.*streamed/ },
  );
  const both = 'Digest realm="r", nonce="n", qop="auth-int,auth"';
  assert.equal(
    answerTo(both, MUFASA, { method: "POST", uri: "/", body: "streamed" }, "c").qop,
    "auth",
  );
});

Deno.test("the strongest algorithm is taken, -sess as good as without, in whatever order", () => {
  const offered = [
    ["MD5", "SHA-256", "SHA-256"],
    ["SHA-512-256-sess", "SHA-256", "SHA-512-256-sess"],
    ["sha-256-SESS", "SHA-256", "sha-256-SESS"],
    ["SHA3-999", "MD5", "MD5"],
    ["__proto__", "MD5-sess", "MD5-sess"],
  ];
  for (const [first, second, chosen] of offered) {
    const fields = [first, second].map((name) => `Digest realm="r", nonce="n", algorithm=${name}`);
    assert.equal(chooseDigest(parseChallenges(fields))?.algorithm, chosen);
    assert.equal(chooseDigest(parseChallenges([fields.join(", ")]))?.algorithm, chosen);
  }
});

Deno.test("digest challenges that can't be answered are auth_failed, none is null", () => {
  const table: [string, RegExp][] = [
    ['Digest nonce="n"', /no realm/],
    ['Digest realm="r"', /no nonce/],
    ['Digest realm="r", nonce=""', /no nonce/],
    ['Digest realm="r", nonce="n", algorithm=SHA-1', /unknown algorithm: "SHA-1"/],
    ['Digest realm="r", nonce="n", qop="auth-conf"', /unknown qop: "auth-conf"/],
    ['Digest realm="r", nonce="n", qop=""', /unknown qop/],
    ["Digest", /no realm/],
  ];
  for (const [field, message] of table) {
    assert.throws(() => chooseDigest(parseChallenges([field])), { code: "auth_failed", message });
  }
  assert.equal(chooseDigest(parseChallenges(['Basic realm="x"', "Negotiate"])), null);
});

Deno.test("quotes, backslashes and bytes over 127 come through", () => {
  const field = 'Digest realm="a \\"b\\" \\\\ \xc3\xa9", nonce="n", qop=auth';
  const answer = answerTo(field, { username: 'q"\\', password: "p" }, GET_INDEX, "c");
  assert.equal(answer.realm, '"a \\"b\\" \\\\ \xc3\xa9"');
  assert.equal(answer.username, '"q\\"\\\\"');
  // The bytes of the realm are hashed as they came: é in UTF-8.
  const ha1 = hash("md5", new TextEncoder().encode('q"\\:a "b" \\ é:p'));
  const ha2 = hash("md5", "GET:/dir/index.html");
  assert.equal(answer.response, `"${hash("md5", `${ha1}:n:00000001:c:auth:${ha2}`)}"`);
});

Deno.test("a name beyond ASCII goes as username*, composed", () => {
  const field = 'Digest realm="r", nonce="n", qop=auth, charset=UTF-8';
  const user = { username: "Ja\u0308so\u0308n Doe", password: "x" };
  const answer = answerTo(field, user, GET_INDEX, "c");
  assert.equal(answer["username*"], "UTF-8''J%C3%A4s%C3%B6n%20Doe");
  assert.equal(answer.username, undefined);
});

Deno.test("the count is eight hexadecimal digits", () => {
  const field = 'Digest realm="r", nonce="n", qop=auth';
  assert.equal(answerTo(field, MUFASA, GET_INDEX, "c", 255).nc, "000000ff");
});
