/**
 * JetStream: streams, consumers, publishing with acknowledgements, key-value and object stores.
 *
 * Publishing and pulling are our own, over the connection's frames; managing streams and consumers,
 * ordered consumers and the stores are `@nats-io/jetstream`'s, `kv`'s and `obj`'s, loaded on first use.
 *
 * What a consumer delivers again although it was acknowledged (the acknowledgement was lost with a
 * connection or a leader) is acknowledged again and passed over: `PullSubscription.repeated`.
 *
 * @module
 */
export type { Delivery } from "./ack_subject.ts";
export type { ConsumeOptions } from "./consume.ts";
export {
  consumerConfig,
  type ConsumerOptions,
  type WireConsumerConfig,
} from "./consumer_config.ts";
export type { ConsumerCalls } from "./consumers.ts";
export { JetStreamFailure, type JetStreamFailureCode } from "./failure.ts";
export type {
  AccountInfo,
  ClusterInfo,
  ConsumerInfo,
  PurgeOptions,
  SequenceInfo,
  ServerConfig,
  StreamInfo,
} from "./info.ts";
export type {
  KeyValue,
  KeyValueEntry,
  KeyValueOptions,
  ObjectInfo,
  ObjectStore,
  ObjectStoreOptions,
  StoreIterator,
} from "./store_types.ts";
export { type JetStream, jetStream, type JetStreamOptions } from "./jetstream.ts";
export { describeDoubts, type InDoubt, type LedgerEntry } from "./ledger.ts";
export type { ApiOptions } from "./manager.ts";
export { type Acker, JetStreamMessage } from "./message.ts";
export type { OrderedCalls, OrderedOptions } from "./ordered.ts";
export type { ApiFailure, PubAck } from "./pub_ack.ts";
export type { PubAckFuture, PublishCalls } from "./publish.ts";
export type {
  PublishExpectations,
  PublishOptions,
  PublishOptions as JetStreamPublishOptions,
} from "./publish_options.ts";
export type { PullSubscription } from "./pull_subscription.ts";
export type { PushHandler, PushOptions, PushSubscription } from "./push.ts";
export type { MissingRange, ReconcileCalls, Reconciliation } from "./reconcile.ts";
export type { SequenceRange } from "./sequence_log.ts";
export { JETSTREAM_METRICS } from "./series.ts";
export type { StoreCalls } from "./stores.ts";
export { streamConfig, type StreamOptions, type WireStreamConfig } from "./stream_config.ts";
export type { StoredMessage, StreamCalls } from "./streams.ts";
export type { SubscribeCalls } from "./subscribe.ts";
