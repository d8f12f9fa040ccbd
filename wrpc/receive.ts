import type { AsyncHost, ChannelReader, IndexPath, Limits, ValuesCodec } from "./codec/mod.ts";
import { WrpcError } from "./errors.ts";
import type { Invocation } from "./transport.ts";

/** Parameters or results that came. */
export interface Received {
  /** The values; futures and streams in them may still be coming. */
  readonly values: readonly unknown[];
  /**
   * Settles when all futures and streams in them are complete, those that came inside others too, or
   * with the first that fails; null where none was pending.
   */
  readonly complete: Promise<void> | null;
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
  const host = new Tracking(invocation);
  const decoder = codec.decoder(limits, host);
  const root = invocation.read([]);
  for (let received = false;; received = true) {
    const bytes = await readRoot(root, received);
    if (bytes === null) {
      if (!received && codec.count > 0) throw failed();
      return { values: decoder.end(), complete: host.end() };
    }
    const values = decoder.push(bytes);
    // A function without results is over when its channel is.
    if (values === null || values.length === 0) continue;
    root.end();
    return { values, complete: host.end() };
  }
}

/** Follows values that are pending until none is. */
class Tracking implements AsyncHost {
  readonly #invocation: Invocation;
  /** What is open; one more until the synchronous values are there. */
  #open = 1;
  #complete: PromiseWithResolvers<void> | null = null;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
  }

  read(path: IndexPath): ChannelReader {
    return this.#invocation.read(path);
  }

  track(done: Promise<void>): void {
    if (this.#complete === null) {
      this.#complete = Promise.withResolvers();
      this.#complete.promise.catch(() => {}); // Not everybody looks.
    }
    this.#open++;
    // What is pending inside it was tracked before it was done.
    done.then(() => this.#leave(), this.#complete.reject);
  }

  /** The synchronous values are there. @returns when all is; null where nothing is pending */
  end(): Promise<void> | null {
    this.#leave();
    return this.#complete?.promise ?? null;
  }

  #leave(): void {
    if (--this.#open === 0) this.#complete?.resolve();
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
