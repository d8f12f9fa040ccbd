import { formatAddress, NetError, UDP, type UdpSocket } from "../../net/mod.ts";
import { reachable } from "../_address.ts";
import { TargetError } from "../errors.ts";
import { noCounts, type PacketCounts } from "./counts.ts";
import { packetOf } from "./frames.ts";
import { HEARTBEAT_BYTES, type PacketPlan, type PacketTargetOptions, planOf } from "./options.ts";
import { TcpSide } from "./tcp.ts";
import { UdpSide } from "./udp.ts";

/** A running packet target. */
export interface PacketTarget extends AsyncDisposable {
  /** Where TCP and UDP listen, as `host:port`. */
  readonly address: string;
  /** The port of both. */
  readonly port: number;
  /** What passed through it so far. */
  readonly counts: Readonly<PacketCounts>;
}

/** How often a free port of TCP may turn out to be taken of UDP. */
const TRIES = 20;

/**
 * Starts a server of packets: a header that says how long the body is, and the body, over TCP; a
 * datagram each over UDP, on the same port. It echoes or broadcasts what comes, sends heartbeats,
 * and can be as unkind as the options say.
 *
 * @throws {OptionError} for an option that is unknown or out of range
 * @throws {TargetError} `address_in_use` or `listen_failed`
 */
export async function startPackets(options: PacketTargetOptions = {}): Promise<PacketTarget> {
  const plan = planOf(options);
  const { listener, socket } = await listen(plan);
  const { port } = listener.addr;
  const counts = noCounts();
  const tcp = new TcpSide(plan, counts);
  const udp = new UdpSide(socket, plan, counts);
  const serving = [tcp.serve(listener), udp.serve()];
  const stopHeart = beat(plan, (packet) => {
    tcp.sendAll([packet], { idle: true });
    udp.sendAll(packet);
  });
  let ended: Promise<unknown> | undefined;
  return {
    address: formatAddress({ host: reachable(plan.hostname).replace(/^\[|\]$/g, ""), port }),
    port,
    counts,
    async [Symbol.asyncDispose]() {
      ended ??= (() => {
        stopHeart();
        listener.close();
        socket.close();
        return Promise.all(serving);
      })();
      await ended;
    },
  };
}

/** Hands out heartbeats until the returned function is called. */
function beat(plan: PacketPlan, send: (packet: Uint8Array) => void): () => void {
  if (plan.heartbeatMs === 0) return () => {};
  let sequence = 0;
  const timer = setInterval(() => {
    send(packetOf(plan.heartbeat ?? heartbeat(sequence++), plan));
  }, plan.heartbeatMs);
  return () => clearInterval(timer);
}

/** The body of a heartbeat: a ping, its number, and when it is sent. */
function heartbeat(sequence: number): Uint8Array {
  const body = new Uint8Array(HEARTBEAT_BYTES);
  body[0] = 1;
  const view = new DataView(body.buffer);
  view.setUint32(1, sequence);
  view.setBigUint64(5, BigInt(Date.now()));
  return body;
}

/** Binds TCP and UDP to one port. */
async function listen(
  { hostname, port }: PacketPlan,
): Promise<{ listener: Deno.TcpListener; socket: UdpSocket }> {
  for (let tries = 1;; tries++) {
    let listener: Deno.TcpListener | undefined;
    try {
      listener = Deno.listen({ hostname, port });
      return { listener, socket: await UDP.bind({ hostname, port: listener.addr.port }) };
    } catch (cause) {
      listener?.close();
      const taken = cause instanceof Deno.errors.AddrInUse ||
        (cause instanceof NetError && cause.code === "address_in_use");
      if (taken && port === 0 && tries < TRIES) continue;
      const code = taken ? "address_in_use" : "listen_failed";
      throw new TargetError(code, `can't listen on ${hostname}:${port}`, {
        phase: "listen",
        cause,
      });
    }
  }
}
