import { openTcp } from "./_open_tcp.ts";
import { listenTcp, type TcpListenOptions, type TcpServer } from "./listen.ts";
import type { TcpSocket } from "./socket.ts";
import type { TcpOptions } from "./tcp_options.ts";

/** TCP sockets (seed `http.md`, "Sockets"). */
export interface TcpApi {
  /**
   * Connects to `host:port`, `1.2.3.4:80` or `[::1]:80`.
   *
   * The bytes that the socket moves count for the virtual user that opens it.
   *
   * A host name is looked up by the system's resolver, or by `lookup`. That is a step of its own,
   * timed as `lookupMs`, where the process may look up the name and reach its addresses
   * (`--allow-net`, or a list with both); where only `--allow-net=name:port` is granted, Deno looks
   * the name up while it connects, `lookupMs` is 0 and `connectMs` holds both. `ipVersion` 4 and 6,
   * `lookup`, `blockedRanges` and `localAddress` need the former.
   *
   * @throws {NetError} `address_invalid`, `dns_*`, `connection_*`, `host_unreachable`,
   * `address_blocked`, `proxy_*`, `tls_*`, `generator_saturated`, `permission_denied`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  open(address: string, options?: TcpOptions): Promise<TcpSocket>;
  /**
   * Listens on `127.0.0.1` and a free port unless told otherwise.
   *
   * @throws {NetError} `address_in_use`, `permission_denied`, `generator_saturated`
   */
  listen(options?: TcpListenOptions): TcpServer;
}

/** TCP sockets: `TCP.open` connects, `TCP.listen` is for tests and mocks. */
export const TCP: TcpApi = { open: openTcp, listen: listenTcp };
