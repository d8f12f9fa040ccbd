import {
  currentContext,
  type Metric,
  type Recorder,
  type Sink,
  type Tags,
} from "../metrics/mod.ts";
import type { WrpcError } from "./errors.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });
const bytes = (name: string): Metric => ({ name, type: "counter", contains: "data" });

/** What transports record, each with the tag `transport`: `tcp`, `unix`, `nats`. */
export const WRPC_TRANSPORT_METRICS: Readonly<
  Record<
    "error" | "connecting" | "invocationsOut" | "invocationsIn" | "bytesOut" | "bytesIn",
    Metric
  >
> = {
  /** Invocations that failed, on either side; tags `code` and `phase`. */
  error: counter("wrpc_transport_error"),
  /** Making a connection, in ms: lookup and TLS included. */
  connecting: { name: "wrpc_transport_connecting", type: "trend", contains: "time" },
  /** Invocations that were sent. */
  invocationsOut: counter("wrpc_transport_invocations_out"),
  /** Invocations that were served. */
  invocationsIn: counter("wrpc_transport_invocations_in"),
  /** Bytes that were sent, framing included. */
  bytesOut: bytes("wrpc_transport_bytes_out"),
  /** Bytes that were received, framing included. */
  bytesIn: bytes("wrpc_transport_bytes_in"),
};

/** Names of `WRPC_TRANSPORT_METRICS`. */
type Name = keyof typeof WRPC_TRANSPORT_METRICS;

/** Records of one transport in one place: a virtual user with its tags. */
export class TransportMeter {
  readonly #recorder: Recorder;
  readonly #tags: Tags;
  readonly #sinks = new Map<Name, Sink>();

  constructor(recorder: Recorder, tags: Tags) {
    this.#recorder = recorder;
    this.#tags = tags;
  }

  /** Adds a sample. */
  add(name: Name, value: number): void {
    let sink = this.#sinks.get(name);
    if (sink === undefined) {
      sink = this.#recorder.sink(WRPC_TRANSPORT_METRICS[name], this.#tags);
      this.#sinks.set(name, sink);
    }
    sink.add(value);
  }

  /** An invocation failed. */
  failed({ code, phase }: WrpcError): void {
    const tags = this.#tags.with("code", code).with("phase", phase);
    this.#recorder.sink(WRPC_TRANSPORT_METRICS.error, tags).add(1);
  }
}

/** Most sets of tags of one recorder whose meters are kept at hand. */
const MAX_KEPT = 1000;
const kept = new WeakMap<Recorder, Map<Tags, Map<string, TransportMeter>>>();

/** The meter of a transport here and now. @param kind the tag `transport` */
export function transportMeter(kind: string): TransportMeter {
  const { recorder, tags } = currentContext();
  let byTags = kept.get(recorder);
  if (byTags === undefined) kept.set(recorder, byTags = new Map());
  let byKind = byTags.get(tags);
  if (byKind === undefined) {
    if (byTags.size >= MAX_KEPT) byTags.clear();
    byTags.set(tags, byKind = new Map());
  }
  let meter = byKind.get(kind);
  if (meter === undefined) {
    byKind.set(kind, meter = new TransportMeter(recorder, tags.with("transport", kind)));
  }
  return meter;
}
