/**
 * Gob, the encoding of Go's `net/rpc`: values in a stream that describes its own types.
 *
 * @module
 */
export { ByteWriter } from "./byte_writer.ts";
export { GobCursor } from "./cursor.ts";
export { GobEncoder, type GobSchema } from "./encode.ts";
export { gobOverLimit, invalidGob } from "./errors.ts";
export { GOB_LIMITS, type GobLimits } from "./limits.ts";
export { GobStream } from "./stream.ts";
export {
  FIRST_USER_ID,
  type GobField,
  GobId,
  type GobScalar,
  type GobType,
  GobTypes,
} from "./types.ts";
export type { GobComplex, GobStruct, GobValue } from "./values.ts";
