import { closeConn } from "../_io.ts";
import type { Conn } from "../conn.ts";
import { tlsDefaults } from "../run/defaults.ts";
import { denoTls } from "./_deno_engine.ts";
import { handshakeError } from "./errors.ts";
import { nodeTls } from "./_node_engine.ts";
import type { Secured, TlsOptions } from "./options.ts";
import { readPemFiles } from "./read_pem.ts";
import { asServerName } from "./server_name.ts";

/**
 * Shakes hands as a client over `conn`, which is this function's from then on: closed on failure.
 *
 * Deno's own TLS does it where it can, Node's where `conn` isn't a TCP connection of Deno's or an
 * option needs it. What the options don't say, those of the run may.
 *
 * @param host whom to reach; `options.serverName` goes before it
 * @param options checked before, by `checkTlsOptions`
 * @throws {NetError} of the phase `tls`
 * @throws the signal's reason, once it is aborted
 */
export async function startTls(
  conn: Conn,
  host: string,
  options: TlsOptions,
  signal: AbortSignal,
): Promise<Secured> {
  const serverName = asServerName(options.serverName ?? host);
  try {
    signal.throwIfAborted();
    const run = tlsDefaults();
    const all = run === undefined
      ? options
      : await (await import("./run_tls.ts")).withRunTls(options, run, serverName);
    const read = await readPemFiles(all);
    signal.throwIfAborted();
    return isTcpConn(conn) && !needsNode(all)
      ? await denoTls(conn, serverName, read, signal)
      : await nodeTls(conn, serverName, read, signal);
  } catch (cause) {
    closeConn(conn); // Or it has become a TLS one.
    if (signal.aborted) throw signal.reason;
    throw handshakeError(cause, host);
  }
}

function needsNode(options: TlsOptions): boolean {
  return options.cert !== undefined || options.insecureSkipVerify === true ||
    options.minVersion !== undefined || options.maxVersion !== undefined ||
    options.ciphers !== undefined || options.session !== undefined || options.details === true;
}

/** Deno's classes of connections aren't global: there is only their name to know them by. */
function isTcpConn(conn: Conn): conn is Deno.TcpConn {
  return conn.constructor.name === "TcpConn";
}
