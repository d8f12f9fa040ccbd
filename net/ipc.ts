import { openIpc } from "./_open_ipc.ts";
import { type IpcServer, listenIpc } from "./listen.ts";
import type { IpcOptions } from "./ipc_options.ts";
import type { IpcSocket } from "./socket.ts";
import type { IpcDatagramOptions, IpcDatagramSocket } from "./udp/ipc_datagram.ts";

/**
 * Unix sockets (seed `http.md`, "Sockets").
 *
 * A path has at most 107 bytes. One whose first byte is 0 names an abstract socket of Linux, without
 * a file. Deno asks for `--allow-net=unix:PATH` (or all of `--allow-net`), `--allow-read=PATH` and
 * `--allow-write=PATH`.
 */
export interface IpcApi {
  /**
   * Connects to a stream socket.
   *
   * @throws {NetError} `address_invalid`, `path_not_found`, `connection_refused` (a file that nobody
   * listens on), `permission_denied`, `tls_*`, `generator_saturated`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  open(path: string, options?: IpcOptions): Promise<IpcSocket>;
  /**
   * Listens for streams, on a fresh path in the temporary folder unless told otherwise. Closing removes the file.
   *
   * @throws {NetError} `address_in_use`, `address_invalid`, `permission_denied`
   */
  listen(path?: string): IpcServer;
  /** Opens a datagram socket that sends to `path`. @throws {NetError} as `open` */
  openDatagram(path: string, options?: IpcDatagramOptions): Promise<IpcDatagramSocket>;
  /** Binds a datagram socket to `path`. Closing removes the file. @throws {NetError} as `listen` */
  bindDatagram(path: string): Promise<IpcDatagramSocket>;
}

/** Unix sockets: `IPC.open` connects, `IPC.listen` is for tests and mocks. */
export const IPC: IpcApi = {
  open: openIpc,
  listen: listenIpc,
  // Loaded when they are needed: few programs use datagrams.
  openDatagram: async (path, options) =>
    (await import("./udp/ipc_datagram.ts")).openIpcDatagram(path, options),
  bindDatagram: async (path) => (await import("./udp/ipc_datagram.ts")).bindIpcDatagram(path),
};
