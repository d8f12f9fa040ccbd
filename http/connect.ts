import { currentContext, runInContext } from "../metrics/mod.ts";
import {
  formatAddress,
  type LookupFunction,
  parseAddress,
  type ProxyOption,
  type StreamSocket,
  TCP,
  type TcpOptions,
  type TlsInfo,
  type TlsOptions,
} from "../net/mod.ts";
import type { Proxy } from "../net/proxy/mod.ts";
import { refuseBlocked } from "../net/run/mod.ts";
import { HttpError } from "./errors.ts";
import type { ProxyAuths, Through } from "./proxy_digest.ts";
import type { Target } from "./target.ts";
import type { PhaseLimits } from "./timeouts.ts";
import type { Trace } from "./trace.ts";
import { alpnOf, type Version } from "./versions.ts";

/**
 * What a connection is made for. Given to `TCP.open` as its options (`dial: TCP.open`) it limits the
 * time; the rest of it is there to be asked for.
 */
export class DialInfo {
  /** Time left for it, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Aborts it. */
  readonly signal?: AbortSignal;
  readonly #target: Target;
  readonly #alpn: readonly string[];

  /** Made by a transport. */
  constructor(
    target: Target,
    alpn: readonly string[],
    connectTimeoutMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.#target = target;
    this.#alpn = alpn;
    this.connectTimeoutMs = connectTimeoutMs;
    if (signal !== undefined) this.signal = signal;
  }

  /** `http` or `https`. */
  get scheme(): "http" | "https" {
    return this.#target.secure ? "https" : "http";
  }

  /** Host name or IP address of the target, IPv6 without brackets. */
  get host(): string {
    return this.#target.hostname;
  }

  /** Port of the target. */
  get port(): number {
    return parseAddress(this.#target.address).port;
  }

  /** What TLS should offer, for a `dial` that secures the socket itself. */
  get alpn(): readonly string[] {
    return this.#alpn;
  }
}

/** Makes the connection underneath; its address is the target's, or its proxy's. */
export type Dial = (address: string, info: DialInfo) => Promise<StreamSocket>;

/** How connections are made. */
export interface Connecting {
  readonly dial: Dial | undefined;
  readonly tls: TlsOptions | undefined;
  readonly proxy: ProxyOption | null | undefined;
  readonly versions: readonly Version[];
  /** Whether each connection is for one request. */
  readonly single?: boolean;
  /** What its proxies have asked for. */
  readonly proxyAuths?: ProxyAuths | undefined;
  /** Limits of the steps; undefined without any. */
  readonly limits?: PhaseLimits | undefined;
}

/** A socket that is ready for the first request. */
export interface Connected {
  readonly socket: StreamSocket;
  /** The version to speak on it. */
  readonly version: Version;
  /** The proxy that wants to be told the whole URL of each request (RFC 9112 §3.2.2), or null. */
  readonly proxy: Proxy | null;
}

/**
 * Connects to a target, through a proxy if there is one, and makes the connection secure for
 * `https:` unless `dial` has done so.
 *
 * @param trace told of the steps
 * @throws {NetError} of the phases `lookup`, `connect`, `proxy`, `tls`
 * @throws {HttpError} when what `dial` gave can't carry the request
 */
export async function connect(
  target: Target,
  how: Connecting,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  trace?: Trace,
): Promise<Connected> {
  const begin = performance.now();
  if (how.dial !== undefined || how.proxy) refuseBlocked(parseAddress(target.address));
  const left = () => Math.max(1, timeoutMs - (performance.now() - begin));
  // The connection is the client's, not the iteration's that happens to need it first.
  const context = { ...currentContext(), owned: null };
  const opened = await runInContext(context, () => open(target, how, left, signal, trace));
  const { socket } = opened;
  try {
    if (trace !== undefined && how.proxy) {
      await trace.tell("proxyConnected", { socket, address: target.address });
    }
    return { ...opened, version: await secure(opened, target, how, left(), signal, trace) };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** A connection to a target, or as far as its proxy leads. */
interface Opened {
  readonly socket: StreamSocket;
  /** The proxy that is spoken to, not through. */
  readonly proxy: Proxy | null;
  /** Whether TLS on the socket is with the target. */
  readonly direct: boolean;
}

async function open(
  target: Target,
  how: Connecting,
  left: () => number,
  signal: AbortSignal | undefined,
  trace: Trace | undefined,
): Promise<Opened> {
  const given = how.proxy ? await readHttpProxy(how.proxy, target) : null;
  const via = (through: Through | null) => openVia(target, how, through, left, signal, trace);
  if (given === null) return await via(null);
  const through = { proxy: given, option: how.proxy! };
  const mayAsk = target.secure && given.kind !== "socks5" && given.credentials !== null;
  if (!mayAsk || how.proxyAuths === undefined) return await via(through);
  const { withProxyDigest } = await import("./proxy_digest.ts"); // Only for those who need it.
  return await withProxyDigest(how.proxyAuths, through, target.address, via);
}

async function openVia(
  target: Target,
  how: Connecting,
  through: Through | null,
  left: () => number,
  signal: AbortSignal | undefined,
  trace: Trace | undefined,
): Promise<Opened> {
  const { dial } = how;
  const proxy = through?.proxy ?? null;
  // A plain request to an HTTP proxy needs no tunnel: its request line names the target.
  const tunnels = proxy !== null && (target.secure || proxy.kind === "socks5");
  if (dial === undefined) {
    const common = {
      connectTimeoutMs: left(),
      ...(signal === undefined ? {} : { signal }),
      ...trace === undefined ? {} : await lookupOptions(trace),
    };
    if (proxy === null || tunnels) {
      const options = { ...common, ...(through === null ? {} : { proxy: through.option }) };
      const socket = await openTcp(target.address, options, how, proxy);
      return { socket, proxy: null, direct: true };
    }
    const tls = proxy.kind === "https" ? { tls: proxy.tls } : {};
    const socket = await openTcp(formatAddress(proxy.address), { ...common, ...tls }, how, proxy);
    return { socket, proxy, direct: false };
  }
  const info = new DialInfo(target, alpnOf(how.versions), left(), signal);
  const socket = await dial(proxy === null ? target.address : formatAddress(proxy.address), info);
  try {
    if (trace !== undefined) {
      const { tellLookupOf } = await import("./traced_lookup.ts"); // Only for those who need it.
      await tellLookupOf(socket, trace);
    }
    if (proxy === null) return { socket, proxy, direct: true };
    if (proxy.kind === "https") await socket.startTls(proxy.tls, { timeoutMs: left(), signal });
    if (tunnels) {
      const { tunnelSocket } = await import("../net/proxy/mod.ts");
      await tunnelSocket(socket, proxy, parseAddress(target.address), {
        timeoutMs: left(),
        signal,
      });
    }
    return { socket, proxy: tunnels ? null : proxy, direct: false };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Names are looked up where that can be told, if somebody listens. */
async function lookupOptions(trace: Trace): Promise<{ lookup?: LookupFunction }> {
  if (!trace.has("lookupStart") && !trace.has("lookupEnd")) return {};
  const { tracedLookup } = await import("./traced_lookup.ts"); // Only for those who need it.
  return { lookup: tracedLookup(trace) };
}

async function openTcp(
  address: string,
  options: TcpOptions,
  { limits }: Connecting,
  proxy: Proxy | null,
): Promise<StreamSocket> {
  if (limits === undefined) return await TCP.open(address, options);
  const { openWithin } = await import("./open_within.ts"); // Only for those who need it.
  return await openWithin(address, options, limits, proxy?.address.host);
}

/** The proxy for a target, or null. */
async function readHttpProxy(option: ProxyOption, target: Target): Promise<Proxy | null> {
  const { readProxy } = await import("../net/proxy/mod.ts"); // Only for those who need it.
  return readProxy(option, parseAddress(target.address), target.secure ? "https" : "http");
}

async function secure(
  { socket, direct }: Opened,
  target: Target,
  { tls, versions, limits }: Connecting,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  trace: Trace | undefined,
): Promise<Version> {
  if (!target.secure) {
    if (socket.tls !== null && direct) throw misfit(target, "dial gave a TLS socket: write https");
    return versions.length === 1 && versions[0] === 2 ? 2 : 1.1; // h2c by prior knowledge alone.
  }
  const secured = direct ? socket.tls : null;
  const options = { alpn: alpnOf(versions), serverName: target.hostname, ...tls };
  if (secured === null) {
    await trace?.tell("tlsStart", { socket, serverName: options.serverName });
  }
  const start = (timeoutMs: number) => socket.startTls(options, { timeoutMs, signal });
  const info = secured ?? await startTls(start, timeoutMs, limits);
  await trace?.tell("tlsEnd", { socket, tls: info });
  if (info.alpn === "h2") {
    if (versions.includes(2)) return 2;
    throw misfit(target, "h2 was agreed on, and version doesn't have 2");
  }
  if (info.alpn !== null && info.alpn !== "http/1.1") {
    throw misfit(target, `${info.alpn} was agreed on, which is no version of HTTP that is known`);
  }
  if (versions.includes(1.1)) return 1.1;
  if (info.alpn === null && secured !== null) return 2; // The caller of `dial` knows.
  throw misfit(target, "the server doesn't offer h2, and version has nothing else");
}

async function startTls(
  start: (timeoutMs: number) => Promise<TlsInfo>,
  timeoutMs: number,
  limits: PhaseLimits | undefined,
): Promise<TlsInfo> {
  if (limits === undefined) return await start(timeoutMs);
  const { secureWithin } = await import("./open_within.ts"); // Only for those who need it.
  return await secureWithin(timeoutMs, limits, start);
}

function misfit(target: Target, why: string): HttpError {
  return new HttpError("request_invalid", "connect", `connect to ${target.name} failed: ${why}`);
}
