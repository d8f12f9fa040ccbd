import { nearest, OptionError } from "../internal/mod.ts";
import { currentContext } from "../metrics/mod.ts";
import { TcpSocket } from "./_tcp_socket.ts";
import { ipVersionOf, parseAddress } from "./address.ts";
import { dial } from "./dial.ts";
import { listen, type TcpListenOptions, type TcpServer } from "./listen.ts";
import type { Socket } from "./socket.ts";

/** How `TCP.open` makes a connection. */
export interface TcpOptions {
  /** Send keep-alive probes while the connection is idle, at the system's pace. @default {false} */
  keepAlive?: boolean;
  /** Send small writes at once instead of gathering them (as Go and k6 do). @default {true} */
  noDelay?: boolean;
  /** IP version to use: 4, 6, or 0 for whichever the name has. @default {0} */
  ipVersion?: 0 | 4 | 6;
  /** Limit of name resolution and connecting together, in milliseconds. @default {30000} */
  connectTimeoutMs?: number;
  /** Stops the opening; has no effect on an open socket. */
  signal?: AbortSignal;
}

/** TCP sockets (seed `http.md`, "Sockets"). */
export interface TcpApi {
  /**
   * Connects to `host:port`, `1.2.3.4:80` or `[::1]:80`.
   *
   * The bytes that the socket moves count for the virtual user that opens it.
   *
   * A host name is looked up by the system's resolver. That is a step of its own, timed as
   * `lookupMs`, where the process may look up the name and reach its addresses (`--allow-net`, or
   * a list with both); where only `--allow-net=name:port` is granted, Deno looks the name up while
   * it connects, `lookupMs` is 0 and `connectMs` holds both. `ipVersion` 4 and 6 need the former.
   *
   * @throws {NetError} `address_invalid`, `dns_*`, `tcp_*`, `generator_saturated`,
   * `permission_denied`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  open(address: string, options?: TcpOptions): Promise<Socket>;
  /**
   * Listens on `127.0.0.1` and a free port unless told otherwise.
   *
   * @throws {NetError} `tcp_address_in_use`, `permission_denied`, `generator_saturated`
   */
  listen(options?: TcpListenOptions): TcpServer;
}

const NAMES = ["keepAlive", "noDelay", "ipVersion", "connectTimeoutMs", "signal"];
const MAX_TIMEOUT_MS = 2 ** 31 - 1; // What a timer can hold.

/** TCP sockets: `TCP.open` connects, `TCP.listen` is for tests and mocks. */
export const TCP: TcpApi = { open, listen };

async function open(address: string, options: TcpOptions = {}): Promise<Socket> {
  const { host, port } = parseAddress(address);
  checkOptions(options, host, address);
  const { keepAlive = false, noDelay = true, ipVersion = 0, connectTimeoutMs = 30_000, signal } =
    options;
  const { io } = currentContext();
  const { conn, timings } = await dial({ host, port }, { ipVersion, connectTimeoutMs, signal });
  if (noDelay) conn.setNoDelay(true);
  if (keepAlive) conn.setKeepAlive(true);
  return new TcpSocket(conn, timings, io);
}

function checkOptions(options: TcpOptions, host: string, address: string): void {
  for (const name in options) {
    if (NAMES.includes(name)) continue;
    const near = nearest(name, NAMES);
    const hint = near === null ? `it has ${NAMES.join(", ")}` : `did you mean ${near}`;
    throw new OptionError(name, `TCP.open has no option ${name}: ${hint}`);
  }
  const { keepAlive, noDelay, ipVersion, connectTimeoutMs, signal } = options;
  checkBoolean("keepAlive", keepAlive);
  checkBoolean("noDelay", noDelay);
  if (ipVersion !== undefined && ![0, 4, 6].includes(ipVersion)) {
    throw new OptionError("ipVersion", `ipVersion must be 0, 4 or 6: ${String(ipVersion)}`);
  }
  const version = ipVersionOf(host);
  if (ipVersion && version && ipVersion !== version) {
    throw new OptionError(
      "ipVersion",
      `ipVersion ${ipVersion} does not fit the address ${address}`,
    );
  }
  if (
    connectTimeoutMs !== undefined &&
    !(typeof connectTimeoutMs === "number" && connectTimeoutMs > 0 &&
      connectTimeoutMs <= MAX_TIMEOUT_MS)
  ) {
    throw new OptionError(
      "connectTimeoutMs",
      `connectTimeoutMs must be above 0 and at most ${MAX_TIMEOUT_MS}: ${String(connectTimeoutMs)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new OptionError("signal", `signal must be an AbortSignal: ${String(signal)}`);
  }
}

function checkBoolean(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new OptionError(name, `${name} must be true or false: ${String(value)}`);
}
