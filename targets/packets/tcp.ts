import type { PacketCounts } from "./counts.ts";
import { cut } from "./cut.ts";
import { Frames } from "./frames.ts";
import type { PacketPlan } from "./options.ts";

const READ_BYTES = 64 * 1024;
/** Bytes that may wait for a client that reads slowly. */
const MAX_WAITING = 8 * 2 ** 20;

/** The TCP side of a packet target: its clients. */
export class TcpSide {
  readonly #plan: PacketPlan;
  readonly #counts: PacketCounts;
  readonly #clients = new Set<Client>();

  constructor(plan: PacketPlan, counts: PacketCounts) {
    this.#plan = plan;
    this.#counts = counts;
  }

  /** Serves whoever connects, until the listener is closed and every client with it. */
  async serve(listener: Deno.TcpListener): Promise<void> {
    const serving = new Set<Promise<void>>();
    for await (const conn of listener) {
      const client = new Client(conn, this.#plan, this.#counts);
      this.#clients.add(client);
      this.#counts.connections++;
      this.#counts.open++;
      const served = this.#serveOne(client).catch(() => {}).finally(() => {
        client.close();
        this.#clients.delete(client);
        this.#counts.open--;
        serving.delete(served);
      });
      serving.add(served);
    }
    for (const client of this.#clients) client.close();
    await Promise.all(serving);
  }

  /** Sends packets to every client; those that wait for nothing else alone, where `idle`. */
  sendAll(packets: readonly Uint8Array[], { idle = false } = {}): void {
    for (const client of this.#clients) {
      if (!idle || client.waiting === 0) client.send(packets).catch(() => client.close());
    }
  }

  async #serveOne(client: Client): Promise<void> {
    const { answer, deaf } = this.#plan;
    if (deaf) return await client.closed;
    for await (const packets of client.packets()) {
      if (answer === "echo") await client.send(packets);
      if (answer !== "broadcast") continue;
      // It is read on while the others still take these: the next read writes to this buffer.
      this.sendAll(packets.map((packet) => packet.slice()));
      await client.drained;
    }
  }
}

/** One connection: packets in, packets out in the way that the plan says. */
class Client {
  /** Bytes given to `send` that the system has not taken. */
  waiting = 0;
  /** Resolves when all was sent that there is. */
  drained: Promise<void> = Promise.resolve();
  readonly #conn: Deno.TcpConn;
  readonly #plan: PacketPlan;
  readonly #counts: PacketCounts;
  readonly #closing = Promise.withResolvers<void>();
  #sent = 0;
  #open = true;

  constructor(conn: Deno.TcpConn, plan: PacketPlan, counts: PacketCounts) {
    this.#conn = conn;
    this.#plan = plan;
    this.#counts = counts;
    // Small writes are to arrive as they are written.
    conn.setNoDelay(true);
  }

  /** Resolves when it is closed by this side. */
  get closed(): Promise<void> {
    return this.#closing.promise;
  }

  /** What comes, read by read: packets that hold until the next ones are asked for. */
  async *packets(): AsyncGenerator<Uint8Array[]> {
    const frames = new Frames(this.#plan);
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const count = await this.#conn.read(buffer);
      if (count === null) return;
      this.#counts.bytesIn += count;
      let packets: Uint8Array[];
      try {
        packets = frames.take(buffer.subarray(0, count));
      } catch {
        this.#counts.refused++;
        return;
      }
      this.#counts.packetsIn += packets.length;
      if (packets.length > 0) yield packets;
    }
  }

  /** Sends packets behind those that wait; a client that lets too many bytes wait is disconnected. */
  send(packets: readonly Uint8Array[]): Promise<void> {
    const bytes = packets.reduce((sum, { length }) => sum + length, 0);
    if (this.waiting > 0 && this.waiting + bytes > MAX_WAITING) {
      this.#counts.refused++;
      this.close();
    }
    if (!this.#open) return Promise.resolve();
    this.waiting += bytes;
    const sent = this.drained.then(() => this.#write(packets)).finally(() => {
      this.waiting -= bytes;
    });
    this.drained = sent.catch(() => this.close());
    return sent;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closing.resolve();
    try {
      this.#conn.close();
    } catch { /* it closed by itself */ }
  }

  async #write(packets: readonly Uint8Array[]): Promise<void> {
    const { split, header, closeAfter } = this.#plan;
    const left = closeAfter === 0 ? Infinity : closeAfter - this.#sent;
    const whole = packets.slice(0, left);
    this.#sent += whole.length;
    if (whole.length > 0) {
      for (const piece of cut(whole, split, header.size)) {
        await this.#writeAll(piece);
        // So that pieces leave one by one; the system may still hand several to one read.
        if (split !== "whole") await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    this.#counts.packetsOut += whole.length;
    const broken = packets[whole.length];
    if (broken === undefined) return;
    await this.#writeAll(broken.subarray(0, broken.length >> 1));
    this.close();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const count = await this.#conn.write(bytes.subarray(at));
      this.#counts.bytesOut += count;
      at += count;
    }
  }
}
