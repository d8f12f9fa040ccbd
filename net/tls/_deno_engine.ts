import type { Secured } from "./options.ts";
import type { ReadTlsOptions } from "./read_pem.ts";

/** TLS by Deno. What it makes is a connection of Deno's, at its full speed. */
export async function denoTls(
  conn: Deno.TcpConn,
  serverName: string,
  options: ReadTlsOptions,
  signal: AbortSignal,
): Promise<Secured> {
  const secured = await Deno.startTls(conn, {
    hostname: serverName,
    ...(options.alpn === undefined ? {} : { alpnProtocols: [...options.alpn] }),
    ...(options.caCerts === undefined ? {} : { caCerts: options.caCerts.map(asText) }),
  });
  // Closing ends a handshake that stalls. The connection itself stays until the peer ends it: Deno
  // waits for the handshake behind the scenes, and there is no other handle on it.
  const stop = () => secured.close();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    const { alpnProtocol } = await secured.handshake();
    signal.throwIfAborted();
    const info = { ...NO_DETAILS, alpn: alpnProtocol, serverName };
    return { conn: secured, info };
  } catch (cause) {
    if (!signal.aborted) secured.close();
    throw cause;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

const NO_DETAILS = {
  version: null,
  cipher: null,
  peerCertificate: null,
  session: null,
  resumed: false,
  engine: "deno",
} as const;

function asText(pem: string | Uint8Array): string {
  return typeof pem === "string" ? pem : new TextDecoder().decode(pem);
}
