import type { Address } from "../address.ts";
import { NetError } from "../errors.ts";

/** A socket for datagrams. `close` makes a pending `receive` reject. */
export interface Datagrams {
  /** Sends one datagram. */
  send(data: Uint8Array, to: Address): Promise<unknown>;
  /** The next datagram. */
  receive(): Promise<{ data: Uint8Array; from: Address }>;
  /** Closes the socket; only once. */
  close(): void;
}

const MAX_DATAGRAM = 65_535;
const MAX_WAITING = 64;

/** Opens a socket by what this process has: Deno's own API needs the unstable feature `net`. */
export function openDatagrams(localIp: string): Promise<Datagrams> {
  // Without the feature the function may be there in name only.
  return typeof Deno.listenDatagram === "function" ? openByDeno(localIp) : openByNode(localIp);
}

/** A socket by `Deno.listenDatagram`. */
// deno-lint-ignore require-await -- what it throws is to be a rejection
export async function openByDeno(localIp: string): Promise<Datagrams> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: localIp, port: 0 });
  const buffer = new Uint8Array(MAX_DATAGRAM);
  return {
    send: (data, { host, port }) => socket.send(data, { transport: "udp", hostname: host, port }),
    async receive() {
      const [data, from] = await socket.receive(buffer);
      const { hostname: host, port } = from as Deno.NetAddr;
      return { data: data.slice(), from: { host, port } };
    },
    close: () => socket.close(),
  };
}

/** A socket by `node:dgram`. The caller makes sure of the permissions: their lack would be uncaught. */
export async function openByNode(localIp: string): Promise<Datagrams> {
  const { createSocket } = await import("node:dgram");
  const socket = createSocket(localIp.includes(":") ? "udp6" : "udp4");
  const waiting: { data: Uint8Array; from: Address }[] = [];
  let reader: PromiseWithResolvers<{ data: Uint8Array; from: Address }> | undefined;
  socket.on("message", (data, { address: host, port }) => {
    const datagram = { data: new Uint8Array(data), from: { host, port } };
    if (reader !== undefined) reader.resolve(datagram);
    else if (waiting.length < MAX_WAITING) waiting.push(datagram);
    reader = undefined;
  });
  const bound = Promise.withResolvers<void>();
  socket.on("error", (error) => {
    bound.reject(error);
    reader?.reject(error);
  });
  socket.bind(0, localIp, bound.resolve);
  await bound.promise;
  return {
    send: (data, { host, port }) =>
      new Promise<void>((resolve, reject) =>
        socket.send(data, port, host, (error) => error ? reject(error) : resolve())
      ),
    receive() {
      const next = waiting.shift();
      if (next !== undefined) return Promise.resolve(next);
      reader = Promise.withResolvers();
      return reader.promise;
    },
    close() {
      socket.close();
      reader?.reject(new NetError("socket_closed", "the socket was closed", { phase: "read" }));
    },
  };
}
