import { OptionError } from "../../internal/mod.ts";
import type { TlsAuth, TlsSettings } from "../run/settings.ts";
import { checkTlsOptions } from "./check_options.ts";
import type { TlsOptions, TlsVersion } from "./options.ts";

/** Whether a run says anything of TLS. */
export function saysOfTls(settings: TlsSettings): boolean {
  const { insecureSkipTLSVerify, tlsVersion, tlsCipherSuites, tlsAuth } = settings;
  return insecureSkipTLSVerify === true || tlsVersion !== undefined ||
    tlsCipherSuites !== undefined || (tlsAuth !== undefined && tlsAuth.length > 0);
}

/** Checks what can be known before there is a connection. @throws {OptionError} under k6's names */
export function checkTlsSettings(settings: TlsSettings): void {
  const { tlsCipherSuites, tlsAuth = [] } = settings;
  if (tlsCipherSuites !== undefined) {
    as("tlsCipherSuites", { ...versions(settings), ciphers: tlsCipherSuites });
  }
  for (const [i, { cert, key, password }] of tlsAuth.entries()) {
    as(`tlsAuth[${i}]`, password === undefined ? { cert, key } : { cert, key: NO_KEY });
  }
}

/** Stands for a key that is yet to be opened. */
const NO_KEY = { text: () => Promise.resolve("") };

/** Checks options of a socket in the name of one of a run. */
function as(option: string, options: TlsOptions): void {
  try {
    checkTlsOptions(options);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(option, `${option}: ${error.message}`, error);
  }
}

/** A handshake's own options, and what the run says beside them. @throws {OptionError} for a key that doesn't open */
export async function withRunTls(
  own: TlsOptions,
  settings: TlsSettings,
  host: string,
): Promise<TlsOptions> {
  const { insecureSkipTLSVerify, tlsCipherSuites, tlsAuth = [] } = settings;
  const all: TlsOptions = { ...own };
  if (insecureSkipTLSVerify === true) all.insecureSkipVerify ??= true;
  if (own.minVersion === undefined && own.maxVersion === undefined) {
    Object.assign(all, versions(settings));
  }
  if (tlsCipherSuites !== undefined) all.ciphers ??= tlsCipherSuites;
  const index = own.cert === undefined ? tlsAuth.findIndex((one) => isFor(one, host)) : -1;
  if (index >= 0) {
    const auth = tlsAuth[index]!;
    all.cert = auth.cert;
    all.key = await opened(auth, index);
  }
  return all;
}

/** Only what is less than all that there is: asking for less takes a slower engine. */
function versions(
  { tlsVersion }: TlsSettings,
): { minVersion?: TlsVersion; maxVersion?: TlsVersion } {
  return {
    ...(tlsVersion?.min === "tls1.3" ? { minVersion: "TLSv1.3" } : {}),
    ...(tlsVersion?.max === "tls1.2" ? { maxVersion: "TLSv1.2" } : {}),
  };
}

function isFor({ domains }: TlsAuth, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return domains.length === 0 ||
    domains.some((domain) =>
      domain === "*" || (domain.startsWith("*.") ? name.endsWith(domain.slice(1)) : name === domain)
    );
}

const keys = new WeakMap<TlsAuth, Promise<string>>();

/** The key of a certificate, opened by its password once for the process. */
function opened(auth: TlsAuth, index: number): Promise<string> {
  const { key, password } = auth;
  if (password === undefined) return Promise.resolve(key);
  let open = keys.get(auth);
  if (open === undefined) keys.set(auth, open = decrypt(key, password, index));
  return open;
}

async function decrypt(key: string, passphrase: string, index: number): Promise<string> {
  const { createPrivateKey } = await import("node:crypto"); // Only for those who need it.
  try {
    const plain = createPrivateKey({ key, format: "pem", passphrase });
    return plain.export({ type: "pkcs8", format: "pem" }) as string;
  } catch {
    // The reason would be the library's, and might quote the key.
    const option = `tlsAuth[${index}].password`;
    throw new OptionError(option, `${option} doesn't open the key beside it`);
  }
}
