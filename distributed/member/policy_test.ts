import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import type { ShardPermissions } from "../../runner/mod.ts";
import { PoolError } from "../errors.ts";
import { checkPolicy } from "./policy.ts";
import { publicKey } from "./signature.ts";

/** What is given, what is asked for, whether that is covered. */
const HOSTS: readonly (readonly [given: string, asked: string, covered: boolean])[] = [
  ["a.example", "a.example", true],
  ["a.example", "A.EXAMPLE:80", true],
  ["a.example:80", "a.example", false],
  ["a.example:80", "a.example:80", true],
  ["a.example:80", "a.example:8080", false],
  ["a.example", "b.a.example", false],
  ["a.example", "a.example.evil", false],
  ["*.a.example", "b.a.example:443", true],
  ["*.a.example", "c.b.a.example", true],
  ["*.a.example", "a.example", false],
  ["*.a.example", "evila.example", false],
  ["*.a.example:80", "b.a.example:443", false],
  ["*.a.example", "*.b.a.example", true],
  ["a.example", "*.a.example", false],
  ["[::1]", "[::1]:80", true],
  ["[::1]:80", "[::1]:81", false],
  ["[::1]", "[::2]", false],
  ["::1", "::2", false],
];

const PATHS: readonly (readonly [given: string, asked: string, covered: boolean])[] = [
  ["/data", "/data", true],
  ["/data/", "/data/x/y", true],
  ["/data", "/data/x/", true],
  ["/data", "/database", false],
  ["/data", "/data/../etc", false],
  ["/data/x/..", "/data/y", true],
  ["/", "/etc", true],
  ["data", "data", true],
  ["data", "data/x", false],
  ["/data", "data", false],
  ["/data", "../data", false],
];

function isCovered(given: Partial<ShardPermissions>, asked: Partial<ShardPermissions>): boolean {
  const nothing = { allowNet: [], allowRead: [] };
  try {
    checkPolicy("a", { ...nothing, ...given }, { ...nothing, ...asked });
    return true;
  } catch (error) {
    assert.ok(error instanceof PoolError && error.code === "pool_permission", String(error));
    return false;
  }
}

for (const [given, asked, covered] of HOSTS) {
  Deno.test(`a policy of ${given} ${covered ? "covers" : "does not cover"} ${asked}`, () => {
    assert.equal(isCovered({ allowNet: [given] }, { allowNet: [asked] }), covered);
  });
}

for (const [given, asked, covered] of PATHS) {
  Deno.test(`a policy of ${given} ${covered ? "covers" : "does not cover"} ${asked}`, () => {
    for (const kind of ["allowRead", "allowWrite", "allowUnix", "allowFfi"] as const) {
      assert.equal(isCovered({ [kind]: [given] }, { [kind]: [asked] }), covered, kind);
    }
  });
}

Deno.test("all of the network is more than any list, and no list is less than nothing", () => {
  assert.equal(isCovered({ allowNet: ["a"] }, { allowNet: true }), false);
  assert.equal(isCovered({ allowNet: true }, { allowNet: true }), true);
  assert.equal(isCovered({ allowNet: true }, { allowNet: ["a"] }), true);
  assert.equal(isCovered({}, {}), true);
});

Deno.test("names are covered by the same name, of the same kind", () => {
  for (const kind of ["allowEnv", "allowSys", "allowRun"] as const) {
    assert.equal(isCovered({ [kind]: ["a"] }, { [kind]: ["a"] }), true);
    assert.equal(isCovered({ [kind]: ["a"] }, { [kind]: ["a", "b"] }), false);
    assert.equal(isCovered({}, { [kind]: ["a"] }), false);
  }
  assert.equal(isCovered({ allowEnv: ["a"] }, { allowSys: ["a"] }), false);
});

Deno.test("a refusal names the flag, what was asked for, and what there is", () => {
  const policy = { allowNet: [], allowRead: [], allowRun: ["ls"] };
  assert.throws(
    () => checkPolicy("a", policy, { ...policy, allowRun: ["ls", "sh"] }),
    /agent a does not give scripts --allow-run=sh: it gives --allow-run=ls/,
  );
});

Deno.test("a public key is read from base64 and from PEM", async () => {
  const { publicKey: key } = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key)).toBase64();
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", key)).toBase64();
  assert.equal(publicKey(raw), raw);
  assert.equal(publicKey(`-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`), raw);
  for (const bad of ["", "AAAA", "?", spki.slice(4), new Uint8Array(44).toBase64()]) {
    assert.throws(() => publicKey(bad), (error) => error instanceof OptionError, bad);
  }
});
