import { currentContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import { NATS_METRICS } from "../metrics.ts";
import { consumeMessages, type ConsumeOptions } from "./consume.ts";
import { USE_MISSING } from "./failure.ts";
import { fetchMessages } from "./fetch.ts";
import type { Host } from "./host.ts";
import type { Api } from "./manager.ts";
import type { JetStreamMessage } from "./message.ts";
import { type PulledConsumer, PullInbox } from "./pull_inbox.ts";

/** Milliseconds that a pull waits for its messages, unless told (the seed's 30 s). */
export const DEFAULT_PULL_TIMEOUT_MS = 30_000;

/** Pulls the messages of one consumer. Pulls of one subscription follow each other. */
export interface PullSubscription {
  /** Name of the stream. */
  readonly stream: string;
  /** Name of the consumer. */
  readonly consumer: string;
  /** Redeliveries of acknowledged messages that were passed over: see the module text. */
  readonly repeated: number;
  /** Whether it was ended, or the connection was. */
  readonly isClosed: boolean;
  /**
   * Up to `batch` messages: those that are there, at once; if there are none, those that come within
   * `timeoutMs`. None is no error.
   *
   * @param batch 1 unless told
   * @param timeoutMs milliseconds, 30,000 unless told
   * @throws {NatsError} 1002, 1003, 1004, 1005, 1032
   */
  pull(batch?: number, timeoutMs?: number): Promise<JetStreamMessage[]>;
  /**
   * The next message.
   *
   * @throws {NatsError} 1007 when none came in time, 1002, 1004, 1005, 1032
   */
  next(timeoutMs?: number): Promise<JetStreamMessage>;
  /**
   * Messages as they come, for `for await`, until the loop is left.
   *
   * @throws {NatsError} 1002, 1003, 1004, 1005, 1032
   */
  consume(options?: ConsumeOptions): AsyncIterableIterator<JetStreamMessage, void, undefined>;
  /** Ends it. The consumer stays. */
  unsubscribe(): void;
}

const known = new WeakSet<PullSubscription>();

/** Whether a value is a subscription of {@link pullSubscription}. */
export function isPullSubscription(value: unknown): value is PullSubscription {
  return typeof value === "object" && value !== null && known.has(value as PullSubscription);
}

/** A subscription that pulls `consumer`. */
export function pullSubscription(
  host: Host,
  api: Api,
  pulled: PulledConsumer,
): PullSubscription {
  const { stream, consumer } = pulled;
  const inbox = new PullInbox(host, api.prefix, pulled);
  const context = `${stream}.${consumer}`;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const exists = () =>
    api.ask(
      { errorCode: 1032, context, missing: USE_MISSING },
      ({ consumers }) => consumers.info(stream, consumer),
    );

  const fetch = async (batch: number, timeoutMs: number): Promise<JetStreamMessage[]> => {
    const { recorder, tags } = currentContext();
    const begun = performance.now();
    try {
      const messages = await fetchMessages(inbox, batch, timeoutMs, exists);
      const place = { recorder, tags: tags.with("stream", stream) };
      const sink = host.series.sink(place, NATS_METRICS.pullDuration, "consumer", consumer);
      sink.add(performance.now() - begun);
      return messages;
    } catch (error) {
      host.series.failed({ recorder, tags }, error);
      throw error;
    }
  };

  const subscription: PullSubscription = {
    stream,
    consumer,
    get repeated() {
      return inbox.repeated;
    },
    get isClosed() {
      return inbox.closed;
    },
    async pull(batch = 1, timeoutMs = DEFAULT_PULL_TIMEOUT_MS) {
      checkPull(batch, timeoutMs, context);
      waiting++;
      const turn = waiting === 1
        ? fetch(batch, timeoutMs)
        : last.then(() => fetch(batch, timeoutMs));
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting--;
      }
    },
    async next(timeoutMs = DEFAULT_PULL_TIMEOUT_MS) {
      const [message] = await subscription.pull(1, timeoutMs);
      if (message !== undefined) return message;
      throw natsError(1007, undefined, `${context} within ${timeoutMs} ms`);
    },
    consume: (options = {}) => consumeMessages(inbox, options, exists),
    unsubscribe: () => inbox.close(),
  };
  known.add(subscription);
  return subscription;
}

function checkPull(batch: unknown, timeoutMs: unknown, context: string): void {
  if (!Number.isInteger(batch) || Number(batch) < 1 || Number(batch) > 1_000_000) {
    throw natsError(1003, undefined, `${context}: batch must be 1 to 1000000: ${String(batch)}`);
  }
  if (typeof timeoutMs !== "number" || !(timeoutMs > 0) || timeoutMs > 86_400_000) {
    const shown = String(timeoutMs);
    throw natsError(
      1003,
      undefined,
      `${context}: timeout must be over 0 ms, at most a day: ${shown}`,
    );
  }
}
