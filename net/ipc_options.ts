import type { SocketEventHandlers } from "./socket.ts";
import type { TlsOptions } from "./tls/options.ts";

/** How `IPC.open` makes a connection. */
export interface IpcOptions {
  /** TLS from the start: true, or how. @default {false} */
  tls?: boolean | TlsOptions;
  /** Limit of connecting and TLS together, in milliseconds. @default {30000} */
  connectTimeoutMs?: number;
  /** Fails the open socket when nothing went or came for so many milliseconds. Default: never. */
  idleTimeoutMs?: number;
  /** Stops the opening; has no effect on an open socket. */
  signal?: AbortSignal;
  /** Listeners from the start, for what happens before `open` resolves. */
  eventHandlers?: SocketEventHandlers;
}
