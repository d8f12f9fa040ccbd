/**
 * Authentication: basic (RFC 7617), bearer (RFC 6750) and digest (RFC 7616).
 *
 * @module
 */
export { type Auth, type AuthExchange, type AuthFields, PROXY_AUTH, SERVER_AUTH } from "./auth.ts";
export { basic } from "./basic.ts";
export { bearer } from "./bearer.ts";
export type { DigestRequest } from "./digest.ts";
export { type AuthOption, readAuth } from "./option.ts";
