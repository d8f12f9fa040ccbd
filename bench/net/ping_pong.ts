import type { DatagramLink } from "./link.ts";
import { MESSAGE_BYTES } from "./streams.ts";
import { isTimed, type Traffic } from "./tally.ts";

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
export function pingPong(link: DatagramLink, watch: Watch = watchByClock): Traffic {
  const [message, answer] = [0, 0].map(() => new Uint32Array(MESSAGE_BYTES / 4)) as Pair;
  const bytes = new Uint8Array(message.buffer);
  const buffer = new Uint8Array(answer.buffer);

  const play: Traffic = async (tally) => {
    while (!tally.stopped) {
      const sequence = ++message[0]!;
      const timed = isTimed(sequence);
      const sentAt = timed ? performance.now() : 0;
      await link.write(bytes);
      do await link.read(buffer); while (answer[0] !== sequence);
      if (timed) tally.latencies.push(performance.now() - sentAt);
      tally.count++;
    }
  };

  return async (tally) => {
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
      await Promise.race([play(tally), silent.promise]);
    } finally {
      endWatch();
    }
  };
}

type Pair = [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];

function watchByClock(check: () => void): () => void {
  const timer = setInterval(check, PATIENCE_MS);
  return () => clearInterval(timer);
}
