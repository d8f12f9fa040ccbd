import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { matchesName } from "./match_name.ts";
import { asServerName, isServerName } from "./server_name.ts";
import { subjectAltNames } from "./subject_alt_names.ts";

Deno.test("a name matches by itself, or by a star for its whole first label", () => {
  const cases: [string, string, boolean][] = [
    ["DNS:example.org", "example.org", true],
    ["DNS:Example.ORG", "eXample.org", true],
    ["DNS:example.org", "www.example.org", false],
    ["DNS:*.example.org", "www.example.org", true],
    ["DNS:*.example.org", "a.b.example.org", false],
    ["DNS:*.example.org", "example.org", false],
    ["DNS:*.example.org", ".example.org", false],
    ["DNS:w*.example.org", "www.example.org", false],
    ["DNS:*w.example.org", "www.example.org", false],
    ["DNS:*.*.org", "www.example.org", false],
    ["DNS:*.org", "example.org", false],
    ["DNS:*", "localhost", false],
    ["DNS:", "", false],
    ["email:example.org", "example.org", false],
    ["URI:example.org", "example.org", false],
    ["DNS:127.0.0.1", "127.0.0.1", false],
    ["IP:127.0.0.1", "127.0.0.1", true],
    ["IP:127.0.0.1", "127.0.0.2", false],
    ["IP:::1", "0:0:0:0:0:0:0:1", true],
    ["IP:::1", "::2", false],
  ];
  for (const [name, server, expected] of cases) {
    assert.equal(matchesName([name], server), expected, `${name} for ${server}`);
    assert.equal(matchesName(["DNS:other.test", name], server), expected);
  }
  assert.equal(matchesName([], "localhost"), false);
});

Deno.test("names are read from a certificate, and a comma in one makes no second", async () => {
  const authority = await makeAuthority();
  const names = ["DNS:a.test", "DNS:*.b.test", "IP:10.1.2.3", "IP:2001:db8::1", "email:x@a.test"];
  const leaf = await authority.issue([...names, "URI:http://a.test/,DNS:c.test", "RID:1.2.3.4"]);
  const found = subjectAltNames(derOf(leaf.cert));
  assert.deepEqual(found, [...names, "URI:http://a.test/", "DNS:c.test"]);
  // OpenSSL splits at commas itself: the one within a name is put in afterwards.
  const der = derOf(leaf.cert);
  const at = find(der, "http://a.test/");
  der.set(new TextEncoder().encode("x, DNS:evil.tt"), at);
  assert.ok(subjectAltNames(der).includes("URI:x, DNS:evil.tt"));
  assert.equal(matchesName(subjectAltNames(der), "evil.tt"), false);
});

Deno.test("a certificate without names has none, and neither has what is none", async () => {
  assert.deepEqual(subjectAltNames(derOf((await makeAuthority()).cert)), []);
  assert.deepEqual(subjectAltNames(new Uint8Array()), []);
  assert.deepEqual(subjectAltNames(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)), []);
});

Deno.test("names: every cut and random changes of a certificate are read without a throw", async () => {
  const der = derOf((await (await makeAuthority()).issue(["DNS:a.test", "IP:::1"])).cert);
  for (let cut = 0; cut < der.length; cut++) {
    for (const name of subjectAltNames(der.subarray(0, cut))) assert.equal(typeof name, "string");
  }
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let round = 0; round < 5000; round++) {
    const damaged = der.slice();
    for (let i = 0; i <= random(3); i++) damaged[random(damaged.length)] = random(256);
    assert.doesNotThrow(() => subjectAltNames(damaged), `seed ${seed}, round ${round}`);
  }
});

Deno.test("a host becomes what SNI takes", () => {
  assert.equal(asServerName("localhost."), "localhost");
  assert.equal(asServerName("bücher.example"), "xn--bcher-kva.example");
  assert.equal(asServerName("::1"), "::1");
  for (const good of ["a", "a-b.c", "1.2.3.4", "::1", "_x.test", "bücher.example."]) {
    assert.equal(isServerName(good), true, good);
  }
  for (const bad of ["", ".", "-a", "a-", "a b", "a..b", "a/b", "a@b", "a:1", "x".repeat(64)]) {
    assert.equal(isServerName(bad), false, bad);
  }
  assert.equal(isServerName(Array(64).fill("abc").join(".")), false, "more than 253 characters");
});

function derOf(pem: string): Uint8Array {
  return new Uint8Array(new X509Certificate(pem).raw);
}

function find(data: Uint8Array, text: string): number {
  const at = String.fromCharCode(...data).indexOf(text);
  assert.ok(at >= 0);
  return at;
}
