import { formatAddress, IPC, TCP, UDP } from "../net/mod.ts";
import type { StreamServer, StreamSocket, UdpSocket } from "../net/mod.ts";

/** What an echo target listens on. */
export interface EchoOptions {
  /** Address of the TCP and the UDP side. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port of both; 0 picks a free one for each. @default {0} */
  port?: number;
  /** Path of a Unix socket; without it there is none. */
  path?: string;
}

/** A running echo target. */
export interface EchoTarget extends AsyncDisposable {
  /** Where TCP listens, for `TCP.open`. */
  readonly tcp: string;
  /** Where UDP listens, for `UDP.open`. */
  readonly udp: string;
  /** The Unix socket, for `IPC.open`; null without one. */
  readonly ipc: string | null;
}

/**
 * Starts a server that sends back what it gets: over TCP (RFC 862), UDP and, with `path`, a Unix
 * socket.
 *
 * @throws {NetError} `address_in_use`, `address_invalid`, `permission_denied`
 */
export async function startEcho(options: EchoOptions = {}): Promise<EchoTarget> {
  const { hostname = "127.0.0.1", port = 0, path } = options;
  await using stack = new AsyncDisposableStack();
  const tcp = stack.use(TCP.listen({ hostname, port }));
  const udp = stack.use(await UDP.bind({ hostname, port }));
  const ipc = path === undefined ? null : stack.use(IPC.listen(path));
  const open = new Set<StreamSocket>();
  const serving = [serve(tcp, open), answer(udp), ...(ipc === null ? [] : [serve(ipc, open)])];
  const owned = stack.move();
  return {
    tcp: tcp.address,
    udp: formatAddress({ host: udp.localAddress.ip, port: udp.localAddress.port }),
    ipc: ipc?.address ?? null,
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
      for (const socket of open) socket.close();
      await Promise.all(serving);
    },
  };
}

async function serve(server: StreamServer<StreamSocket>, open: Set<StreamSocket>): Promise<void> {
  for await (const socket of server) {
    open.add(socket);
    echo(socket).catch(() => {}).finally(() => {
      socket.close();
      open.delete(socket);
    });
  }
}

async function echo(socket: StreamSocket): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const count = await socket.readInto(buffer);
    if (count === null) return await socket.closeWrite();
    await socket.write(buffer.subarray(0, count));
  }
}

async function answer(socket: UdpSocket): Promise<void> {
  for await (const { data, address } of socket) {
    await socket.send(data, address).catch(() => {}); // A peer that has left is its own business.
  }
}
