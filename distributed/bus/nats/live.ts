import { type Message, NatsError } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import type { Live } from "../bus.ts";
import { checkName, checkPattern, checkSize } from "../subjects.ts";
import { refused } from "./failures.ts";
import { checkOpen, untilConnected } from "./link.ts";
import type { Tools } from "./tools.ts";

/** Before a request that nobody listened to is sent again, milliseconds. */
const PAUSE_MS = 50;

/** What is said now: plain subjects. */
export function natsLive({ link, settings, places, patient, maxBytes }: Tools): Live {
  const { connection } = link;
  const { time } = settings;
  const prefix = places.liveSubject("").length;

  return {
    send(name, bytes) {
      const subject = places.liveSubject(checkName("subject", name));
      checkSize(name, bytes, maxBytes);
      checkOpen(link, `send ${name}`);
      // What waits for a connection would come when it is old.
      if (link.connected) connection.publish(subject, bytes.slice());
    },
    async request(name, given, timeoutMs) {
      const what = `request ${name}`;
      const subject = places.liveSubject(checkName("subject", name));
      checkSize(name, given, maxBytes);
      const bytes = given.slice();
      const until = time.now() + timeoutMs;
      for (;;) {
        checkOpen(link, what);
        await untilConnected(link, settings, until - time.now());
        const left = until - time.now();
        checkOpen(link, what);
        try {
          if (left <= 0) throw unanswered(name, timeoutMs);
          const { data } = await connection.request(subject, bytes, left);
          return new Uint8Array(data);
        } catch (error) {
          if (!(error instanceof NatsError)) throw error;
          checkOpen(link, what);
          if (error.reason === "permission_denied") throw refused(what, error);
          if (error.reason !== "no_responders") throw unanswered(name, timeoutMs, error);
          await time.sleep(Math.max(0, Math.min(PAUSE_MS, until - time.now())));
        }
      }
    },
    async handle(name, on, signal) {
      const subject = places.liveSubject(checkPattern("subject", name));
      const heard = async (message: Message): Promise<void> => {
        try {
          const answer = await on(new Uint8Array(message.data), message.subject.slice(prefix));
          if (answer && link.connected) message.respond(answer);
        } catch {
          // No answer is the answer: who asked sees that in its own time.
        }
      };
      if (signal.aborted) return;
      const what = `listen to ${name}`;
      checkOpen(link, what);
      const subscription = connection.subscribe(subject, {
        handler: (message) => void (signal.aborted || heard(message)),
      });
      let refusal: unknown;
      subscription.closed.catch((error) => refusal = error);
      signal.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
      await patient({ what, signal }, () => connection.flushTimeout(settings.answerMs)).catch(
        (error) => {
          if (!signal.aborted) throw error;
        },
      );
      if (refusal !== undefined) throw refused(what, refusal);
    },
  };
}

function unanswered(name: string, timeoutMs: number, cause?: unknown): PoolError {
  return new PoolError("bus_missing", `nobody answers ${name} within ${timeoutMs} ms`, cause);
}
