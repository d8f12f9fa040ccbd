import type { Payload } from "../plan.ts";
import { PreparedPacket, type Segment, type Step } from "../session/mod.ts";
import { type PacketSendOptions, readPayload } from "./options.ts";
import { findPacket } from "./plan_steps.ts";

/** Packets that are kept ready: beyond them all are prepared anew, and counters begin at 0. */
const MAX_KEPT = 1000;

/** What the packets of a load are looked up in. */
export interface PacketSource {
  readonly packets: Readonly<Record<string, Uint8Array>>;
  readonly transport: "tcp" | "udp";
  readonly segment: Segment;
  readonly blockBytes: number;
}

/**
 * The packets of a load, ready to be sent. Each is prepared once for each way of stamping it, so its
 * counter goes on with the next `send`.
 */
export class PacketShelf {
  readonly #source: PacketSource;
  readonly #kept = new Map<string, PreparedPacket>();

  constructor(source: PacketSource) {
    this.#source = source;
  }

  /**
   * A step that sends a packet.
   *
   * @param packet its name, or its bytes: those are copied, and nothing is kept of them
   * @throws {OptionError} for its options
   * @throws {PacketError} `packet_unknown`
   */
  step(packet: string | Uint8Array, options: PacketSendOptions): Step {
    if (typeof packet === "string") {
      const payload = readPayload(packet, options);
      return this.#stepOf(payload, this.#named(payload));
    }
    const payload = readPayload("bytes", options);
    return this.#stepOf(payload, this.#prepare(payload, { bytes: packet.slice() }));
  }

  #stepOf({ packet, copies }: Payload, prepared: PreparedPacket): Step {
    return { packet: prepared, copies, action: `send:${packet}` };
  }

  #named(payload: Payload): PreparedPacket {
    const { packet, counter, timestamp } = payload;
    const key = JSON.stringify([packet, counter, timestamp]);
    let prepared = this.#kept.get(key);
    if (prepared === undefined) {
      prepared = this.#prepare(payload, this.#source.packets);
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(key, prepared);
    }
    return prepared;
  }

  #prepare(payload: Payload, packets: Readonly<Record<string, Uint8Array>>): PreparedPacket {
    const { transport, segment, blockBytes } = this.#source;
    const bytes = findPacket(packets, payload.packet, transport);
    return new PreparedPacket(payload, bytes, { segment, blockBytes });
  }
}
