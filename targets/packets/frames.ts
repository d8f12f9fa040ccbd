import type { PacketPlan } from "./options.ts";

type Layout = Pick<PacketPlan, "header" | "bodyMax">;

/** The body's length that a header says, which begins at `at` of `bytes`. */
export function bodyLength(bytes: Uint8Array, at: number, { header }: Layout): number {
  const { start, length, endian } = header;
  let value = 0;
  for (let i = 0; i < length; i++) {
    value = value * 256 + bytes[at + start + (endian === "big" ? i : length - 1 - i)]!;
  }
  return value;
}

/** A packet: a header that says how long the body is, and the body. */
export function packetOf(body: Uint8Array, { header }: Layout): Uint8Array<ArrayBuffer> {
  const { size, start, length, endian } = header;
  const packet = new Uint8Array(size + body.length);
  let left = body.length;
  for (let i = 0; i < length; i++) {
    packet[start + (endian === "big" ? length - 1 - i : i)] = left % 256;
    left = Math.floor(left / 256);
  }
  packet.set(body, size);
  return packet;
}

/** A header announces more than there may be. */
export class BodyTooLong extends Error {}

/** Bytes of a stream, put together to packets again. */
export class Frames {
  readonly #layout: Layout;
  #kept = new Uint8Array(0);

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /**
   * Takes the next bytes; what it returns are the packets that they complete, views that hold until
   * the buffer behind `bytes` is written to again.
   *
   * @throws {BodyTooLong} before anything of such a body is kept
   */
  take(bytes: Uint8Array): Uint8Array[] {
    let all = bytes;
    if (this.#kept.length > 0) {
      all = new Uint8Array(this.#kept.length + bytes.length);
      all.set(this.#kept);
      all.set(bytes, this.#kept.length);
    }
    const { header: { size }, bodyMax } = this.#layout;
    const packets: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= size) {
      const length = bodyLength(all, at, this.#layout);
      if (length > bodyMax) throw new BodyTooLong();
      if (all.length - at < size + length) break;
      packets.push(all.subarray(at, at + size + length));
      at += size + length;
    }
    this.#kept = all.slice(at);
    return packets;
  }
}
