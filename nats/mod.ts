/**
 * NATS: connections that measure, messaging at the speed of the wire, JetStream.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import nats, { NatsError } from "@downpour/downpour/nats";
 *
 * const load = async (url: string) => {
 *   const conn = await nats.connect({ urls: url });
 *   conn.subscribe("orders.*", "", (message) => void message.respond("got it"));
 *   const reply = await conn.request("orders.new", { id: 7 }, 1000);
 *   await conn.publishMany("events", 1000, "x");
 *   await conn.drain();
 *   return String(reply.data);
 * };
 *
 * await assert.rejects(load("ws://127.0.0.1:9222"), NatsError);
 * await assert.rejects(load("nats://127.0.0.1:1"), { errorCode: 1002 });
 * ```
 *
 * @module
 */
import { connect } from "./connect.ts";
import { consumerConfig, jetStream, streamConfig } from "./jetstream/mod.ts";
import { tlsOptions } from "./tls_options.ts";

export type { NatsConnection, ServerInfo } from "@nats-io/nats-core";
export { DownpourError, OptionError } from "../internal/mod.ts";
export { connect } from "./connect.ts";
export { Connection } from "./connection.ts";
export type { Dependent } from "./dependent.ts";
export type { ConnectionStats } from "./connection_parts.ts";
export {
  NATS_ERROR_NUMBERS,
  NatsError,
  type NatsErrorCode,
  type NatsErrorNumber,
  type NatsReason,
} from "./errors.ts";
export type { Inbound } from "./handler.ts";
export { decodeHeaders, encodeHeaders, type HeadersInput, MessageHeaders } from "./headers.ts";
export * from "./jetstream/mod.ts";
export { type Line, lineOf } from "./line.ts";
export {
  Message,
  type MessageBytes,
  MessageData,
  type Payload,
  type Responder,
} from "./message.ts";
export { NATS_METRICS, NatsSeries, type SubjectName } from "./metrics.ts";
export type { ConnectOptions, Seconds } from "./options.ts";
export type { PayloadOf, PublishOptions } from "./publisher.ts";
export type { RequestOptions } from "./request_options.ts";
export type { MessageFrame } from "./scan.ts";
export type { StampPlace } from "./stamp.ts";
export type { MessageHandler, SubscribeOptions } from "./subscribe_options.ts";
export type { Subscription } from "./subscription.ts";
export { type NatsTlsOptions, tlsOptions } from "./tls_options.ts";

/** The seed's object: `import nats from "k6/x/nats"`. */
const nats: {
  readonly connect: typeof connect;
  readonly jetStream: typeof jetStream;
  readonly streamConfig: typeof streamConfig;
  readonly consumerConfig: typeof consumerConfig;
  readonly tlsOptions: typeof tlsOptions;
} = { connect, jetStream, streamConfig, consumerConfig, tlsOptions };
export default nats;
