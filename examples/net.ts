/**
 * Three kinds of sockets in one load test: an echo server is loaded over TCP, UDP and a Unix socket.
 *
 *     deno task demo:net
 *
 * does that against a server of its own. To run it against yours:
 *
 *     deno task downpour run examples/net.ts \
 *       -e TCP=10.0.0.5:7 -e UDP=10.0.0.5:7 -e IPC=/run/echo.sock --allow-unix /run/echo.sock
 */
import { check, env, Trend } from "@downpour/downpour";
import { IPC, type Socket, TCP, UDP } from "@downpour/downpour/net";

const common = { executor: "constant-vus", vus: 5, duration: "2s", gracefulStop: "2s" };

export const options = {
  scenarios: {
    tcp: { ...common, exec: "tcp" },
    udp: { ...common, exec: "udp" },
    ipc: { ...common, exec: "ipc" },
  },
  thresholds: {
    checks: ["rate==1"],
    "echo_time{kind:tcp}": ["p(95)<50"],
    "echo_time{kind:udp}": ["p(95)<50"],
    "echo_time{kind:ipc}": ["p(95)<50"],
    net_errors: ["count==0"],
  },
};

const echoTime = new Trend("echo_time", true);
const message = new TextEncoder().encode(
  "a message of sixty-four bytes, which the server sends back ....",
);

/** Ten round trips over a connection of their own. */
export async function tcp(): Promise<void> {
  await using socket = await TCP.open(env.TCP ?? "127.0.0.1:7", { connectTimeoutMs: 2000 });
  await roundTrips(socket);
}

/** The same by datagrams: what gets lost ends the wait after a second. */
export async function udp(): Promise<void> {
  await using socket = await UDP.open(env.UDP ?? "127.0.0.1:7", { idleTimeoutMs: 1000 });
  await roundTrips(socket);
}

/** The same over a Unix socket. */
export async function ipc(): Promise<void> {
  await using socket = await IPC.open(env.IPC ?? "/tmp/echo.sock");
  await roundTrips(socket);
}

async function roundTrips(socket: Socket): Promise<void> {
  const buffer = new Uint8Array(message.length);
  for (let i = 0; i < 10; i++) {
    const begin = performance.now();
    await socket.write(message);
    let received = 0;
    while (received < message.length) {
      const count = await socket.readInto(buffer.subarray(received));
      if (count === null) break;
      received += count;
    }
    echoTime.add(performance.now() - begin, { kind: socket.kind });
    check(received, { "the echo is whole": () => received === message.length });
  }
}

export default tcp;
