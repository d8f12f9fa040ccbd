import assert from "node:assert/strict";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { checkTlsOptions, tlsVersions } from "./check_options.ts";
import type { TlsOptions } from "./options.ts";

const { cert, key } = await makeAuthority();

Deno.test("options that are right pass, and undefined ones are as if left out", () => {
  const good: Record<string, unknown>[] = [
    {},
    { alpn: ["h2", "http/1.1"], caCerts: [cert, new TextEncoder().encode(cert)], details: false },
    { cert, key, serverName: "a_b.example.test", insecureSkipVerify: true },
    { serverName: "::1" },
    { serverName: "bücher.example" },
    { minVersion: "TLSv1.3", maxVersion: "TLSv1.3", session: new Uint8Array(1) },
    { ciphers: ["TLS_AES_128_GCM_SHA256", "ecdhe-rsa-aes128-gcm-sha256"] },
    { cert: undefined, alpn: undefined, ciphers: undefined },
  ];
  for (const options of good) checkTlsOptions(options as TlsOptions);
});

Deno.test("an option that is wrong is named, with its value and what it may be", () => {
  const cases: [unknown, string, RegExp][] = [
    [null, "tls", /tls must be an object of TLS options: null/],
    [[], "tls", /must be an object/],
    [{ ALPN: ["h2"] }, "tls.ALPN", /tls has no option ALPN: did you mean alpn$/],
    [{ zzzzzz: 1 }, "tls.zzzzzz", /it has alpn, caCerts, cert, key/],
    [{ alpn: "h2" }, "tls.alpn", /tls\.alpn must be an array: "h2"/],
    [{ alpn: ["h2", ""] }, "tls.alpn[1]", /1 to 255 ASCII characters, such as h2: ""/],
    [{ alpn: ["x".repeat(256)] }, "tls.alpn[0]", /1 to 255/],
    [{ alpn: [2] }, "tls.alpn[0]", /: 2$/],
    [{ caCerts: cert }, "tls.caCerts", /must be an array/],
    [{ caCerts: [cert, "x"] }, "tls.caCerts[1]", /must be PEM text of a certificate/],
    [{ cert, key: cert }, "tls.key", /PEM text of a private key: it holds a certificate$/],
    [{ cert: key, key }, "tls.cert", /PEM text of a certificate: it holds a private key$/],
    [{ cert }, "tls.key", /tls\.cert goes with tls\.key, which is missing/],
    [{ key }, "tls.cert", /tls\.key goes with tls\.cert, which is missing/],
    [{ serverName: "" }, "tls.serverName", /must be a host name or an IP address: ""/],
    [{ serverName: "a b" }, "tls.serverName", /"a b"/],
    [{ serverName: "a..b" }, "tls.serverName", /"a\.\.b"/],
    [{ serverName: "localhost:443" }, "tls.serverName", /"localhost:443"/],
    [{ serverName: 1 }, "tls.serverName", /: 1$/],
    [{ insecureSkipVerify: 1 }, "tls.insecureSkipVerify", /must be true or false: 1/],
    [{ details: "yes" }, "tls.details", /must be true or false: "yes"/],
    [{ minVersion: "TLSv1.1" }, "tls.minVersion", /TLSv1\.2 or TLSv1\.3: "TLSv1\.1"/],
    [{ maxVersion: 1.3 }, "tls.maxVersion", /TLSv1\.2 or TLSv1\.3: 1\.3/],
    [{ minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, "tls.minVersion", /is above/],
    [{ ciphers: [] }, "tls.ciphers", /is empty/],
    [{ ciphers: "TLS_AES_128_GCM_SHA256" }, "tls.ciphers", /must be an array/],
    [
      { ciphers: ["TLS_AES_128_GCM_SHA265"] },
      "tls.ciphers[0]",
      /did you mean TLS_AES_128_GCM_SHA256/,
    ],
    [
      { ciphers: ["RC4"] },
      "tls.ciphers[0]",
      /"RC4" is not a suite of this runtime: there are TLS_AES/,
    ],
    [
      { ciphers: ["ECDHE-RSA-AES128-GCM-SHA256"], minVersion: "TLSv1.3" },
      "tls.ciphers",
      /has no suite of TLSv1\.3 to TLSv1\.3: ECDHE-RSA-AES128-GCM-SHA256/,
    ],
    [{ session: "abc" }, "tls.session", /must be a Uint8Array/],
    [{ session: null }, "tls.session", /must be a Uint8Array, or be left out: null/],
  ];
  for (const [options, option, message] of cases) {
    assert.throws(() => checkTlsOptions(options as TlsOptions), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, option);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("only versions that a listed cipher suite is for are offered", () => {
  assert.deepEqual(tlsVersions({}), { min: "TLSv1.2", max: "TLSv1.3" });
  const only12 = { ciphers: ["ECDHE-RSA-AES128-GCM-SHA256"] };
  assert.deepEqual(tlsVersions(only12), { min: "TLSv1.2", max: "TLSv1.2" });
  const only13 = { ciphers: ["tls_aes_128_gcm_sha256"] };
  assert.deepEqual(tlsVersions(only13), { min: "TLSv1.3", max: "TLSv1.3" });
});
