import type { StreamSocket } from "./socket.ts";

/** What a dialer is told beside the address. */
export interface DialerOptions {
  /** Stops the attempt. */
  signal?: AbortSignal;
  /** Limit of the attempt, in milliseconds. */
  connectTimeoutMs?: number;
}

/** Opens a connection to `host:port`. Whatever connects takes one, so that it can be replaced. */
export type Dialer = (address: string, options?: DialerOptions) => Promise<StreamSocket>;
