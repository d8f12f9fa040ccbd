import type { ConnectionOptions, PeerCertificate as NodeCertificate, TLSSocket } from "node:tls";
import { ipVersionOf, OptionError } from "../../internal/mod.ts";
import type { Conn } from "../conn.ts";
import { peerCertificate } from "./_peer_certificate.ts";
import { securedConn } from "./_secured_conn.ts";
import { warnOnce } from "./_warn_once.ts";
import { tlsVersions } from "./check_options.ts";
import { cipherSuite } from "./ciphers.ts";
import { handshakeFailed } from "./errors.ts";
import { matchesName } from "./match_name.ts";
import type { Secured, TlsInfo } from "./options.ts";
import type { ReadTlsOptions } from "./read_pem.ts";
import { wrongName } from "./reasons.ts";
import { subjectAltNames } from "./subject_alt_names.ts";

/** TLS by Node's module, over any connection: slower, with more options and more to tell. */
export async function nodeTls(
  conn: Conn,
  serverName: string,
  options: ReadTlsOptions,
  signal: AbortSignal,
): Promise<Secured> {
  warnOf(options);
  const tls = await import("node:tls");
  await checkKey(options);
  signal.throwIfAborted();
  const secured = securedConn(
    conn,
    (stream) => tls.connect({ ...connectionOptions(serverName, options), socket: stream }),
  );
  try {
    await handshake(secured.socket, signal);
    const info = infoOf(secured.socket, serverName);
    checkCipher(info, options, serverName);
    return { conn: secured.conn, info };
  } catch (cause) {
    secured.conn.close();
    throw cause;
  }
}

function connectionOptions(serverName: string, options: ReadTlsOptions): ConnectionOptions {
  const { alpn, caCerts, cert, key, ciphers } = options;
  const { min, max } = tlsVersions(options);
  return {
    // Node takes no address as SNI (RFC 6066 §3), Deno's `node:tls` wants to know it even so.
    ...(ipVersionOf(serverName) === 0 ? { servername: serverName } : { host: serverName }),
    minVersion: min,
    maxVersion: max,
    rejectUnauthorized: options.insecureSkipVerify !== true,
    checkServerIdentity: (_host, certificate) => checkName(serverName, certificate),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    // Node trusts these alone. To add them to the built-in ones takes the permission to list those
    // (--allow-sys=ca), and some 10 ms for each handshake.
    ...(caCerts === undefined ? {} : { ca: caCerts.map(asText) }),
    ...(cert === undefined || key === undefined ? {} : { cert: asText(cert), key: asText(key) }),
    ...(ciphers === undefined ? {} : { ciphers: opensslNames(ciphers) }),
  };
}

function opensslNames(ciphers: readonly string[]): string {
  return ciphers.map((name) => cipherSuite(name)?.openssl ?? name).join(":");
}

/** Node's own check reads names from a text in which they can't be told apart, and trusts `CN`. */
function checkName(serverName: string, { raw }: NodeCertificate): Error | undefined {
  const names = subjectAltNames(raw);
  if (matchesName(names, serverName)) return undefined;
  const [code, reason] = wrongName(serverName, names);
  return handshakeFailed(code, serverName, reason);
}

function handshake(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  const gone = () => reject(new Deno.errors.UnexpectedEof("the connection is gone"));
  socket.once("secureConnect", resolve).once("error", reject).once("close", gone);
  signal.addEventListener("abort", stop);
  return promise.finally(() => {
    socket.off("secureConnect", resolve).off("error", reject).off("close", gone);
    signal.removeEventListener("abort", stop);
  });
}

function infoOf(socket: TLSSocket, serverName: string): TlsInfo {
  return {
    alpn: socket.alpnProtocol || null,
    serverName,
    version: socket.getProtocol(),
    cipher: socket.getCipher().standardName,
    peerCertificate: peerCertificate(socket.getPeerCertificate()),
    // What Node gives as a session resumes nothing, though it would say that it did.
    session: null,
    resumed: false,
    engine: "node",
  };
}

/** The runtime offers all of its suites whatever it is asked for: what came of it can be checked. */
function checkCipher({ cipher }: TlsInfo, { ciphers }: ReadTlsOptions, host: string): void {
  if (ciphers === undefined || ciphers.some((name) => cipherSuite(name)?.name === cipher)) return;
  const reason = `the server chose ${cipher}, which ciphers doesn't list: ` +
    "this runtime offers all suites of a version, so the list can be checked but not enforced";
  throw handshakeFailed("tls_failed", host, reason);
}

/** A key of another certificate would fail as `unsupported protocol`. */
async function checkKey({ cert, key }: ReadTlsOptions): Promise<void> {
  if (cert === undefined || key === undefined) return;
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  let fits: boolean;
  try {
    fits = new X509Certificate(asText(cert)).checkPrivateKey(createPrivateKey(asText(key)));
  } catch (cause) {
    throw new OptionError("tls.key", "tls.cert and tls.key can't be read", cause);
  }
  if (!fits) throw new OptionError("tls.key", "tls.key is not the key of tls.cert");
}

function warnOf({ insecureSkipVerify, session }: ReadTlsOptions): void {
  if (insecureSkipVerify) {
    warnOnce("tls.insecureSkipVerify is on: servers are not verified, anybody can pose as them");
  }
  if (session !== undefined) {
    warnOnce("tls.session is not used: this runtime resumes no TLS sessions, handshakes are full");
  }
}

function asText(pem: string | Uint8Array): string {
  return typeof pem === "string" ? pem : new TextDecoder().decode(pem);
}
