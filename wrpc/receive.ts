import type { AsyncHost, Limits, ValuesCodec } from "./codec/mod.ts";
import { WrpcError } from "./errors.ts";
import type { Invocation } from "./transport.ts";

/** Parameters or results that came. */
export interface Received {
  /** The values; futures and streams in them may still be coming. */
  readonly values: readonly unknown[];
  /** One for each future and stream that is pending: settles when it is complete. */
  readonly tracked: readonly Promise<void>[];
}

/**
 * Reads the synchronous values of an invocation.
 *
 * @throws {WrpcError} `invocation_failed` when the peer ended without any, codes of the decoder, and
 * what broke the invocation
 */
export async function receiveValues(
  invocation: Invocation,
  codec: ValuesCodec,
  limits: Limits,
): Promise<Received> {
  const tracked: Promise<void>[] = [];
  const host: AsyncHost = {
    read: (path) => invocation.read(path),
    track: (done) => {
      done.catch(() => {}); // Whoever waits for all of them is told.
      tracked.push(done);
    },
  };
  const decoder = codec.decoder(limits, host);
  const root = invocation.read([]);
  for (let received = false;; received = true) {
    const bytes = await readRoot(root, received);
    if (bytes === null) {
      if (!received && codec.count > 0) throw failed();
      return { values: decoder.end(), tracked };
    }
    const values = decoder.push(bytes);
    // A function without results is over when its channel is.
    if (values === null || values.length === 0) continue;
    root.end();
    return { values, tracked };
  }
}

async function readRoot(
  root: { read(): Promise<Uint8Array | null> },
  received: boolean,
): Promise<Uint8Array | null> {
  try {
    return await root.read();
  } catch (cause) {
    // A peer that fails ends inside a frame: see `FramedInvocation.abort`.
    const cut = cause instanceof WrpcError && cause.code === "truncated" && !received;
    throw cut ? failed(cause) : cause;
  }
}

function failed(cause?: unknown): WrpcError {
  const message =
    "the peer ended the invocation without a result: it failed, or has no such function";
  return new WrpcError("invocation_failed", "receive", message, cause);
}
