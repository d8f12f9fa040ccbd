import { isIP } from "node:net";
import { bitString, der, integer, octets, oid, sequence, time, utf8 } from "./der.ts";

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority that was read or made: its names, its key, its certificate. */
export interface Authority {
  /** Its certificate, PEM. */
  readonly cert: string;
  /** SHA-256 of its public key, base64: what Chromium takes for it. */
  readonly fingerprint: string;
  readonly signing: CryptoKey;
  /** Key identifier (RFC 5280, section 4.2.1.2). */
  readonly keyId: Uint8Array;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const TRUE = Uint8Array.of(0x01, 0x01, 0xff);
const DAY_MS = 86_400_000;
const AUTHORITY_NAME = "Downpour recorder";
/** Clocks of other programs may be a little behind. */
const BEFORE_DAYS = 1;

/** Makes an authority: one year, for nothing but servers' certificates below it. */
export async function makeAuthority(): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const spki = await publicKey(keys.publicKey);
  const name = nameOf(AUTHORITY_NAME);
  const cert = await signed(keys.privateKey, {
    issuer: name,
    subject: name,
    spki,
    days: 365,
    extensions: [
      extension("2.5.29.19", true, sequence(TRUE, integer(Uint8Array.of(0)))),
      // keyCertSign and cRLSign.
      extension("2.5.29.15", true, bitString(Uint8Array.of(0x06), 1)),
      extension("2.5.29.14", false, octets(await keyIdOf(spki))),
    ],
  });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { cert: pem("CERTIFICATE", cert), key: pem("PRIVATE KEY", key) };
}

/** Reads an authority that was kept. @throws {Error} for what is none */
export async function readAuthority({ cert, key }: Identity): Promise<Authority> {
  const pkcs8 = bytesOfPem(key);
  const signing = await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", signing);
  const open = { kty: kty!, crv: crv!, x: x!, y: y! };
  const spki = await publicKey(
    await crypto.subtle.importKey("jwk", open, ALGORITHM, true, ["verify"]),
  );
  const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).toBase64();
  return { cert, fingerprint, signing, keyId: await keyIdOf(spki) };
}

/** A certificate for one host, a name or an address, that the authority answers for. */
export async function issue(authority: Authority, host: string): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const spki = await publicKey(keys.publicKey);
  const cert = await signed(authority.signing, {
    issuer: nameOf(AUTHORITY_NAME),
    // A name has 64 characters at most; those that count are below.
    subject: nameOf(host.slice(0, 64)),
    spki,
    days: 30,
    extensions: [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, bitString(Uint8Array.of(0x80), 7)), // digitalSignature
      extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", false, sequence(alternativeName(host))),
      extension("2.5.29.35", false, sequence(der(0x80, authority.keyId))),
    ],
  });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { cert: pem("CERTIFICATE", cert), key: pem("PRIVATE KEY", key) };
}

/** Signs a certificate (RFC 5280, section 4.1). */
async function signed(key: CryptoKey, { issuer, subject, spki, days, extensions }: {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly days: number;
  readonly extensions: readonly Uint8Array[];
}): Promise<Uint8Array<ArrayBuffer>> {
  const now = Date.now();
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0]! &= 0x7f;
  serial[0]! |= 0x40;
  const content = sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(serial),
    ECDSA_SHA256,
    issuer,
    sequence(
      time(new Date(now - BEFORE_DAYS * DAY_MS)),
      time(new Date(now + days * DAY_MS)),
    ),
    subject,
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const pair = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, content),
  );
  const signature = sequence(integer(pair.subarray(0, 32)), integer(pair.subarray(32)));
  return sequence(content, ECDSA_SHA256, bitString(signature));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...critical ? [TRUE] : [], octets(value));
}

function nameOf(commonName: string): Uint8Array {
  return sequence(der(0x31, sequence(oid("2.5.4.3"), utf8(commonName))));
}

/** A dNSName, or an iPAddress. */
function alternativeName(host: string): Uint8Array {
  const version = isIP(host);
  if (version === 0) return der(0x82, new TextEncoder().encode(host));
  if (version === 4) return der(0x87, Uint8Array.from(host.split("."), Number));
  return der(0x87, ipv6Bytes(host));
}

function ipv6Bytes(host: string): Uint8Array {
  // A URL writes it in its one short form.
  const [left = "", right] = new URL(`http://[${host}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const tail = right === undefined ? [] : groups(right);
  const head = groups(left);
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return Uint8Array.from(
    [...head, ...gap, ...tail].flatMap((group) => {
      const value = parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

async function publicKey(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", key));
}

async function keyIdOf(spki: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).subarray(0, 20);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function bytesOfPem(text: string): Uint8Array<ArrayBuffer> {
  const [, base64] = /-----BEGIN [A-Z ]+-----([^-]+)-----END/.exec(text) ?? [];
  if (base64 === undefined) throw new Error("no PEM text");
  return Uint8Array.fromBase64(base64.replace(/\s+/g, ""));
}
