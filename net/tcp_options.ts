import type { LookupFunction } from "./dns/lookup_function.ts";
import type { ProxyOption } from "./proxy/options.ts";
import type { SocketEventHandlers } from "./socket.ts";
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
  /** IP address of this machine to connect from. Needs a permission too: `--allow-net=10.0.0.5:0`. */
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
