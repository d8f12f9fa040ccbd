import { checkNames, OptionError } from "../../internal/mod.ts";
import { showPath } from "../_ends.ts";
import { openFailed } from "../_open_failed.ts";
import { Events } from "../_events.ts";
import { checkSignal, checkTimeout } from "../_open_options.ts";
import { checkPath } from "../_path.ts";
import { NetError, netError } from "../errors.ts";
import { meterOf } from "../measure.ts";
import type { Socket, SocketEventHandlers, SocketFile } from "../socket.ts";
import { DatagramBase, type DatagramParts } from "./_datagram_base.ts";
import type { Ends } from "./_datagram_writer.ts";
import { UnixBackend } from "./_unix_backend.ts";
import type { DatagramCounts } from "./socket.ts";

/** A datagram that came over a Unix socket. */
export interface IpcDatagram {
  /** Its bytes; none is a datagram too. Belongs to the receiver. */
  readonly data: Uint8Array;
  /** The file of the socket that sent it; null when that has none, and can't be answered. */
  readonly path: string | null;
}

/** A Unix datagram socket: as `UdpSocket`, with paths for addresses. Nothing is lost on the way. */
export interface IpcDatagramSocket extends Socket, DatagramCounts, AsyncIterable<IpcDatagram> {
  /** Always `ipc`. */
  readonly kind: "ipc";
  /** The file it is bound to; of a socket that is bound to none, its peer's. */
  readonly file: SocketFile;
  /**
   * Sends one datagram, to the peer or, without one, to `path`. Waits while the receiver's queue
   * is full.
   *
   * @throws {NetError} `path_not_found`, `connection_refused` (a file that nobody has bound),
   * `datagram_too_large`, `not_connected`, `address_invalid`, `permission_denied`, `socket_closed`
   */
  send(data: Uint8Array, path?: string): Promise<number>;
  /** The next datagram, the peer's where there is one; null once the socket is closed. */
  receive(): Promise<IpcDatagram | null>;
}

/** How a Unix datagram socket is made. */
export interface IpcDatagramOptions {
  /** Of `open`, a file to bind to: without one the peer can't answer. Closing removes it. */
  localPath?: string;
  /** Fails the socket when nothing went or came for so many milliseconds. Default: never. */
  idleTimeoutMs?: number;
  /** Stops the opening; has no effect on an open socket. */
  signal?: AbortSignal;
  /** Listeners from the start. */
  eventHandlers?: SocketEventHandlers;
}

const COMMON = ["idleTimeoutMs", "eventHandlers"];

const unixEnds: Ends<Deno.UnixAddr> = {
  maxBytes: Infinity, // What the system's buffers hold; it says so.
  target: "path",
  isPeer: ({ path }) => (from) => from.path === path,
  show: ({ path }) => path === null ? "an unnamed socket" : showPath(path),
};

class UnixDatagramSocket extends DatagramBase<Deno.UnixAddr, IpcDatagram>
  implements IpcDatagramSocket {
  readonly kind = "ipc";
  readonly remoteAddress = null;
  readonly localAddress = null;
  readonly file: SocketFile;
  readonly #connected: boolean;

  constructor(parts: DatagramParts<Deno.UnixAddr>) {
    super(parts, unixEnds);
    this.file = { path: parts.backend.addr.path ?? parts.peer?.path ?? "" };
    this.#connected = parts.peer !== undefined;
  }

  protected override datagram(data: Uint8Array, { path }: Deno.UnixAddr): IpcDatagram {
    return { data, path };
  }

  async send(data: Uint8Array, path?: string): Promise<number> {
    if (path === undefined) return await this.write(data);
    checkPath(path);
    if (!this.#connected) return await this.sendTo(data, { transport: "unixpacket", path });
    throw new OptionError(
      "path",
      `this socket has a peer, it can't send to ${showPath(path)}: ` +
        "use send(data), or IPC.bindDatagram for many",
    );
  }
}

/**
 * Binds a Unix datagram socket to a file. Closing removes the file.
 *
 * @throws {NetError} `address_in_use`, `address_invalid`, `path_not_found` (no such folder),
 * `permission_denied`, `generator_saturated`
 */
export function bindIpcDatagram(
  path: string,
  options: Omit<IpcDatagramOptions, "localPath" | "signal"> = {},
): IpcDatagramSocket {
  checkPath(path);
  checkOptions("IPC.bindDatagram", options, COMMON);
  return make(path, undefined, options);
}

/**
 * Makes a Unix datagram socket that has `path` for its one peer. The file must be there; whether
 * somebody has bound it shows when the first datagram is sent.
 *
 * @throws {NetError} `path_not_found`, `address_invalid`, `permission_denied`, `aborted`; of
 * `localPath` as `bindIpcDatagram`
 */
export async function openIpcDatagram(
  path: string,
  options: IpcDatagramOptions = {},
): Promise<IpcDatagramSocket> {
  checkPath(path);
  checkOptions("IPC.openDatagram", options, [...COMMON, "localPath", "signal"]);
  const { localPath, signal } = options;
  if (localPath !== undefined) checkPath(localPath);
  return await make(localPath ?? null, path, options, signal);
}

function checkOptions(face: string, options: IpcDatagramOptions, names: readonly string[]): void {
  checkNames(face, options, names);
  checkTimeout("idleTimeoutMs", options.idleTimeoutMs);
  checkSignal(options.signal);
}

function make(
  local: string | null,
  peer: string | undefined,
  { idleTimeoutMs = 0, eventHandlers }: IpcDatagramOptions,
  signal?: AbortSignal,
): IpcDatagramSocket {
  const meter = meterOf("ipc");
  const events = new Events(eventHandlers);
  const begin = performance.now();
  let backend: UnixBackend;
  try {
    if (peer !== undefined) checkPeer(peer, signal);
    backend = bound(local);
  } catch (error) {
    throw openFailed(error, meter, events);
  }
  const timings = { lookupMs: 0, connectMs: performance.now() - begin, tlsMs: 0 };
  meter.opened(timings);
  const socket = new UnixDatagramSocket({
    ...{ backend, meter, events, timings, lookedUp: undefined, idleTimeoutMs },
    peer: peer === undefined ? undefined : { transport: "unixpacket", path: peer },
  });
  events.emit("connect", { address: null, durationMs: timings.connectMs });
  return socket;
}

function checkPeer(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    const message = `connect to ${showPath(path)} aborted`;
    throw new NetError("aborted", message, { phase: "connect", cause: signal.reason });
  }
  if (path.startsWith("\0")) return; // Abstract: there is no file to look for.
  try {
    Deno.lstatSync(path);
  } catch (cause) {
    throw netError(cause, "connect", path);
  }
}

function bound(path: string | null): UnixBackend {
  try {
    return new UnixBackend(path);
  } catch (cause) {
    const shown = path === null ? "an unnamed socket" : showPath(path);
    const error = netError(cause, "listen", shown);
    if (error.code !== "path_not_found") throw error;
    const message = `listen on ${shown} failed: there is no such folder`;
    throw new NetError("path_not_found", message, { phase: "listen", cause });
  }
}
