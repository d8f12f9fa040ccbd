/**
 * Proxies: what the option `proxy` means, and the tunnel through one.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { TCP } from "@downpour/downpour/net";
 *
 * await assert.rejects(TCP.open("example.org:80", { proxy: "ftp://a" }), /proxy/);
 * ```
 *
 * @module
 */
export { ProxyAuthError } from "./auth_error.ts";
export { type Proxy, type ProxyOption, type ProxyOptions, readProxy } from "./options.ts";
export { tunnelSocket } from "./tunnel_socket.ts";
