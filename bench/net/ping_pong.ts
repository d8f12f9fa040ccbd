import type { DatagramLink } from "./link.ts";
import { MESSAGE_BYTES } from "./stream_loops.ts";
import { isTimed, type Tally } from "./tally.ts";

/** Longest wait for an answer before its datagram is sent again. */
const PATIENCE_MS = 100;
/** How often one datagram is sent again. */
const MAX_RESENT = 50;

/** Calls `check` now and then; returns what ends that. */
type Watch = (check: () => void) => () => void;

/**
 * Sends a datagram, reads it back, and so on. One that got lost is sent again; its number tells the
 * answers that come late.
 */
export async function pingPong(
  link: DatagramLink,
  tally: Tally,
  watch: Watch = watchByClock,
): Promise<void> {
  const message = new Uint32Array(MESSAGE_BYTES / 4);
  const bytes = new Uint8Array(message.buffer);
  const silent = Promise.withResolvers<never>();
  let [lastSeen, resent] = [-1, 0];
  const endWatch = watch(() => {
    if (message[0] !== lastSeen) [lastSeen, resent] = [message[0]!, 0];
    else if (resent++ >= MAX_RESENT) silent.reject(new Error("read: the server fell silent"));
    else {
      tally.resent++;
      link.write(bytes).catch(silent.reject);
    }
  });
  try {
    await Promise.race([loop(link, message, tally), silent.promise]);
  } finally {
    endWatch();
    link.close();
  }
}

/** @param message its first number is that of the message under way */
async function loop(link: DatagramLink, message: Uint32Array, tally: Tally): Promise<void> {
  const bytes = new Uint8Array(message.buffer);
  const answer = new Uint32Array(message.length);
  const buffer = new Uint8Array(answer.buffer);
  for (let sequence = 1; !tally.stopped; sequence++) {
    const timed = isTimed(sequence);
    const sentAt = timed ? performance.now() : 0;
    message[0] = sequence;
    await link.write(bytes);
    do await link.read(buffer); while (answer[0] !== sequence);
    if (timed) tally.latencies.push(performance.now() - sentAt);
    tally.count++;
  }
}

function watchByClock(check: () => void): () => void {
  const timer = setInterval(check, PATIENCE_MS);
  return () => clearInterval(timer);
}
