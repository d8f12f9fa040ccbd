import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { bytes } from "../_sockets_for_tests.ts";
import { type PemKind, pemText } from "./pem.ts";

const { cert, key } = await makeAuthority();

function refuses(value: unknown, kind: PemKind, message: RegExp): void {
  assert.throws(() => pemText("tls.x", value, kind), (error) => {
    assert.ok(error instanceof OptionError);
    assert.equal(error.option, "tls.x");
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("PEM passes as text or bytes, with comments, other blocks and CRLF around it", () => {
  assert.equal(pemText("x", cert, "certificate"), cert);
  assert.equal(pemText("x", bytes(cert), "certificate"), cert);
  const bundle = `a comment\r\n${cert.replaceAll("\n", "\r\n")}${key}${cert}`;
  assert.equal(pemText("x", bundle, "certificate"), bundle);
  assert.equal(pemText("x", bundle, "private key"), bundle);
  assert.ok(pemText("x", key.replaceAll("PRIVATE KEY", "EC PRIVATE KEY"), "private key"));
});

Deno.test("PEM of another kind is refused by saying what it is, never by showing it", () => {
  refuses(cert, "private key", /must be PEM text of a private key: it holds a certificate$/);
  refuses(key, "certificate", /: it holds a private key$/);
  refuses("", "certificate", /: it is empty$/);
  refuses("hello world!", "certificate", /: it has no -----BEGIN …----- block$/);
  refuses("./certs/ca.pem", "certificate", /it looks like a path, give what the file holds/);
  refuses(cert.slice(0, 100), "certificate", /: its block has no end$/);
  refuses(5, "certificate", /: number$/);
  refuses(null, "certificate", /: object$/);
  refuses("x".repeat(1024 * 1024 + 1), "certificate", /it has 1048577 bytes, more than 1048576/);
  const locked = key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
  refuses(locked, "private key", /its key is encrypted, decrypt it first/);
  const old =
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n" +
    "AAAA\n-----END RSA PRIVATE KEY-----\n";
  refuses(old, "private key", /its key is encrypted/);
  const mixed = cert.replace("END CERTIFICATE", "END PRIVATE KEY");
  refuses(mixed, "certificate", /BEGIN CERTIFICATE is followed by END PRIVATE KEY/);
});

Deno.test("PEM that lost any line, or whose Base64 is damaged, is refused", () => {
  const lines = cert.trimEnd().split("\n");
  for (let i = 0; i < lines.length; i++) {
    const text = lines.toSpliced(i, 1).join("\n");
    assert.throws(() => pemText("x", text, "certificate"), OptionError, `without line ${i}`);
  }
  refuses(cert.replace("\nM", "\n*"), "certificate", /its CERTIFICATE is damaged/);
  refuses(`${cert}${lines.toSpliced(2, 1).join("\n")}`, "certificate", /is damaged/);
});

Deno.test("PEM: random changes of a certificate end in a text or an OptionError", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let round = 0; round < 2000; round++) {
    const data = bytes(cert);
    for (let i = 0; i <= random(4); i++) data[random(data.length)] = random(256);
    try {
      pemText("x", data, "certificate");
    } catch (error) {
      assert.ok(error instanceof OptionError, `seed ${seed}, round ${round}: ${error}`);
    }
  }
});
