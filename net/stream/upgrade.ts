import { cutError } from "../_cut_error.ts";
import { OptionError } from "../../internal/mod.ts";
import { Cutoff } from "../_cutoff.ts";
import type { Conn } from "../conn.ts";
import { NetError, netError } from "../errors.ts";
import type { StartTlsLimits } from "../socket.ts";
import type { TlsInfo, TlsOptions } from "../tls/options.ts";

const TIMEOUT_MS = 30_000;

/** A connection that TLS was started on. */
export interface Upgraded {
  readonly conn: Conn;
  readonly info: TlsInfo;
  readonly tlsMs: number;
}

/** A handshake under way. */
export interface Upgrade {
  /** Stands in for the connection: takes no reads and writes, and closing it ends the handshake. */
  readonly meanwhile: Conn;
  /** Rejects with a `NetError` of the phase `tls`; the connection is closed by then. */
  readonly done: Promise<Upgraded>;
}

/** Starts TLS on a connection, within a limit. @param peer for messages */
export function upgrade(
  conn: Conn,
  host: string,
  options: TlsOptions,
  { timeoutMs = TIMEOUT_MS, signal }: StartTlsLimits,
  peer: string,
): Upgrade {
  const cutoff = new Cutoff(signal, timeoutMs);
  const refuse = () =>
    Promise.reject(new NetError("socket_reading", `${peer} is busy`, { phase: "tls" }));
  const nothing = () => {};
  const meanwhile: Conn = {
    read: refuse,
    write: refuse,
    closeWrite: refuse,
    close: () => cutoff.abort(new DOMException("the socket was closed", "AbortError")),
    ref: nothing,
    unref: nothing,
  };
  const begin = performance.now();
  const start = async () => {
    const { startTls } = await import("../tls/start_tls.ts"); // Only for those who need it.
    return await startTls(conn, host, options, cutoff.signal);
  };
  const done = start().then(
    ({ conn, info }) => ({ conn, info, tlsMs: performance.now() - begin }),
    (cause) => {
      if (cause instanceof OptionError) throw cause;
      throw cutoff.signal.aborted
        ? cutError(cutoff, timeoutMs, "tls", peer)
        : netError(cause, "tls", peer);
    },
  ).finally(() => cutoff.clear());
  return { meanwhile, done };
}
