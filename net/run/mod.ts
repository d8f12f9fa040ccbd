/**
 * What the options of a run say to sockets. For this package's own protocols; scripts need none of it.
 *
 * @module
 */
export { type Found, readLookupResult } from "../dns/lookup_function.ts";
export { defaultLookup, refuseBlocked, setNetDefaults } from "./defaults.ts";
export type { DnsSettings, NetSettings, RunTlsVersion, TlsAuth, TlsSettings } from "./settings.ts";
