import { ConnSocket } from "./stream/conn_socket.ts";
import { addressOf, type EndedConn } from "./_ends.ts";
import { openFailed } from "./_open_failed.ts";
import { Events } from "./_events.ts";
import { readTcpOptions, type TcpPlan } from "./_tcp_plan.ts";
import { upgrade } from "./stream/upgrade.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import type { Conn } from "./conn.ts";
import { refuseBlocked } from "./run/defaults.ts";
import { dial, type Dialed } from "./dial/dial.ts";
import { type Meter, meterOf } from "./measure.ts";
import type { LookupEvent, TcpSocket } from "./socket.ts";
import type { TcpOptions } from "./tcp_options.ts";
import type { TlsInfo } from "./tls/options.ts";

/** See `TCP.open`. */
export async function openTcp(address: string, options: TcpOptions = {}): Promise<TcpSocket> {
  const target = parseAddress(address);
  const { proxy: via = null } = options;
  const proxy = via === null || via === ""
    ? null
    : (await import("./proxy/options.ts")).readProxy(via, target); // Only for those who need it.
  const plan = readTcpOptions(options, proxy, target, address);
  const meter = meterOf("tcp");
  const events = new Events(options.eventHandlers);
  try {
    refuseBlocked(target);
    if (proxy !== null) refuseBlocked(proxy.address);
    return await open(target, plan, meter, events);
  } catch (error) {
    throw openFailed(error, meter, events);
  }
}

async function open(
  target: Address,
  plan: TcpPlan,
  meter: Meter,
  events: Events,
): Promise<TcpSocket> {
  const { proxy, tls, connectTimeoutMs, signal, idleTimeoutMs } = plan;
  const begin = performance.now();
  let lookedUp: LookupEvent | undefined;
  const dialed = await dial(proxy?.address ?? target, {
    ...plan.dial,
    onLookup: (event) => {
      lookedUp = event;
      events.emit("lookup", event);
    },
  });
  const base = prepare(dialed, plan);
  const { lookupMs } = dialed.timings;
  let { connectMs } = dialed.timings;
  let tlsMs = 0;
  let conn: Conn = base;
  let info: TlsInfo | null = null;
  const left = () => Math.max(1, connectTimeoutMs - (performance.now() - begin));
  if (proxy !== null) {
    const proxied = performance.now();
    const { tunnelThrough } = await import("./_tunnel_through.ts");
    conn = await tunnelThrough(base, proxy, target, { ...plan.dial, connectTimeoutMs: left() });
    connectMs += performance.now() - proxied;
  }
  events.emit("connect", { address: addressOf(base.remoteAddr), durationMs: connectMs });
  if (tls !== null) {
    const limits = { timeoutMs: left(), signal };
    const done = await upgrade(conn, target.host, tls, limits, formatAddress(target)).done;
    ({ conn, info, tlsMs } = done);
  }
  const timings = { lookupMs, connectMs, tlsMs };
  meter.opened(timings);
  const { host } = target;
  const parts = { kind: "tcp", base, conn, timings, meter, events, host, lookedUp } as const;
  const socket = new ConnSocket({ ...parts, tls: info, idleTimeoutMs }) as TcpSocket;
  if (info !== null) events.emit("secureConnect", info);
  return socket;
}

function prepare({ conn }: Dialed, { noDelay, keepAlive }: TcpPlan): EndedConn {
  if (noDelay) conn.setNoDelay(true);
  if (keepAlive) conn.setKeepAlive(true);
  return conn;
}
