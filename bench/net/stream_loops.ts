import type { Link } from "./link.ts";
import { isTimed, type Tally } from "./tally.ts";

/** Bytes of a message. */
export const MESSAGE_BYTES = 64;
/** Bytes of a block. */
export const BLOCK_BYTES = 1_000_000;

/** Sends a message, reads it back, and so on. */
export async function echo(link: Link, tally: Tally): Promise<void> {
  const message = new Uint8Array(MESSAGE_BYTES).fill(0x61);
  const buffer = new Uint8Array(16_384);
  for (let sequence = 0; !tally.stopped; sequence++) {
    const timed = isTimed(sequence);
    const sentAt = timed ? performance.now() : 0;
    for (let sent = 0; sent < MESSAGE_BYTES;) {
      sent += await link.write(sent === 0 ? message : message.subarray(sent));
    }
    for (let got = 0; got < MESSAGE_BYTES;) {
      const count = await link.read(buffer);
      if (count === null) throw new Error("read: the server closed the connection");
      got += count;
    }
    if (timed) tally.latencies.push(performance.now() - sentAt);
    tally.count++;
  }
  link.close();
}

/** Writes blocks; counts their bytes. */
export async function upload(link: Link, tally: Tally): Promise<void> {
  const block = new Uint8Array(BLOCK_BYTES).fill(0x61);
  while (!tally.stopped) {
    for (let sent = 0; sent < BLOCK_BYTES;) {
      sent += await link.write(sent === 0 ? block : block.subarray(sent));
    }
    tally.count += BLOCK_BYTES;
  }
  link.close();
}

/** Reads whatever comes into one buffer; counts its bytes. */
export async function download(link: Link, tally: Tally): Promise<void> {
  const buffer = new Uint8Array(BLOCK_BYTES);
  while (!tally.stopped) {
    const count = await link.read(buffer);
    if (count === null) throw new Error("read: the server closed the connection");
    tally.count += count;
  }
  link.close();
}
