import { ipVersionOf } from "../../internal/mod.ts";
import { type Context, currentContext } from "../../metrics/mod.ts";
import { type Address, formatAddress } from "../address.ts";
import type { AddressOptions } from "../dial/addresses.ts";
import { type Blocked, blockedRanges } from "../dial/blocked.ts";
import { HostMap } from "../dns/host_map.ts";
import { type RunNames, runNames } from "../dns/run_names.ts";
import { lookup } from "../dns/lookup.ts";
import type { LookupFunction } from "../dns/lookup_function.ts";
import { NetError } from "../errors.ts";
import type { NetSettings, TlsSettings } from "./settings.ts";
import { checkTlsSettings, saysOfTls } from "../tls/run_tls.ts";

const DEFAULTS = Symbol("downpour.net.defaults");

/** The settings of a run in the form that connections are made by. */
interface Defaults {
  /** Made when the first name is looked up, and shared by all users: so is its cache. */
  readonly names: () => RunNames;
  readonly blocked: Blocked | undefined;
  readonly blockedNames: HostMap<string> | undefined;
  readonly localAddress: string | undefined;
  readonly tls: TlsSettings | undefined;
}

/** Those of all users of a run, but for the address that each connects from. */
const known = new WeakMap<NetSettings, Defaults>();

/**
 * Sets what sockets opened in `context` follow: the run options `hosts`, `dns`, `blacklistIPs`,
 * `blockHostnames`, `localIPs`, `insecureSkipTLSVerify`, `tlsVersion`, `tlsCipherSuites` and
 * `tlsAuth`. Others in `settings` are not looked at.
 *
 * @param settings one object for all users of a process: they share its cache of names
 * @param user number of the virtual user, from 1; 0 for what is none
 * @throws {OptionError}
 */
export function setNetDefaults(context: Context, settings: NetSettings, user: number = 0): void {
  let defaults = known.get(settings);
  if (defaults === undefined) known.set(settings, defaults = readSettings(settings));
  const { localIPs = [] } = settings;
  if (localIPs.length > 0) {
    defaults = { ...defaults, localAddress: localIPs[Math.max(0, user - 1) % localIPs.length] };
  }
  context.locals.set(DEFAULTS, defaults);
}

function readSettings(settings: NetSettings): Defaults {
  const { blacklistIPs = [], blockHostnames = [] } = settings;
  checkTlsSettings(settings);
  let names: RunNames | undefined;
  return {
    names: () => names ??= runNames(settings),
    blocked: blacklistIPs.length === 0 ? undefined : blockedRanges(blacklistIPs),
    blockedNames: blockHostnames.length === 0
      ? undefined
      : new HostMap("blockHostnames", blockHostnames.map((name) => [name, name] as const)),
    localAddress: undefined,
    tls: saysOfTls(settings) ? settings : undefined,
  };
}

function current(): Defaults | undefined {
  return currentContext().locals.get(DEFAULTS) as Defaults | undefined;
}

/** A socket's options with those of the run: its own come first, and blocked is what either blocks. */
export function withDefaults<T extends AddressOptions>(own: T): T {
  const run = current();
  if (run === undefined) return own;
  return {
    ...own,
    names: run.names,
    localAddress: own.localAddress ?? run.localAddress,
    blocked: own.blocked === undefined ? run.blocked : either(own.blocked, run.blocked),
  };
}

function either(own: Blocked, run: Blocked | undefined): Blocked {
  if (run === undefined) return own;
  return { rangeOf: (ip) => own.rangeOf(ip) ?? run.rangeOf(ip) };
}

/** What the run says of TLS; undefined for nothing. */
export function tlsDefaults(): TlsSettings | undefined {
  return current()?.tls;
}

/**
 * Refuses targets that the run blocks, whoever connects to them: a proxy looks up names itself, and a
 * `dial` may do anything.
 *
 * @throws {NetError} `host_blocked`, `address_blocked`
 */
export function refuseBlocked(target: Address): void {
  const run = current();
  if (run === undefined) return;
  const { host, port } = target;
  if (ipVersionOf(host) !== 0) {
    const range = run.blocked?.rangeOf(host);
    if (range === undefined) return;
    throw refusal("address_blocked", target, `${host} is in the blocked range ${range}`);
  }
  const pattern = run.blockedNames?.get(host, port);
  if (pattern !== undefined) {
    throw refusal("host_blocked", target, `blockHostnames has ${pattern}`);
  }
}

function refusal(code: "host_blocked" | "address_blocked", target: Address, why: string): NetError {
  return new NetError(code, `connect to ${formatAddress(target)} failed: ${why}`, {
    phase: "connect",
  });
}

/** How sockets opened here look names up when they are not told otherwise. */
export function defaultLookup(): LookupFunction {
  const run = current();
  return async (host, info) => {
    if (run !== undefined) return await run.names().lookup(host, info);
    const { family, signal } = info;
    return await lookup(host, { all: true, family, signal });
  };
}
