import { nearest, OptionError } from "../../internal/mod.ts";
import { CIPHER_SUITES, cipherSuite } from "./ciphers.ts";
import type { TlsOptions, TlsVersion } from "./options.ts";
import { type PemKind, pemText } from "./pem.ts";
import { isPemFile } from "./read_pem.ts";
import { isServerName } from "./server_name.ts";

const CHECKS: { readonly [K in keyof Required<TlsOptions>]: (value: unknown) => void } = {
  alpn: checkAlpn,
  caCerts: checkCaCerts,
  cert: (value) => checkPem("tls.cert", value, "certificate"),
  key: (value) => checkPem("tls.key", value, "private key"),
  serverName: checkServerName,
  insecureSkipVerify: (value) => checkBoolean("insecureSkipVerify", value),
  minVersion: (value) => checkVersion("minVersion", value),
  maxVersion: (value) => checkVersion("maxVersion", value),
  ciphers: checkCiphers,
  session: checkSession,
  details: (value) => checkBoolean("details", value),
};
const NAMES = Object.keys(CHECKS);
const VERSIONS: readonly TlsVersion[] = ["TLSv1.2", "TLSv1.3"];

/**
 * Checks what can be known of options before there is a connection. An option that is undefined
 * is one that isn't there.
 *
 * @throws {OptionError} its option is a path such as `tls.alpn`
 */
export function checkTlsOptions(options: TlsOptions): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError("tls", `tls must be an object of TLS options: ${String(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!isName(name)) throw unknownName(name);
    if (value !== undefined) CHECKS[name](value);
  }
  checkTogether(options);
}

/** The versions to offer: those asked for, less those that no suite in `ciphers` is for. */
export function tlsVersions(options: TlsOptions): { min: TlsVersion; max: TlsVersion } {
  const { minVersion = "TLSv1.2", maxVersion = "TLSv1.3", ciphers } = options;
  const versions = VERSIONS.filter((version) =>
    version >= minVersion && version <= maxVersion &&
    (ciphers === undefined || ciphers.some((name) => cipherSuite(name)?.version === version))
  );
  const [min] = versions;
  const max = versions.at(-1);
  if (min !== undefined && max !== undefined) return { min, max };
  const message = `tls.ciphers has no suite of ${minVersion} to ${maxVersion}: ${ciphers}`;
  throw new OptionError("tls.ciphers", message);
}

function checkTogether(options: TlsOptions): void {
  const { cert, key, minVersion, maxVersion } = options;
  if ((cert === undefined) !== (key === undefined)) {
    const [has, misses] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    throw new OptionError(`tls.${misses}`, `tls.${has} goes with tls.${misses}, which is missing`);
  }
  if (minVersion !== undefined && maxVersion !== undefined && minVersion > maxVersion) {
    const message = `tls.minVersion ${minVersion} is above tls.maxVersion ${maxVersion}`;
    throw new OptionError("tls.minVersion", message);
  }
  tlsVersions(options);
}

function isName(name: string): name is keyof TlsOptions {
  return NAMES.includes(name);
}

function unknownName(name: string): OptionError {
  const near = nearest(name, NAMES);
  const hint = near === null ? `it has ${NAMES.join(", ")}` : `did you mean ${near}`;
  return new OptionError(`tls.${name}`, `tls has no option ${name}: ${hint}`);
}

/** What a file holds is checked when it is read. */
function checkPem(option: string, value: unknown, kind: PemKind): void {
  if (!isPemFile(value)) pemText(option, value, kind);
}

function checkAlpn(value: unknown): void {
  for (const [index, name] of listOf("alpn", value).entries()) {
    // RFC 7301 §3.1: 1 to 255 bytes. All that are registered are ASCII, but for GREASE.
    if (typeof name === "string" && /^[\x20-\x7e]{1,255}$/.test(name)) continue;
    const message = `tls.alpn[${index}] must be a protocol's name of 1 to 255 ASCII characters, ` +
      `such as h2: ${shown(name)}`;
    throw new OptionError(`tls.alpn[${index}]`, message);
  }
}

function checkCaCerts(value: unknown): void {
  for (const [index, pem] of listOf("caCerts", value).entries()) {
    checkPem(`tls.caCerts[${index}]`, pem, "certificate");
  }
}

function checkServerName(value: unknown): void {
  if (typeof value === "string" && isServerName(value)) return;
  const message = `tls.serverName must be a host name or an IP address: ${shown(value)}`;
  throw new OptionError("tls.serverName", message);
}

function checkCiphers(value: unknown): void {
  const names = listOf("ciphers", value);
  if (names.length === 0) {
    throw new OptionError("tls.ciphers", "tls.ciphers is empty: leave it out");
  }
  for (const [index, name] of names.entries()) {
    if (typeof name === "string" && cipherSuite(name) !== undefined) continue;
    const known = CIPHER_SUITES.map((suite) => suite.name);
    const near = typeof name === "string" ? nearest(name, known) : null;
    const hint = near === null ? `there are ${known.join(", ")}` : `did you mean ${near}`;
    const option = `tls.ciphers[${index}]`;
    throw new OptionError(
      option,
      `${option} ${shown(name)} is not a suite of this runtime: ${hint}`,
    );
  }
}

function checkSession(value: unknown): void {
  if (value instanceof Uint8Array) return;
  const message = `tls.session must be a Uint8Array, or be left out: ${shown(value)}`;
  throw new OptionError("tls.session", message);
}

function checkVersion(name: string, value: unknown): void {
  if (VERSIONS.some((version) => version === value)) return;
  const message = `tls.${name} must be ${VERSIONS.join(" or ")}: ${shown(value)}`;
  throw new OptionError(`tls.${name}`, message);
}

function checkBoolean(name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new OptionError(`tls.${name}`, `tls.${name} must be true or false: ${shown(value)}`);
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new OptionError(`tls.${name}`, `tls.${name} must be an array: ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : String(value);
}
