import type { PeerCertificate as NodeCertificate } from "node:tls";
import type { PeerCertificate } from "./options.ts";
import { subjectAltNames } from "./subject_alt_names.ts";

/** What Node tells of a certificate, null when there is none. */
export function peerCertificate(certificate: NodeCertificate): PeerCertificate | null {
  if (certificate.raw === undefined) return null;
  const raw = new Uint8Array(certificate.raw);
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    subjectAltNames: subjectAltNames(raw),
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
    fingerprint256: certificate.fingerprint256,
    raw,
  };
}

/** `CN=example.org, O=Example`: as in RFC 4514, in the order of the certificate. */
function nameText(name: object): string {
  return Object.entries(name)
    .flatMap(([type, value]) => [value].flat().map((part) => `${type}=${escaped(String(part))}`))
    .join(", ");
}

/** RFC 4514 §2.4, for what would look like the next part. */
function escaped(text: string): string {
  return text.replace(/[\\,+"<>;]/g, "\\$&");
}
