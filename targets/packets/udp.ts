import type { SocketAddress, UdpSocket } from "../../net/mod.ts";
import type { PacketCounts } from "./counts.ts";
import type { PacketPlan } from "./options.ts";

/** Clients that broadcasts and heartbeats go to; the oldest is forgotten for the next. */
const MAX_PEERS = 16_384;

/** The UDP side of a packet target: each datagram is a packet. */
export class UdpSide {
  readonly #socket: UdpSocket;
  readonly #plan: PacketPlan;
  readonly #counts: PacketCounts;
  readonly #peers = new Map<string, SocketAddress>();

  constructor(socket: UdpSocket, plan: PacketPlan, counts: PacketCounts) {
    this.#socket = socket;
    this.#plan = plan;
    this.#counts = counts;
  }

  /** Answers until the socket is closed. */
  async serve(): Promise<void> {
    const { answer } = this.#plan;
    for await (const { data, address } of this.#socket) {
      this.#counts.packetsIn++;
      this.#counts.bytesIn += data.length;
      this.#remember(address);
      if (answer === "echo") await this.#send(data, address);
      if (answer === "broadcast") await this.sendAll(data);
    }
  }

  /** Sends a datagram to everyone that sent one. */
  async sendAll(data: Uint8Array): Promise<void> {
    for (const peer of this.#peers.values()) await this.#send(data, peer);
  }

  async #send(data: Uint8Array, to: SocketAddress): Promise<void> {
    try {
      this.#counts.bytesOut += await this.#socket.send(data, to);
      this.#counts.packetsOut++;
    } catch { /* closed, or a peer that has left: its own business */ }
  }

  #remember(from: SocketAddress): void {
    const key = `${from.ip} ${from.port}`;
    if (this.#peers.has(key)) return;
    const [oldest] = this.#peers.keys();
    if (this.#peers.size >= MAX_PEERS && oldest !== undefined) this.#peers.delete(oldest);
    this.#peers.set(key, from);
  }
}
