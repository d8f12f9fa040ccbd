import type { ConsumerInfo } from "@nats-io/jetstream";
import { natsError, type NatsErrorNumber } from "../errors.ts";
import { consumerConfig, type ConsumerOptions, libraryConsumer } from "./consumer_config.ts";
import { requireStream } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Api } from "./manager.ts";
import type { JetStreamMessage } from "./message.ts";
import {
  DEFAULT_PULL_TIMEOUT_MS,
  isPullSubscription,
  type PullSubscription,
  pullSubscription,
} from "./pull_subscription.ts";
import {
  checkPushOptions,
  pushConsumer,
  type PushHandler,
  type PushOptions,
  type PushSubscription,
  pushSubscription,
} from "./push.ts";

/** How consumers are used. */
export interface SubscribeCalls {
  /**
   * Pulls the messages of a consumer, which is made if it isn't there.
   *
   * @param subject what it is to deliver; empty for all
   * @param durable name of the consumer; empty for one that goes when nobody uses it
   * @throws {NatsError} 1004, 1014, 1015, 1030 the consumer pushes, or delivers something else
   */
  pullSubscribe(stream: string, subject?: string, durable?: string): Promise<PullSubscription>;
  /**
   * Up to `batch` messages of a subscription: those that are there, at once; if there are none, those
   * that come within `timeoutMs`.
   *
   * @param batch 1 unless told
   * @param timeoutMs milliseconds, 30,000 unless told
   * @throws {NatsError} 1031 when it is no subscription; else as `PullSubscription.pull`
   */
  pullMessages(
    subscription: PullSubscription,
    batch?: number,
    timeoutMs?: number,
  ): Promise<JetStreamMessage[]>;
  /**
   * Calls `handler` with the messages that a consumer pushes; it is made if it isn't there.
   * A message that the handler hasn't answered when it returns is acknowledged, unless it threw.
   *
   * @param subject what it is to deliver; empty for all
   * @param durable name of the consumer; empty for one that goes when nobody uses it
   * @throws {NatsError} 1004, 1014, 1015, 1033 the consumer is pulled, or delivers something else
   */
  pushSubscribe(
    stream: string,
    subject: string,
    durable: string,
    handler: PushHandler,
    options?: PushOptions,
  ): Promise<PushSubscription>;
}

/** The calls that use consumers. */
export function subscribeCalls(host: Host, api: Api): SubscribeCalls {
  return {
    async pullSubscribe(stream, subject = "", durable = "") {
      requireStream(stream, "pullSubscribe");
      const { name, config } = await bind(api, 1030, stream, subject, durable, {});
      if (config.deliver_subject) throw wrongKind(1030, stream, name, "pushes its messages");
      return pullSubscription(host, api, {
        stream,
        consumer: name,
        subject: subject || stream,
        acknowledged: config.ack_policy !== "none",
      });
    },
    async pullMessages(subscription, batch = 1, timeoutMs = DEFAULT_PULL_TIMEOUT_MS) {
      if (!isPullSubscription(subscription)) {
        throw natsError(1031, undefined, "pullMessages takes what pullSubscribe has returned");
      }
      return await subscription.pull(batch, timeoutMs);
    },
    async pushSubscribe(stream, subject, durable, handler, options = {}) {
      requireStream(stream, "pushSubscribe");
      if (typeof handler !== "function") {
        throw natsError(1003, undefined, `pushSubscribe takes a function: ${String(handler)}`);
      }
      const wanted = pushConsumer(host, checkPushOptions(options));
      const info = await bind(api, 1033, stream, subject, durable, wanted);
      if (!info.config.deliver_subject) {
        throw wrongKind(1033, stream, info.name, "is pulled, it doesn't push");
      }
      return pushSubscription(host, info, subject || stream, handler, options);
    },
  };
}

function wrongKind(errorCode: 1030 | 1033, stream: string, name: string, what: string) {
  return natsError(errorCode, undefined, `the consumer ${stream}.${name} ${what}`);
}

/** Finds a consumer that delivers `subject`, or makes it. */
async function bind(
  api: Api,
  errorCode: NatsErrorNumber,
  stream: string,
  subject: string,
  durable: string,
  extra: ConsumerOptions,
): Promise<ConsumerInfo> {
  const context = durable === "" ? stream : `${stream}.${durable}`;
  const filter = subject === "" ? {} : { filterSubject: subject };
  const named = durable === "" ? {} : { durable };
  const config = consumerConfig({ ...extra, ...filter, ...named });
  return await api.ask({ errorCode, context }, async ({ consumers }) => {
    if (durable !== "") {
      const present = await consumers.info(stream, durable).catch(absent);
      if (present !== null) {
        checkSubject(present, subject, errorCode, context);
        return present;
      }
    }
    return await consumers.add(stream, libraryConsumer(config));
  });
}

function absent(error: unknown): null {
  const { code } = error as { code?: unknown };
  if (code === 10014) return null;
  throw error;
}

function checkSubject(
  { config }: ConsumerInfo,
  subject: string,
  errorCode: NatsErrorNumber,
  context: string,
): void {
  const filters = config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []);
  if (subject === "" || filters.length === 0 || filters.includes(subject)) return;
  const delivers = filters.join(", ");
  throw natsError(errorCode, undefined, `${context} delivers ${delivers}, not ${subject}`);
}
