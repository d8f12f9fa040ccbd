/**
 * Host names: the system's resolver, DNS servers of your choice, and lookup functions for sockets.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseAddress, TCP } from "@downpour/downpour/net";
 * import dns from "@downpour/downpour/net/dns";
 *
 * // The system's way, with /etc/hosts and all; null when there is no such host.
 * assert.equal(await dns.lookup("localhost", { family: 4 }), "127.0.0.1");
 *
 * // Connections to `shop.example` go to this machine; other names are looked up and kept a minute.
 * const lookup = dns.createLookup({ hosts: { "*.example": "127.0.0.1" }, ttl: "1m" });
 *
 * await using server = TCP.listen();
 * const { port } = parseAddress(server.address);
 * await using socket = await TCP.open(`shop.example:${port}`, { lookup });
 * assert.deepEqual(socket.remoteAddress, { ip: "127.0.0.1", port });
 * ```
 *
 * Servers of your choice are asked with `dns.resolve`, for example
 * `await dns.resolve("example.org", { rrtype: "MX", servers: ["1.1.1.1:53"] })`, and any function
 * can be a socket's `lookup`:
 * `async (name) => hosts[name] || await dns.lookup(name) || await dns.resolve(name, { servers })`.
 *
 * Permissions: `lookup` needs `--allow-net=NAME`; `resolve` and `query` need `--allow-net=SERVER`,
 * for datagrams also the local address that they are sent from (`0.0.0.0:0`, for an IPv6 server
 * `[::]:0`, for one on this machine `127.0.0.1:0` or `[::1]:0`), and without the option `servers`
 * `--allow-read=/etc/resolv.conf`.
 *
 * @module
 */
import { lookup } from "./lookup.ts";
import { query } from "./query.ts";
import { resolve } from "./resolve.ts";
import { createLookup } from "./resolver.ts";

export type { Policy, Select } from "./_order.ts";
export { type FoundAddress, lookup, type LookupOptions } from "./lookup.ts";
export type { LookupEntry, LookupFunction, LookupInfo, LookupResult } from "./lookup_function.ts";
export type {
  QueryEndEvent,
  QueryEventHandlers,
  QueryEvents,
  QueryStartEvent,
} from "./query_events.ts";
export { query, type QueryOptions, type QueryResult } from "./query.ts";
export type {
  CaaData,
  DnsRecord,
  MxData,
  NaptrData,
  RecordData,
  RecordType,
  SoaData,
  SrvData,
} from "./records.ts";
export { resolve } from "./resolve.ts";
export type { Hosts } from "./_lookup_of.ts";
export { createLookup, type CreateLookupOptions } from "./resolver.ts";

/** What `import dns from "k6/x/net/dns"` gives. */
export interface DnsApi {
  /** Asks the system for a name's addresses. */
  readonly lookup: typeof lookup;
  /** Asks DNS servers for what a name's records hold. */
  readonly resolve: typeof resolve;
  /** Asks DNS servers and returns the answer as it is. */
  readonly query: typeof query;
  /** Makes a lookup function for sockets. */
  readonly createLookup: typeof createLookup;
}

/** All of the module's functions. */
const dns: DnsApi = { lookup, resolve, query, createLookup };
export default dns;
