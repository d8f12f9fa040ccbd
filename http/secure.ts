import type { StreamSocket, TlsOptions } from "../net/mod.ts";
import { HttpError } from "./errors.ts";
import type { Target } from "./target.ts";

const ALPN = ["http/1.1"];

/**
 * Makes a dialled socket fit the URL: for `https:` it is made secure unless `dial` has done so.
 *
 * @throws {HttpError} `request_invalid` when what `dial` gave can't carry the request
 * @throws {NetError} of the phase `tls`
 */
export async function secure(
  socket: StreamSocket,
  target: Target,
  options: TlsOptions | undefined,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!target.secure) {
    if (socket.tls !== null) throw misfit(target, "dial gave a TLS socket: write https");
    return;
  }
  const info = socket.tls ?? await socket.startTls(
    { alpn: ALPN, serverName: target.hostname, ...options },
    { timeoutMs, signal },
  );
  if (info.alpn !== null && info.alpn !== "http/1.1") {
    throw misfit(target, `${info.alpn} was agreed on, and only http/1.1 is there yet`);
  }
}

function misfit(target: Target, why: string): HttpError {
  return new HttpError("request_invalid", "connect", `connect to ${target.name} failed: ${why}`);
}
