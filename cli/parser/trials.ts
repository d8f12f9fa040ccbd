import { seededRandom } from "../../internal/mod.ts";

/** A packet to try a parser with. */
export interface Trial {
  /** What it is, for messages. */
  readonly name: string;
  readonly packet: Uint8Array;
}

/** A packet whose header says how long its body is, big-endian in the last bytes of the header. */
export function framed(header: number, body: number, fill = 0): Uint8Array {
  const packet = new Uint8Array(header + body).fill(fill);
  writeLength(packet, header, body);
  if (body > 0 && fill === 0) packet[header] = 1;
  return packet;
}

const SIZES = [0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 255, 256, 1023, 1024, 65_535];
const RANDOM = 400;

/** Random and hostile packets: whole ones, cut ones, and such whose length is a lie. */
export function* trials(header: number, sample: Uint8Array | null, seed: number): Generator<Trial> {
  for (const size of SIZES) {
    yield { name: `a framed body of ${size} zeros`, packet: framed(header, size) };
    yield { name: `a framed body of ${size} × 0xff`, packet: framed(header, size, 255) };
    yield { name: `${size} bytes of 0xff`, packet: new Uint8Array(size).fill(255) };
    yield { name: `${size} zeros`, packet: new Uint8Array(size) };
  }
  for (const lie of [0, 1, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    const packet = framed(header, 64);
    writeLength(packet, header, lie);
    yield { name: `64 bytes whose header says ${lie}`, packet };
  }
  const base = sample ?? framed(header, 64);
  for (let cut = 0; cut < Math.min(base.length, 256); cut++) {
    yield { name: `the packet cut to ${cut} bytes`, packet: base.slice(0, cut) };
  }
  const random = seededRandom(seed);
  for (let i = 0; i < RANDOM; i++) {
    const packet = base.slice();
    for (let flips = 1 + Math.floor(random() * 4); flips > 0 && packet.length > 0; flips--) {
      packet[Math.floor(random() * packet.length)] = Math.floor(random() * 256);
    }
    yield { name: `change ${i} of the packet`, packet };
    const noise = Uint8Array.from(
      { length: Math.floor(random() * 2048) },
      () => Math.floor(random() * 256),
    );
    yield { name: `noise ${i}`, packet: noise };
  }
}

function writeLength(packet: Uint8Array, header: number, value: number): void {
  let left = value;
  for (let at = header - 1; at >= Math.max(0, header - 4); at--) {
    packet[at] = left % 256;
    left = Math.floor(left / 256);
  }
}
