/**
 * HTTP/2 (RFC 9113) over a {@link StreamSocket}, as a client: sessions and their streams.
 *
 * @module
 */
export { H2Error } from "../errors.ts";
export type { H2Request } from "./request.ts";
export { Session } from "./session.ts";
export type { SessionOptions } from "./session_options.ts";
export type { H2Stream } from "./stream.ts";
