import type { ChannelReader, ChannelWriter, IndexPath, PathPattern } from "./codec/mod.ts";
import type { WrpcError } from "./errors.ts";

/**
 * One invocation, on either side: channels named by index paths. The empty path is the channel of
 * the synchronous parameters or results.
 */
export interface Invocation {
  /** Rejects with a `WrpcError` when the invocation breaks or is aborted; otherwise never settles. */
  readonly broken: Promise<never>;
  /** On the server: headers of the request by name; absent or null where there are none. */
  readonly headers?: ReadonlyMap<string, string> | null;
  /** What the peer sends on a path. */
  read(path: IndexPath): ChannelReader;
  /** Sends on a path. */
  write(path: IndexPath): ChannelWriter;
  /** This side has sent all. */
  closeWrite(): Promise<void>;
  /**
   * This side has read all it wants and sent all it has: what yet comes is dropped. Safe to call
   * again. Resolves when the peer has nothing more to lose by it.
   */
  close(): Promise<void>;
  /**
   * Ends it at once: readers and writers here fail with `error`, the peer finds all channels closed.
   * Safe to call again, and after `close`.
   */
  abort(error: WrpcError): void;
}

/** How an invocation is begun. */
export interface InvokeOptions {
  /** Stops the beginning: later on the caller calls `abort`. */
  readonly signal?: AbortSignal | undefined;
  /** Limit of the beginning, in milliseconds. */
  readonly timeoutMs: number;
  /** Headers of the request, where the transport has them: NATS alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What invocations run over, on the side of the caller. */
export interface Transport {
  /** Value of the tag `transport`: `tcp`, `unix`, `nats`. */
  readonly kind: string;
  /**
   * Begins an invocation and sends the synchronous parameters.
   *
   * @param instance name of the instance, for example `xk6:wrpc/blaster@0.0.1`
   * @param name name of the function
   * @param params its encoded parameters, as far as they are there
   * @param paths where results may be pending
   * @throws {WrpcError} `connection_failed`, `aborted`, `deadline`, `closed`
   */
  invoke(
    instance: string,
    name: string,
    params: Uint8Array,
    paths: readonly PathPattern[],
    options: InvokeOptions,
  ): Promise<Invocation>;
  /** Ends the transport: invocations that are open fail with `closed`. Safe to call again. */
  close(): Promise<void>;
}

/** A function that is served. */
export interface Route {
  /** Name of the instance. */
  readonly instance: string;
  /** Name of the function. */
  readonly name: string;
  /** Where parameters may be pending. */
  readonly paths: readonly PathPattern[];
  /** Called for each invocation; never rejects. */
  handle(invocation: Invocation): Promise<void>;
}

/** What invocations run over, on the side of the server. */
export interface ServerTransport {
  /** Value of the tag `transport`. */
  readonly kind: string;
  /** Begins to serve. @param onError what went wrong outside a handler: a header that makes no sense */
  serve(routes: readonly Route[], onError: (error: WrpcError) => void): Promise<Serving>;
}

/** Functions that are being served. */
export interface Serving extends AsyncDisposable {
  /** What clients connect to: `127.0.0.1:7761`, a path, or a subject's prefix. */
  readonly address: string;
  /** Invocations that are open. */
  readonly open: number;
  /** Takes no more invocations, and aborts those that are open. Safe to call again. */
  close(): Promise<void>;
}
