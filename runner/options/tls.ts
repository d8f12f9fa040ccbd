import { OptionError } from "../../internal/mod.ts";
import type { ClientTlsAuth, ClientTlsVersion } from "./client_types.ts";
import { unknownName } from "./names.ts";
import { readNamePattern } from "./network.ts";
import type { Plain } from "./_snapshot.ts";
import { badValue, isSet, list, object, text } from "./_values.ts";

/** k6's names, oldest first. */
const VERSIONS = ["ssl3.0", "tls1.0", "tls1.1", "tls1.2", "tls1.3"] as const;
const OLDEST = "tls1.2";
const AUTH_FIELDS = ["cert", "key", "password", "domains"];
const MAX_PEM = 1_000_000;

/**
 * Reads `tlsVersion`: one version, or `{ min, max }`. Versions older than TLS 1.2 are not spoken
 * here: a range that begins below begins there, one that ends below is refused.
 */
export function readTlsVersion(
  value: Plain,
  path: string,
): { min: ClientTlsVersion; max: ClientTlsVersion } {
  if (typeof value === "string") return range(value, value, path);
  if (typeof value !== "object") throw badValue(path, "a version, or { min, max }", value);
  const fields = object(value, path);
  for (const key of Object.keys(fields)) {
    if (key !== "min" && key !== "max") {
      throw unknownName(`${path}.${key}`, key, "field", ["min", "max"]);
    }
  }
  return range(fields["min"] ?? OLDEST, fields["max"] ?? VERSIONS.at(-1)!, path);
}

function range(
  from: Plain,
  to: Plain,
  path: string,
): { min: ClientTlsVersion; max: ClientTlsVersion } {
  const [min, max] = [from, to].map((value) => {
    const index = VERSIONS.findIndex((version) => version === value);
    if (index < 0) throw badValue(path, `one of ${VERSIONS.join(", ")}`, value);
    return index;
  }) as [number, number];
  if (min > max) {
    throw new OptionError(path, `${path} goes from ${VERSIONS[min]} to ${VERSIONS[max]}`);
  }
  const oldest = VERSIONS.indexOf(OLDEST);
  if (max < oldest) {
    throw new OptionError(path, `${path} must reach ${OLDEST}, the oldest spoken here: ${to}`);
  }
  return {
    min: VERSIONS[Math.max(min, oldest)] as ClientTlsVersion,
    max: VERSIONS[max] as ClientTlsVersion,
  };
}

/** Reads `tlsCipherSuites`: IANA's names. Which of them there are, the client knows. */
export function readCipherSuites(value: Plain, path: string): readonly string[] {
  const suites = list(value, path).map((suite, i) => {
    if (typeof suite === "string" && /^TLS_[A-Z0-9_]{1,80}$/.test(suite)) return suite;
    throw badValue(`${path}[${i}]`, "a cipher suite such as TLS_AES_128_GCM_SHA256", suite);
  });
  if (suites.length === 0) throw new OptionError(path, `${path} needs at least one cipher suite`);
  return suites;
}

/** Reads `tlsAuth`. What it has of keys is in no message. */
export function readTlsAuth(value: Plain, path: string): readonly ClientTlsAuth[] {
  return list(value, path).map((entry, i) => {
    const at = `${path}[${i}]`;
    const fields = object(isSet(entry) ? entry : "nothing", at);
    for (const key of Object.keys(fields)) {
      if (!AUTH_FIELDS.includes(key)) throw unknownName(`${at}.${key}`, key, "field", AUTH_FIELDS);
    }
    const { cert, key, password, domains } = fields;
    return {
      cert: pem(cert, `${at}.cert`),
      key: pem(key, `${at}.key`),
      ...(isSet(password) ? { password: secret(password, `${at}.password`) } : {}),
      domains: isSet(domains)
        ? list(domains, `${at}.domains`).map((name, j) =>
          readNamePattern(name, `${at}.domains[${j}]`)
        )
        : [],
    };
  });
}

function pem(value: Plain, path: string): string {
  if (
    typeof value === "string" && value.length <= MAX_PEM && /-----BEGIN [A-Z0-9 ]+-----/.test(value)
  ) {
    return value;
  }
  throw new OptionError(path, `${path} must be PEM text, as open() reads it from a file`);
}

function secret(value: Plain, path: string): string {
  if (typeof value === "string") return text(value, path);
  throw new OptionError(path, `${path} must be text`);
}
