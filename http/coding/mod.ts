/**
 * Content codings of bodies: gzip, deflate, Brotli and Zstandard (RFC 9110, section 8.4).
 *
 * @module
 */
export { type Coding, requestCodings, responseCodings } from "./codings.ts";
export { decodeBytes, decodeStream } from "./decode.ts";
export { encodeBytes, encodeStream } from "./encode.ts";
