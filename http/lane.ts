import type { DownpourError } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import type { HttpPhase } from "./errors.ts";
import type { ExchangeObserver } from "./observer.ts";

/** What becomes of the response's body: kept in memory, read and dropped, or read by the caller. */
export type BodyMode = "keep" | "discard" | "stream";

/**
 * What carries one exchange at a time: an HTTP/1.1 connection, or a stream of an HTTP/2 one. The
 * results of an exchange stand in its fields until the next one begins.
 */
export interface Lane {
  /** The socket underneath; streams share it. */
  readonly socket: StreamSocket;
  /** What it was opened for: scheme, host and port. */
  readonly origin: string;
  /** True while it can take an exchange: a stream takes one. */
  readonly usable: boolean;
  /** Exchanges before this one on its connection: making that is part of the first alone. */
  readonly served: number;
  /** True once a byte of the current response has come. */
  readonly answered: boolean;
  /** What is being done, for errors. */
  readonly phase: HttpPhase;
  /** True in mode `stream` until `chunk` gave null: the body is still to be read. */
  readonly streaming: boolean;
  /** True when the peer sent bytes behind the response, which belong to nothing. */
  readonly desync: boolean;
  /** Status of the response. */
  readonly status: number;
  /** Of the response: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2.0`. */
  readonly protocol: Protocol;
  /**
   * The response's head in the form of HTTP/1.1: status line, field lines, empty line. That of an
   * HTTP/2 response begins `HTTP/2.0 200 ` and has no reason phrase.
   */
  readonly head: Uint8Array;
  /** Field lines of its trailers and an empty line; empty without any. */
  readonly trailers: Uint8Array;
  /** Its body, in mode `keep`. */
  readonly body: Uint8Array;
  /** `performance.now()` when the request was written. */
  readonly sentAt: number;
  /** `performance.now()` when the first byte of the response came. */
  readonly firstByteAt: number;
  /** `performance.now()` when the last byte of the response came. */
  readonly endedAt: number;
  /**
   * `performance.now()` since when more of the response is awaited; Infinity while none is: behind its
   * last byte, and while its reader takes its time.
   */
  readonly awaitedSince: number;
  /** Told of what happens in an exchange, while it is set. */
  readonly observer: ExchangeObserver | undefined;
  /** The next run of body bytes in mode `stream`, as a copy; null at its end, which frees the lane. */
  chunk(): Promise<Uint8Array | null>;
  /** Ends the exchange under way with `error`. */
  fail(error: DownpourError): void;
  /** Gives the lane up at once. */
  close(): void;
}

/** The version of a response. */
export type Protocol = "HTTP/1.0" | "HTTP/1.1" | "HTTP/2.0";
