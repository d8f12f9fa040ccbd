import { WrpcError } from "../errors.ts";
import type { WitType } from "../types/mod.ts";
import { malformed } from "./_malformed.ts";
import type { AsyncHost, Deferred, PathPattern } from "./async_host.ts";
import { compileDecode } from "./decode.ts";
import type { Decode } from "./decode_primitive.ts";
import { compileEncode, within } from "./encode.ts";
import type { Encode } from "./encode_primitive.ts";
import type { Limits } from "./limits.ts";
import { asyncPaths, isAsync } from "./paths.ts";
import { Sink } from "./sink.ts";
import { Source } from "./source.ts";

/** Values as bytes. */
export interface Encoded {
  /** The synchronous part. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Futures and streams that are sent beside it. */
  readonly deferred: readonly Deferred[];
}

/** Codec of the parameters of a function, or of its results: none or one. */
export interface ValuesCodec {
  /** Where futures and streams may be pending. */
  readonly paths: readonly PathPattern[];
  /** How many values there are. */
  readonly count: number;
  /** @throws {WrpcError} `value_invalid`, with the place of the value in front */
  encode(values: readonly unknown[]): Encoded;
  /** Begins to decode. @param host for pending futures and streams */
  decoder(limits: Limits, host: AsyncHost): ValuesDecoder;
}

/** Values that arrive in pieces. */
export interface ValuesDecoder {
  /**
   * Takes the next bytes.
   *
   * @returns the values once they are complete; null while they aren't
   * @throws {WrpcError} of the phase `decode`; `data_after_end` for bytes after the values
   */
  push(bytes: Uint8Array): unknown[] | null;
  /** The bytes have ended. @throws {WrpcError} `truncated` unless there are no values to come */
  end(): unknown[];
}

/** Encoding is never interrupted, so one buffer serves all; null while it is in use. */
let shared: Sink | null = new Sink();

/**
 * Makes the codec of values of some types, once for each function.
 *
 * @throws {WrpcError} `wit_invalid`, `path_too_deep` for types that can't be sent
 */
export function compileValues(types: readonly WitType[]): ValuesCodec {
  const encoders = types.map((type) => compileEncode(type));
  const decoders = types.map(compileDecode);
  const paths = asyncPaths(types);
  const pending = types.some(isAsync);
  return {
    paths,
    count: types.length,
    encode: (values) => encodeValues(encoders, pending, values),
    decoder: (limits, host) => new Decoder(decoders, pending, new Source(limits, host)),
  };
}

function encodeValues(
  encoders: readonly Encode[],
  pending: boolean,
  values: readonly unknown[],
): Encoded {
  if (values.length !== encoders.length) {
    const message = `${values.length} values for ${encoders.length}`;
    throw new WrpcError("value_invalid", "encode", message);
  }
  const sink = shared ?? new Sink(); // A getter of a value may call another function.
  shared = null;
  try {
    for (let i = 0; i < encoders.length; i++) {
      if (pending) sink.path.push(i);
      try {
        encoders[i]!(sink, values[i]);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
      if (pending) sink.path.pop();
    }
    const { deferred } = sink;
    return { bytes: sink.take(), deferred };
  } finally {
    sink.clear();
    shared = sink;
  }
}

class Decoder implements ValuesDecoder {
  readonly #decoders: readonly Decode[];
  readonly #pending: boolean;
  readonly #source: Source;
  readonly #values: unknown[] = [];

  constructor(decoders: readonly Decode[], pending: boolean, source: Source) {
    this.#decoders = decoders;
    this.#pending = pending;
    this.#source = source;
  }

  push(bytes: Uint8Array): unknown[] | null {
    const source = this.#source;
    source.push(bytes);
    const values = this.#values;
    while (values.length < this.#decoders.length) {
      if (this.#pending) source.path.push(values.length);
      const value = this.#decoders[values.length]!(source);
      if (this.#pending) source.path.pop();
      if (source.short) return null;
      values.push(value);
    }
    const { rest } = source;
    if (rest.length === 0) return values;
    throw malformed("data_after_end", `${rest.length} bytes after the last value`);
  }

  end(): unknown[] {
    if (this.#values.length === this.#decoders.length) return this.#values;
    throw malformed("truncated", "the bytes ended in the middle of a value");
  }
}
