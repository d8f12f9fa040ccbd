import { openTcp } from "./_open_tcp.ts";
import type { LookupFunction } from "./dns/lookup.ts";
import { listenTcp, type TcpListenOptions, type TcpServer } from "./listen.ts";
import type { ProxyOption } from "./proxy/options.ts";
import type { SocketEventHandlers, TcpSocket } from "./socket.ts";
import type { TlsOptions } from "./tls/options.ts";

/** How `TCP.open` makes a connection. */
export interface TcpOptions {
  /** IP version to use: 4, 6, or 0 for both (Happy Eyeballs, RFC 8305). @default {0} */
  ipVersion?: 0 | 4 | 6;
  /** Send keep-alive probes while the connection is idle, at the system's pace. @default {false} */
  keepAlive?: boolean;
  /** Send small writes at once instead of gathering them (as Go and k6 do). @default {true} */
  noDelay?: boolean;
  /** Resolves the host's name; null for the system's way. Its answer is final. @default {null} */
  lookup?: LookupFunction | null;
  /** IP address of this machine to connect from. */
  localAddress?: string;
  /** `host:port` or URL of a proxy, `"env"` for the environment's; empty or null for none. */
  proxy?: ProxyOption | null;
  /** TLS from the start: true, or how. @default {false} */
  tls?: boolean | TlsOptions;
  /** Ranges and addresses that must not be connected to, as in `10.0.0.0/8`. */
  blockedRanges?: readonly string[];
  /** Limit of lookup, connecting, proxy and TLS together, in milliseconds. @default {30000} */
  connectTimeoutMs?: number;
  /** Fails the open socket when nothing went or came for so many milliseconds. Default: never. */
  idleTimeoutMs?: number;
  /** Stops the opening; has no effect on an open socket. */
  signal?: AbortSignal;
  /** Listeners from the start, for what happens before `open` resolves. */
  eventHandlers?: SocketEventHandlers;
}

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
