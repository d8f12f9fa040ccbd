import type { Link } from "./link.ts";
import { isTimed, type Traffic } from "./tally.ts";

/** Bytes of a message. */
export const MESSAGE_BYTES = 64;
/** Bytes of a block. */
export const BLOCK_BYTES = 1_000_000;

/** Sends a message, reads it back, and so on. */
export function echo(link: Link): Traffic {
  const message = new Uint8Array(MESSAGE_BYTES).fill(0x61);
  const buffer = new Uint8Array(16_384);
  return async (tally) => {
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
  };
}

/** Writes blocks; counts their bytes. */
export function upload(link: Link): Traffic {
  const block = new Uint8Array(BLOCK_BYTES).fill(0x61);
  return async (tally) => {
    while (!tally.stopped) {
      for (let sent = 0; sent < BLOCK_BYTES;) {
        sent += await link.write(sent === 0 ? block : block.subarray(sent));
      }
      tally.count += BLOCK_BYTES;
    }
  };
}

/** Reads whatever comes into one buffer; counts its bytes. */
export function download(link: Link): Traffic {
  const buffer = new Uint8Array(BLOCK_BYTES);
  return async (tally) => {
    while (!tally.stopped) {
      const count = await link.read(buffer);
      if (count === null) throw new Error("read: the server closed the connection");
      tally.count += count;
    }
  };
}
