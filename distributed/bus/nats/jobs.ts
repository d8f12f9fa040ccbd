import { type JetStreamMessage, NatsError, type PullSubscription } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import type { Jobs, TakenJob } from "../bus.ts";
import { checkName, checkSize } from "../subjects.ts";
import { RETRIES } from "./patience.ts";
import type { Tools } from "./tools.ts";

/** How long one request for a job lasts, milliseconds. */
const PULL_MS = 4000;
/** Seconds after which a queue's consumer goes when nobody takes from it: its jobs stay. */
const CONSUMER_S = 3600;

/** Jobs by queue: a work-queue stream with a consumer for each queue. */
export function natsJobs({ link, settings, places, patient, maxBytes }: Tools): Jobs {
  const stream = places.jobs;

  const open = async (queue: string): Promise<PullSubscription> => {
    const filterSubject = places.jobsSubject(queue);
    const { name } = await link.js.addConsumer(stream, {
      durable: places.jobsConsumer(queue),
      filterSubject,
      ackPolicy: "explicit",
      ackWait: settings.ackWaitMs / 1000,
      inactiveThreshold: CONSUMER_S,
    });
    return await link.js.pullSubscribe(stream, filterSubject, name);
  };

  const answer = async (what: string, { reply }: JetStreamMessage, word: string): Promise<void> => {
    await patient({ what, subject: reply }, async () => {
      try {
        await link.connection.request(reply, word, settings.answerMs);
      } catch (error) {
        if (!isUnanswered(error) || await isThere(reply)) throw error;
      }
    });
  };
  /** Whether the consumer of a reply's job is there: with servers that lost it the job went too. */
  const isThere = async (reply: string): Promise<boolean> => {
    const words = reply.split(".");
    const consumer = words[words.length >= 11 ? 5 : 3] ?? "";
    return await link.js.getConsumerInfo(stream, consumer).then(() => true, (error) => {
      if (error instanceof NatsError && [1004, 1005, 1017, 1026].includes(error.errorCode)) {
        return false;
      }
      throw error;
    });
  };

  /** nats-server 2.10.4 or later; those before take it for no answer. */
  const knowsReasons = (): boolean => {
    const [major = 0, minor = 0] = (link.connection.info?.version ?? "").split(".").map(Number);
    return major > 2 || (major === 2 && minor >= 11);
  };

  const taken = (message: JetStreamMessage): TakenJob => {
    const { deliveryCount, streamSequence } = message.info;
    return {
      bytes: new Uint8Array(message.data),
      deliveries: deliveryCount,
      working() {
        if (link.connected) message.inProgress();
      },
      done: () => answer(`done with job ${streamSequence}`, message, "+ACK"),
      refuse: (reason) =>
        answer(
          `refuse job ${streamSequence}`,
          message,
          knowsReasons() ? `+TERM ${reason}` : "+TERM",
        ),
    };
  };

  return {
    async offer(queue, id, given) {
      const subject = places.jobsSubject(checkName("queue", queue));
      checkSize(`job ${id}`, given, maxBytes);
      const bytes = given.slice();
      await patient(
        { what: `offer ${id}`, subject },
        () => link.js.publish(subject, bytes, { msgID: id, retries: RETRIES }),
      );
    },
    async take(queue, signal) {
      checkName("queue", queue);
      let pulled: PullSubscription | null = null;
      const end = () => {
        pulled?.unsubscribe();
        pulled = null;
      };
      signal.addEventListener("abort", end);
      try {
        while (!signal.aborted) {
          const message = await patient(
            { what: `take from ${queue}`, patienceMs: Infinity, signal },
            async () => {
              try {
                pulled ??= await open(queue);
                if (signal.aborted) return undefined;
                const [first] = await pulled.pull(1, PULL_MS);
                return first;
              } catch (error) {
                end();
                if (isGone(error)) return undefined;
                throw error;
              }
            },
          );
          if (message !== undefined && !signal.aborted) return taken(message);
          message?.nak(); // Nobody waits for it any more.
        }
      } catch (error) {
        if (!signal.aborted || !(error instanceof PoolError && error.code === "bus_lost")) {
          throw error;
        }
      } finally {
        signal.removeEventListener("abort", end);
        end();
      }
      return null;
    },
    async remove(queue) {
      const filter = places.jobsSubject(checkName("queue", queue));
      await patient({ what: `remove ${queue}` }, () => link.js.purgeStream(stream, { filter }));
    },
  };
}

/** Whether the consumer went: it is made anew. */
function isGone(error: unknown): boolean {
  return error instanceof NatsError && (error.errorCode === 1005 || error.errorCode === 1026);
}

function isUnanswered(error: unknown): boolean {
  return error instanceof NatsError && error.reason === "no_responders";
}
