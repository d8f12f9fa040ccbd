import type { ClientRunOptions } from "./client_types.ts";
import { readLocalIps } from "./local_ips.ts";
import { readBlacklist, readBlockedNames, readDns, readHosts } from "./network.ts";
import type { Plain, PlainObject } from "./_snapshot.ts";
import { readSystemTags } from "./system_tags.ts";
import { readCipherSuites, readTlsAuth, readTlsVersion } from "./tls.ts";
import { badValue, flag, isSet, text, wholeNumber } from "./_values.ts";

const MAX_COUNT = 1_000_000;

const count = (value: Plain, path: string) => wholeNumber(value, path, 0, MAX_COUNT);

/** How each option of clients is read; undefined leaves it out. */
const READERS: {
  readonly [K in keyof ClientRunOptions]-?: (value: Plain, path: K) => ClientRunOptions[K];
} = {
  userAgent: text,
  maxRedirects: (value, path) => wholeNumber(value, path, 0, 100),
  batch: count,
  batchPerHost: count,
  rps: (value, path) => count(value, path) || undefined,
  throw: flag,
  discardResponseBodies: flag,
  httpDebug: readDebug,
  noCookiesReset: flag,
  noConnectionReuse: flag,
  noVUConnectionReuse: flag,
  insecureSkipTLSVerify: flag,
  tlsVersion: readTlsVersion,
  tlsCipherSuites: readCipherSuites,
  tlsAuth: readTlsAuth,
  hosts: readHosts,
  dns: readDns,
  blacklistIPs: readBlacklist,
  blockHostnames: readBlockedNames,
  localIPs: readLocalIps,
  systemTags: readSystemTags,
};

/** Reads the options that protocol clients follow: those that were set. */
export function readClient(options: PlainObject): ClientRunOptions {
  const settings: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(READERS)) {
    if (!isSet(options[name])) continue;
    const value = (read as (value: Plain, path: string) => unknown)(options[name], name);
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

/** k6 takes any text for `headers`, and none at all for off. */
function readDebug(value: Plain, path: string): "headers" | "full" | undefined {
  if (value === true || value === "true" || value === "headers") return "headers";
  if (value === "full") return "full";
  if (value === false || value === "false" || value === "") return undefined;
  throw badValue(path, `"headers" or "full"`, value);
}
