import type { ConsumerMessages } from "@nats-io/jetstream";
import { checkNames } from "../../internal/mod.ts";
import { currentContext } from "../../metrics/mod.ts";
import { NATS_METRICS } from "../metrics.ts";
import type { MessageBytes } from "../message.ts";
import { now } from "../stamp.ts";
import {
  configuring,
  count,
  type Field,
  flag,
  listOf,
  moment,
  oneOf,
  subject,
  toWire,
} from "./_checks.ts";
import { ackerOf } from "./acker.ts";
import { jetStreamError, requireStream } from "./failure.ts";
import { type Host, lineOf, NOTHING } from "./host.ts";
import type { Api } from "./manager.ts";
import { JetStreamMessage } from "./message.ts";

/** What an ordered consumer delivers. */
export interface OrderedOptions {
  /** Only messages of these subjects. */
  filterSubjects?: string[];
  /** Where it begins. @default {"all"} */
  deliverPolicy?: "all" | "last" | "new" | "by_start_sequence" | "by_start_time";
  /** First sequence, with `by_start_sequence`. */
  optStartSeq?: number;
  /** First moment, with `by_start_time`: Unix seconds, or a `Date`. */
  optStartTime?: number | Date;
  /** Deliver headers alone. @default {false} */
  headersOnly?: boolean;
  /** Messages asked for ahead. @default {100} */
  batch?: number;
}

const FIELDS: Readonly<Record<Exclude<keyof OrderedOptions, "batch">, Field>> = {
  filterSubjects: { wire: "filter_subjects", check: listOf(subject) },
  deliverPolicy: {
    wire: "deliver_policy",
    check: oneOf("all", "last", "new", "by_start_sequence", "by_start_time"),
  },
  optStartSeq: { wire: "opt_start_seq", check: count },
  optStartTime: { wire: "opt_start_time", check: moment },
  headersOnly: { wire: "headers_only", check: flag },
};

/**
 * Milliseconds of a pull request. After a loss nats.js waits as long until it asks again: its own 30 s
 * would be the gap.
 */
const EXPIRES_MS = 5000;

/** Reads streams in order. */
export interface OrderedCalls {
  /**
   * The messages of a stream in their order, none missing and none twice, for `for await`: when one is
   * missed the consumer is made anew behind the last that came. Nothing is acknowledged.
   *
   * @throws {NatsError} 1003, 1004, 1014, 1015, 1032
   */
  ordered(
    stream: string,
    options?: OrderedOptions,
  ): AsyncGenerator<JetStreamMessage, void, undefined>;
}

/** The calls of ordered consumers: `@nats-io/jetstream`'s, loaded on first use. */
export function orderedCalls(host: Host, api: Api): OrderedCalls {
  return {
    async *ordered(stream, options = {}) {
      requireStream(stream, "ordered");
      const { batch = 100, ...rest } = configuring("ordered", () => {
        checkNames("ordered", options, [...Object.keys(FIELDS), "batch"]);
        return options;
      });
      const wanted = toWire("ordered", rest, FIELDS);
      const open = async (): Promise<ConsumerMessages> =>
        await api.ask({ errorCode: 1032, context: stream }, async (manager) => {
          const consumer = await manager.jetstream().consumers.get(stream, wanted);
          return await consumer.consume({ max_messages: batch, expires: EXPIRES_MS });
        });
      yield* messagesOf(host, stream, await open());
    },
  };
}

async function* messagesOf(
  host: Host,
  stream: string,
  messages: ConsumerMessages,
): AsyncGenerator<JetStreamMessage, void, undefined> {
  const { recorder, tags } = currentContext();
  const tag = host.subjectTag(stream);
  const received = host.series.sink({ recorder, tags }, NATS_METRICS.msgsReceived, "subject", tag);
  const acker = ackerOf(host, lineOf(host.core), null);
  try {
    for await (const message of messages) {
      const { subject, data, headers } = message;
      // Its type leaves out what it has.
      const { reply } = message as typeof message & { readonly reply: string };
      received.add(1);
      const head = headers === undefined ? NOTHING : headerText(headers);
      yield new JetStreamMessage(subject, joined(reply, head, data), now(), acker);
    }
  } catch (error) {
    throw jetStreamError(1032, error, stream);
  } finally {
    await messages.close();
  }
}

const encoder = new TextEncoder();

function headerText(headers: Iterable<[string, string[]]>): Uint8Array {
  let text = "NATS/1.0\r\n";
  for (const [name, values] of headers) {
    for (const value of values) text += `${name}: ${value}\r\n`;
  }
  return encoder.encode(`${text}\r\n`);
}

function joined(replyText: string, head: Uint8Array, data: Uint8Array): MessageBytes {
  const reply = encoder.encode(replyText);
  const start = reply.length;
  const buffer = new Uint8Array(start + head.length + data.length);
  buffer.set(reply);
  buffer.set(head, start);
  buffer.set(data, start + head.length);
  const { length } = buffer;
  return {
    buffer,
    replyStart: 0,
    replyEnd: start,
    headerLength: head.length,
    start,
    end: length,
  };
}
