import type { Address } from "../address.ts";
import { ipVersionOf, parseIp } from "../../internal/mod.ts";
import type { Conn } from "../conn.ts";
import { NetError } from "../errors.ts";
import { readUpTo, writeAll } from "../_io.ts";
import { targetName } from "./_target_name.ts";
import type { Proxy } from "./options.ts";

const VERSION = 5;
const AUTH_VERSION = 1;
const NO_AUTH = 0;
const USERNAME = 2;
const NONE_ACCEPTABLE = 0xff;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** RFC 1928 §6; 0 is success. */
const REPLIES = [
  "",
  "general failure",
  "its rules don't allow the connection",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "time to live expired",
  "it doesn't know the command",
  "it doesn't know the type of address",
];

/**
 * Asks a SOCKS5 proxy for a connection (RFC 1928), with a user name and a password where there are
 * some (RFC 1929). It is told an IP address or a name, whichever the target has.
 *
 * @param what the tunnel, for messages: `proxy:1080 to example.org:443`
 * @throws {NetError} `proxy_auth`, `proxy_refused`, `proxy_malformed`
 */
export async function socks5(
  conn: Conn,
  proxy: Proxy,
  target: Address,
  what: string,
): Promise<Conn> {
  const request = connectRequest(target);
  const exchange = new Exchange(conn, what);
  await authenticate(exchange, proxy);
  await writeAll(conn, request);
  // Some proxies say no more than that they refuse.
  const [version, reply] = await exchange.read(2);
  if (version !== VERSION) throw exchange.malformed(`it answers as version ${version}`);
  if (reply !== 0) {
    throw exchange.failed("proxy_refused", REPLIES[reply!] ?? `it answered ${hex(reply!)}`);
  }
  const [_reserved, type] = await exchange.read(2);
  await exchange.read(await boundLength(exchange, type!) + 2);
  return conn;
}

/** What passes before the tunnel; reads no byte of what comes behind. */
class Exchange {
  readonly conn: Conn;
  readonly #what: string;

  constructor(conn: Conn, what: string) {
    this.conn = conn;
    this.#what = what;
  }

  async read(count: number): Promise<Uint8Array> {
    const bytes = await readUpTo(this.conn, count);
    if (bytes.length === count) return bytes;
    throw this.malformed("the proxy closed the connection before its answer was whole");
  }

  failed(code: "proxy_auth" | "proxy_refused" | "proxy_malformed", reason: string): NetError {
    return new NetError(code, `tunnel through ${this.#what} failed: ${reason}`, { phase: "proxy" });
  }

  malformed(reason: string): NetError {
    return this.failed("proxy_malformed", reason);
  }
}

async function authenticate(exchange: Exchange, { credentials }: Proxy): Promise<void> {
  const offered = credentials === null ? [NO_AUTH] : [NO_AUTH, USERNAME];
  await writeAll(exchange.conn, Uint8Array.of(VERSION, offered.length, ...offered));
  const [version, method] = await exchange.read(2);
  if (version !== VERSION) {
    throw exchange.malformed(`it is no SOCKS5 proxy, its answer begins with ${hex(version!)}`);
  }
  if (method === NONE_ACCEPTABLE) {
    throw exchange.failed(
      "proxy_auth",
      credentials === null
        ? "the proxy wants to know who asks: give it a username and a password"
        : "the proxy takes neither a user name with a password nor nothing at all",
    );
  }
  if (!offered.includes(method!)) {
    throw exchange.malformed(`it chose the method ${hex(method!)}, which was not offered`);
  }
  if (method === NO_AUTH || credentials === null) return;
  await writeAll(exchange.conn, credentials.socks5());
  const [authVersion, status] = await exchange.read(2);
  if (authVersion !== AUTH_VERSION) {
    throw exchange.malformed(`it answers the password as version ${authVersion}`);
  }
  if (status !== 0) {
    throw exchange.failed("proxy_auth", "the proxy didn't accept the user name and the password");
  }
}

function connectRequest(target: Address): Uint8Array<ArrayBuffer> {
  const name = targetName(target);
  const type = { 0: NAME, 4: IPV4, 6: IPV6 }[ipVersionOf(name)];
  const host = parseIp(name) ?? [name.length, ...new TextEncoder().encode(name)];
  const { port } = target;
  return Uint8Array.of(VERSION, CONNECT, 0, type, ...host, port >> 8, port & 255);
}

/** How long the address is that the proxy connects from; nobody needs to know it. */
async function boundLength(exchange: Exchange, type: number): Promise<number> {
  if (type === IPV4) return 4;
  if (type === IPV6) return 16;
  if (type !== NAME) throw exchange.malformed(`its answer has an address of the type ${hex(type)}`);
  const [length] = await exchange.read(1);
  if (length === 0) throw exchange.malformed("its answer has an empty name");
  return length!;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
