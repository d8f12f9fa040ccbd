import { PacketError } from "../errors.ts";
import type { Field, Payload } from "../plan.ts";
import { type Segment, Stamper } from "./stamps.ts";

/** Copies of a packet that are ready to be written. Nobody else touches them until `release`. */
export interface Block {
  /** What to write. */
  bytes: Uint8Array;
  /** How many copies that is. */
  copies: number;
  /** All copies that there is room for, and a view of them for stamps. */
  readonly room: Uint8Array;
  readonly view: DataView;
}

/** Buffers that are kept for the next write, of each size. */
const MAX_FREE = 64;

/**
 * A packet that is sent over and over: blocks of copies are made once, and again only their stamps
 * are written. Copies without stamps are all the same, so one block does for all sessions.
 */
export class PreparedPacket {
  /** Name in the plan. */
  readonly name: string;
  /** Bytes of one copy. */
  readonly size: number;
  readonly #packet: Uint8Array;
  readonly #stamper: Stamper;
  readonly #most: number;
  /** Blocks nobody writes now, of one copy and of many. */
  readonly #singles: Block[] = [];
  readonly #blocks: Block[] = [];

  /**
   * @param blockBytes most bytes of a block; a longer packet is a block of its own
   * @throws {PacketError} `packet_unknown`: it is empty, or a stamp lies outside of it
   */
  constructor(
    payload: Payload,
    packet: Uint8Array,
    { segment, blockBytes }: { segment?: Segment; blockBytes: number },
  ) {
    const { packet: name, counter, timestamp } = payload;
    if (packet.length === 0) {
      throw new PacketError("packet_unknown", `packet ${name} has no bytes`, { phase: "load" });
    }
    checkStamp("COUNTER", counter, name, packet);
    checkStamp("TIMESTAMP", timestamp, name, packet);
    this.name = name;
    this.size = packet.length;
    this.#packet = packet;
    this.#stamper = new Stamper(counter, timestamp, segment);
    this.#most = Math.max(1, Math.floor(blockBytes / packet.length));
  }

  /** Up to `copies` of the packet, stamped with now. */
  take(copies: number): Block {
    const count = Math.min(copies, this.#most);
    const kept = count === 1 ? this.#singles : this.#blocks;
    const alike = !this.#stamper.active;
    const block = (alike ? kept[0] : kept.pop()) ?? this.#make(kept, count === 1 ? 1 : this.#most);
    if (!alike) this.#stamper.stamp(block.view, this.size, count);
    return block.copies === count ? block : this.#part(block, count, alike);
  }

  /** Takes a block back once it has been written. */
  release(block: Block): void {
    const kept = block.room.length === this.size ? this.#singles : this.#blocks;
    if (this.#stamper.active && kept.length < MAX_FREE) kept.push(block);
  }

  /** The first copies of a block; one that others use as well stays as it is. */
  #part(block: Block, copies: number, alike: boolean): Block {
    const bytes = block.room.subarray(0, copies * this.size);
    if (alike) return { ...block, bytes, copies };
    block.bytes = bytes;
    block.copies = copies;
    return block;
  }

  #make(kept: Block[], copies: number): Block {
    const room = new Uint8Array(copies * this.size);
    for (let i = 0; i < copies; i++) room.set(this.#packet, i * this.size);
    const block = { bytes: room, copies, room, view: new DataView(room.buffer) };
    if (!this.#stamper.active) kept.push(block);
    return block;
  }
}

function checkStamp(what: string, field: Field | null, name: string, packet: Uint8Array): void {
  if (field === null) return;
  const { start, length } = field;
  if (start + length <= packet.length) return;
  throw new PacketError(
    "packet_unknown",
    `${what} ${start}:${length} lies outside of packet ${name}, which has ${packet.length} bytes`,
    { phase: "load" },
  );
}
