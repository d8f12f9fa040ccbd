import { checkNames } from "../internal/mod.ts";
import { checkTlsOptions, type PemSource, type TlsOptions, type TlsVersion } from "../net/mod.ts";
import { natsError } from "./errors.ts";

/** TLS of a connection (seed `nats.md`: `certFile`, `keyFile`, `caFile`, `insecure`, `minVersion`). */
export interface NatsTlsOptions {
  /** File of the client's certificate, PEM; goes with `keyFile`. */
  certFile?: string;
  /** File of its private key, PEM. */
  keyFile?: string;
  /** File of authorities to trust, PEM. */
  caFile?: string;
  /** The client's certificate itself; goes with `key`. */
  cert?: PemSource;
  /** The private key itself. */
  key?: PemSource;
  /** Authorities themselves. */
  ca?: PemSource | readonly PemSource[];
  /** Take any certificate. @default {false} */
  insecure?: boolean;
  /** Lowest version: `1.2` or `1.3`, with or without `TLSv`. @default {"1.2"} */
  minVersion?: string | number;
  /** The name to check the certificate against. Default: the host. */
  serverName?: string;
  /** TLS before the server's greeting (nats-server's `handshake_first`). @default {false} */
  handshakeFirst?: boolean;
}

const NAMES = [
  ...["certFile", "keyFile", "caFile", "cert", "key", "ca", "insecure", "minVersion"],
  ...["serverName", "handshakeFirst"],
];

/**
 * Options of TLS, checked (the seed's `nats.tlsOptions`).
 *
 * @throws {NatsError} 1003
 */
export function tlsOptions(options: NatsTlsOptions = {}): NatsTlsOptions {
  try {
    checkNames("nats.tlsOptions", options, NAMES);
  } catch (cause) {
    throw natsError(1003, cause);
  }
  for (const name of ["certFile", "keyFile", "caFile", "serverName"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== "string" || value === "")) {
      throw natsError(1003, undefined, `tls.${name} must be text: ${JSON.stringify(value)}`);
    }
  }
  for (const name of ["insecure", "handshakeFirst"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean") {
      throw natsError(
        1003,
        undefined,
        `tls.${name} must be true or false: ${JSON.stringify(value)}`,
      );
    }
  }
  checkPair("cert", options.certFile ?? options.cert, "key", options.keyFile ?? options.key);
  for (
    const [file, given] of [["certFile", "cert"], ["keyFile", "key"], ["caFile", "ca"]] as const
  ) {
    if (options[file] !== undefined && options[given] !== undefined) {
      throw natsError(1003, undefined, `give tls.${file} or tls.${given}, not both`);
    }
  }
  readVersion(options.minVersion);
  return { ...options };
}

/**
 * What `net` needs of them, the files read.
 *
 * @param folder where relative paths start; null for the current folder
 * @throws {NatsError} 1003, also for a file that can't be read
 */
export async function readTlsOptions(
  given: NatsTlsOptions,
  folder: string | null,
): Promise<TlsOptions> {
  const options = tlsOptions(given);
  const read = (name: "certFile" | "keyFile" | "caFile") =>
    options[name] === undefined ? undefined : readPem(`tls.${name}`, options[name], folder);
  const [cert, key, ca] = await Promise.all([read("certFile"), read("keyFile"), read("caFile")]);
  const authorities = ca ?? options.ca;
  const minVersion = readVersion(options.minVersion);
  const tls: TlsOptions = {
    ...pick("cert", cert ?? options.cert),
    ...pick("key", key ?? options.key),
    ...pick("caCerts", authorities === undefined ? undefined : asList(authorities)),
    ...pick("serverName", options.serverName),
    ...(options.insecure === true ? { insecureSkipVerify: true } : {}),
    ...pick("minVersion", minVersion),
  };
  try {
    checkTlsOptions(tls);
  } catch (cause) {
    throw natsError(1003, cause);
  }
  return tls;
}

/** A file of the script's folder as text. @throws {NatsError} 1003 */
export async function readPem(name: string, path: string, folder: string | null): Promise<string> {
  const full = folder === null || path.startsWith("/") ? path : `${folder}/${path}`;
  try {
    return await Deno.readTextFile(full);
  } catch (cause) {
    throw natsError(1003, cause, `${name} can't be read: ${path}`);
  }
}

function checkPair(one: string, a: unknown, other: string, b: unknown): void {
  if ((a === undefined) === (b === undefined)) return;
  const [has, misses] = a === undefined ? [other, one] : [one, other];
  const context = `tls.${has}File goes with tls.${misses}File, which is missing`;
  throw natsError(1003, undefined, context);
}

function readVersion(value: unknown): TlsVersion | undefined {
  if (value === undefined) return undefined;
  const version = /^(?:tls[ _]?v?)?(1\.[23])$/i.exec(String(value))?.[1];
  if (version === "1.2") return "TLSv1.2";
  if (version === "1.3") return "TLSv1.3";
  throw natsError(
    1003,
    undefined,
    `tls.minVersion must be "1.2" or "1.3": ${JSON.stringify(value)}`,
  );
}

function asList(value: PemSource | readonly PemSource[]): readonly PemSource[] {
  return Array.isArray(value) ? value : [value as PemSource];
}

function pick<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : { [name]: value } as Partial<Record<K, V>>;
}
