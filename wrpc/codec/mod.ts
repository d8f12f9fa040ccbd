/**
 * The value codec: WIT types compiled to functions that encode and decode.
 *
 * The encoding is the component model's value definition encoding (component-model `Binary.md`,
 * "Value Definitions") with wRPC's futures, streams and resources (wRPC `SPEC.md`).
 *
 * @module
 */
export type {
  AsyncHost,
  ChannelReader,
  ChannelWriter,
  Deferred,
  IndexPath,
  PathPattern,
} from "./async_host.ts";
export { type CodecLimits, DEFAULT_LIMITS, type Limits, readLimits } from "./limits.ts";
export { matchesPath, MAX_PATH_DEPTH } from "./paths.ts";
export { sendAll } from "./encode_async.ts";
export { compileValues, type Encoded, type ValuesCodec, type ValuesDecoder } from "./values.ts";
export { WitStream } from "./wit_stream.ts";
