import { natsError } from "../errors.ts";
import type { HeadersInput } from "../headers.ts";
import { encodeHeaders } from "../headers.ts";
import type { Payload } from "../message.ts";
import { payloadBytes } from "../payload.ts";
import { jetStreamError } from "./failure.ts";
import { type Host, type Line, NOTHING } from "./host.ts";
import type { Acker } from "./message.ts";
import type { Seen } from "./seen.ts";

/** Answers for the messages of one subscription. @param seen remembers what was acknowledged */
export function ackerOf({ core }: Host, line: Line, seen: Seen | null): Acker {
  return {
    answer: (reply, word) => line.answer(reply, word),
    async confirm(reply, word, timeoutMs) {
      try {
        await core.request(reply, word, { timeout: timeoutMs });
      } catch (error) {
        const failed = jetStreamError(1006, error, "ackAck");
        // Nobody listens for it any more.
        throw failed.errorCode === 1014 ? natsError(1005, failed, "ackAck") : failed;
      }
    },
    acked(message) {
      seen?.add(message.seq);
    },
    publish(subject: string, data?: Payload, options: { headers?: HeadersInput } = {}) {
      if (subject === "") throw natsError(1008);
      const { headers } = options;
      line.send(
        subject,
        NOTHING,
        headers === undefined ? NOTHING : encodeHeaders(headers),
        payloadBytes(data),
      );
    },
  };
}
