import { checkNames } from "../internal/mod.ts";
import { ConnSocket } from "./stream/conn_socket.ts";
import { cutError } from "./_cut_error.ts";
import { Cutoff } from "./_cutoff.ts";
import { openFailed } from "./_open_failed.ts";
import { showPath } from "./_ends.ts";
import { Events } from "./_events.ts";
import { checkSignal, checkTimeout, readTls } from "./_open_options.ts";
import { checkPath } from "./_path.ts";
import { upgrade } from "./stream/upgrade.ts";
import type { Conn } from "./conn.ts";
import { netError } from "./errors.ts";
import type { IpcOptions } from "./ipc_options.ts";
import { type Meter, meterOf } from "./measure.ts";
import type { IpcSocket } from "./socket.ts";
import type { TlsInfo, TlsOptions } from "./tls/options.ts";

const NAMES = ["tls", "connectTimeoutMs", "idleTimeoutMs", "signal", "eventHandlers"];
const CONNECT_TIMEOUT_MS = 30_000;

/** See `IPC.open`. */
export async function openIpc(path: string, options: IpcOptions = {}): Promise<IpcSocket> {
  checkPath(path);
  checkNames("IPC.open", options, NAMES);
  checkTimeout("connectTimeoutMs", options.connectTimeoutMs);
  checkTimeout("idleTimeoutMs", options.idleTimeoutMs);
  checkSignal(options.signal);
  const tls = readTls(options.tls);
  const meter = meterOf("ipc");
  const events = new Events(options.eventHandlers);
  try {
    return await open(path, options, tls, meter, events);
  } catch (error) {
    throw openFailed(error, meter, events);
  }
}

async function open(
  path: string,
  options: IpcOptions,
  tls: TlsOptions | null,
  meter: Meter,
  events: Events,
): Promise<IpcSocket> {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, idleTimeoutMs = 0, signal } = options;
  const begin = performance.now();
  const base = await connect(path, connectTimeoutMs, signal);
  const connectMs = performance.now() - begin;
  events.emit("connect", { address: null, durationMs: connectMs });
  let conn: Conn = base;
  let info: TlsInfo | null = null;
  let tlsMs = 0;
  if (tls !== null) {
    const limits = { timeoutMs: Math.max(1, connectTimeoutMs - connectMs), signal };
    ({ conn, info, tlsMs } = await upgrade(conn, "localhost", tls, limits, showPath(path)).done);
    events.emit("secureConnect", info);
  }
  const timings = { lookupMs: 0, connectMs, tlsMs };
  meter.opened(timings);
  const parts = { kind: "ipc", base, conn, timings, meter, events } as const;
  const rest = { host: "localhost", lookedUp: undefined, tls: info, idleTimeoutMs };
  return new ConnSocket({ ...parts, ...rest }) as IpcSocket;
}

async function connect(
  path: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Deno.UnixConn> {
  const shown = showPath(path);
  const cutoff = new Cutoff(signal, timeoutMs);
  try {
    cutoff.signal.throwIfAborted();
    // The signal is honoured by Deno's TCP connections alone: a late connection is closed here.
    const connecting = connectPatiently(path, cutoff.signal);
    const stopped = new Promise<never>((_, reject) => {
      cutoff.signal.addEventListener("abort", () => reject(cutoff.signal.reason), { once: true });
    });
    connecting.then((conn) => cutoff.signal.aborted && conn.close(), () => {});
    return await Promise.race([connecting, stopped]);
  } catch (cause) {
    throw cutoff.signal.aborted
      ? cutError(cutoff, timeoutMs, "connect", shown)
      : netError(cause, "connect", shown);
  } finally {
    cutoff.clear();
  }
}

/** Longest pause before a full backlog is tried again, in milliseconds. */
const FULL_PAUSE_MS = 10;

/** A connect that blocks waits for room in the listener's backlog: this one has to ask again. */
async function connectPatiently(path: string, signal: AbortSignal): Promise<Deno.UnixConn> {
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (cause) {
      if (!(cause instanceof Deno.errors.WouldBlock) || signal.aborted) throw cause;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * FULL_PAUSE_MS));
    }
  }
}
