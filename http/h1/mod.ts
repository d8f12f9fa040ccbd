/**
 * HTTP/1.1 (RFC 9112) over a {@link Socket}: request heads out, responses in, one connection.
 *
 * @module
 */
export { Connection } from "./connection.ts";
export type { ConnectionOptions, ConnectionOwner, Outgoing } from "./outgoing.ts";
export { diedUnanswered } from "./died_unanswered.ts";
export type { Strictness } from "./fields.ts";
export { readFields } from "./read_fields.ts";
export { encodeChunks, encodeHead, type Field } from "./encode_head.ts";
export { isFieldValue, isToken } from "./syntax.ts";
