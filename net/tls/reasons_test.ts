import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { NetError } from "../errors.ts";
import { handshakeError } from "./errors.ts";
import { type TlsErrorCode, tlsReason, wrongName } from "./reasons.ts";

const invalidData = (message: string) => new Deno.errors.InvalidData(message);
const coded = (code: string, message: string = "words") =>
  Object.assign(new Error(message), { code });

Deno.test("what either engine throws has a code and says what to do", () => {
  const certificate = "invalid peer certificate: ";
  const cases: [Error, TlsErrorCode, RegExp][] = [
    [invalidData(`${certificate}UnknownIssuer`), "tls_certificate", /as caCerts/],
    [invalidData(`${certificate}Expired`), "tls_certificate", /has expired/],
    [
      invalidData(`${certificate}certificate expired: verification time 2 (UNIX), but …`),
      "tls_certificate",
      /has expired/,
    ],
    [invalidData(`${certificate}NotValidYet`), "tls_certificate", /are the clocks right/],
    [invalidData(`${certificate}Revoked`), "tls_certificate", /is revoked/],
    [invalidData(`${certificate}InvalidPurpose`), "tls_certificate", /isn't meant for servers/],
    [
      invalidData(`${certificate}Other(OtherError(CaUsedAsEndEntity))`),
      "tls_certificate",
      /is an authority's/,
    ],
    [invalidData(`${certificate}BadSignature`), "tls_certificate", /is invalid: BadSignature/],
    [
      invalidData(
        `${certificate}certificate not valid for name "a.test"; certificate is only valid for ` +
          `DnsName("b.test"), DnsName("*.c.test") or IpAddress(0::1)`,
      ),
      "tls_hostname",
      /the certificate isn't for a\.test but for DNS:b\.test, DNS:\*\.c\.test, IP:::1: see/,
    ],
    [
      invalidData(`${certificate}certificate not valid for name "a.test"; x Unsupported(0x01)`),
      "tls_hostname",
      /but for no name at all/,
    ],
    [invalidData("received corrupt message of type InvalidContentType"), "tls_record", /STARTTLS/],
    [invalidData("cannot decrypt peer's message"), "tls_record", /isn't TLS/],
    [invalidData("received fatal alert: ProtocolVersion"), "tls_failed", /see minVersion/],
    [invalidData("received fatal alert: UnknownCA"), "tls_failed", /refused the client's cert/],
    [
      invalidData("received fatal alert: DecodeError"),
      "tls_failed",
      /the server ended it \(alert DecodeError\)$/,
    ],
    [invalidData("peer misbehaved: X"), "tls_failed", /peer misbehaved: X$/],
    [new Deno.errors.UnexpectedEof("x"), "tls_truncated", /without close_notify/],
    [coded("CERT_HAS_EXPIRED"), "tls_certificate", /has expired/],
    [coded("CERT_NOT_YET_VALID"), "tls_certificate", /isn't valid yet/],
    [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls_certificate", /is self-signed: give it/],
    [coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "tls_certificate", /as caCerts/],
    [coded("CERT_SIGNATURE_FAILURE", "bad signature"), "tls_certificate", /bad signature$/],
    [
      coded(
        "ERR_SSL_WRONG_VERSION_NUMBER",
        "received corrupt message of type InvalidContentType (x)",
      ),
      "tls_record",
      /isn't TLS/,
    ],
    [
      coded("ERR_SSL_UNSUPPORTED_PROTOCOL", "unsupported protocol"),
      "tls_failed",
      /unsupported protocol$/,
    ],
  ];
  for (const [cause, code, message] of cases) {
    const reason = tlsReason(cause);
    assert.equal(reason?.[0], code, cause.message);
    assert.match(reason?.[1] ?? "", message);
    const error = handshakeError(cause, "host");
    if (!(cause instanceof Deno.errors.UnexpectedEof)) isNetError(code, "tls", message)(error);
    assert.equal(error.cause, cause);
  }
});

Deno.test("what isn't of TLS is left to the connection's table", () => {
  for (const cause of ["text", undefined, new Error("x"), coded("ECONNRESET"), coded("EPIPE")]) {
    assert.equal(tlsReason(cause), undefined);
  }
  isNetError("connection_reset", "tls", /^TLS handshake with host failed: connection reset/)(
    handshakeError(coded("ECONNRESET"), "host"),
  );
  isNetError("connection_reset", "tls")(handshakeError(new Deno.errors.ConnectionReset(), "host"));
  const known = new NetError("tls_timeout", "x", { phase: "tls" });
  assert.equal(handshakeError(known, "host"), known);
});

Deno.test("both engines' words for a peer that leaves in the handshake mean the same", () => {
  const causes = [
    new Deno.errors.UnexpectedEof("unexpected end of file"),
    coded("ECONNRESET", "Client network socket disconnected before secure TLS connection was …"),
  ];
  for (const cause of causes) {
    isNetError("tls_truncated", "tls", /the peer closed the connection before it was done$/)(
      handshakeError(cause, "host"),
    );
  }
});

Deno.test("a certificate of many names shows ten", () => {
  const names = Array.from({ length: 12 }, (_, i) => `DNS:n${i}.test`);
  const [, words] = wrongName("a.test", names);
  assert.match(words, /DNS:n9\.test and 2 more: see serverName$/);
});
