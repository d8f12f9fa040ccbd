/**
 * HTTP/2 (RFC 9113) over a {@link StreamSocket}, as a client: sessions and their streams.
 *
 * @module
 */
export { H2Error } from "../errors.ts";
export type { H2Request } from "./request.ts";
export { Session, type SessionOptions } from "./session.ts";
export type { H2Stream } from "./stream.ts";
