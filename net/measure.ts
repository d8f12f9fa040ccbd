import {
  type Context,
  currentContext,
  type IoBytes,
  type Metric,
  type Owned,
  type Recorder,
  type Sink,
  type SystemTags,
  type Tags,
} from "../metrics/mod.ts";
import type { NetError } from "./errors.ts";
import { k6NetCode } from "./k6_codes.ts";
import type { SocketKind, SocketTimings } from "./socket.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });
const trend = (name: string): Metric => ({ name, type: "trend", contains: "time" });

/** What sockets record, each with the tag `kind`; `net_errors` has `phase`, `error`, `error_code` too. */
export const NET_METRICS: Readonly<
  Record<"sockets" | "connecting" | "lookup" | "tlsHandshaking" | "errors", Metric>
> = {
  /** Sockets opened. */
  sockets: counter("net_sockets"),
  /** Making a connection, without the lookup; a proxy's tunnel included. */
  connecting: trend("net_connecting"),
  /** Resolving a name, where there was one. */
  lookup: trend("net_lookup"),
  /** The TLS handshake, where there was one. */
  tlsHandshaking: trend("net_tls_handshaking"),
  /** Failures of opening, reading and writing. */
  errors: counter("net_errors"),
};

/** Where what happens to one socket is recorded: with the tags of the place that opened it. */
export interface Meter {
  /** Bytes moved. */
  readonly io: IoBytes;
  /** What must not outlive the place that opened it; null where nobody would close it. */
  readonly owned: Owned | null;
  /** The socket is open. */
  opened(timings: SocketTimings): void;
  /** TLS was started on an open socket. */
  secured(tlsMs: number): void;
  /** Opening it, or the socket, failed. */
  failed(error: NetError): void;
}

/** A meter of a mock's socket: it is no load and counts for nobody. */
export function unmeasured(): Meter {
  const ignore = () => {};
  return {
    io: { sent: 0, received: 0 },
    owned: null,
    opened: ignore,
    secured: ignore,
    failed: ignore,
  };
}

/** The meter for a socket that is opened here and now. */
export function meterOf(kind: SocketKind): Meter {
  const context = currentContext();
  return new ContextMeter(context.io.of(kind), context.owned, seriesOf(context, kind));
}

class ContextMeter implements Meter {
  readonly io: IoBytes;
  readonly owned: Owned | null;
  readonly #series: KindSeries;

  constructor(io: IoBytes, owned: Owned | null, series: KindSeries) {
    this.io = io;
    this.owned = owned;
    this.#series = series;
  }

  opened({ lookupMs, connectMs, tlsMs }: SocketTimings): void {
    const series = this.#series;
    series.sink(NET_METRICS.sockets).add(1);
    series.sink(NET_METRICS.connecting).add(connectMs);
    if (lookupMs > 0) series.sink(NET_METRICS.lookup).add(lookupMs);
    if (tlsMs > 0) this.secured(tlsMs);
  }

  secured(tlsMs: number): void {
    this.#series.sink(NET_METRICS.tlsHandshaking).add(tlsMs);
  }

  failed(error: NetError): void {
    this.#series.failed(error);
  }
}

/** The series of one kind of socket under one set of tags. */
class KindSeries {
  readonly #recorder: Recorder;
  readonly #tags: Tags;
  readonly #systemTags: SystemTags;
  readonly #sinks = new Map<Metric, Sink>();

  constructor(recorder: Recorder, tags: Tags, systemTags: SystemTags) {
    this.#recorder = recorder;
    this.#tags = tags;
    this.#systemTags = systemTags;
  }

  sink(metric: Metric): Sink {
    let sink = this.#sinks.get(metric);
    if (sink === undefined) {
      this.#sinks.set(metric, sink = this.#recorder.sink(metric, this.#tags));
    }
    return sink;
  }

  failed({ phase, code }: NetError): void {
    let tags = this.#tags.with("phase", phase ?? "open");
    if (this.#systemTags.has("error")) tags = tags.with("error", code);
    if (this.#systemTags.has("error_code")) {
      tags = tags.with("error_code", String(k6NetCode(code) ?? 1000));
    }
    this.#recorder.sink(NET_METRICS.errors, tags).add(1);
  }
}

/** Most sets of tags of one recorder whose series are kept at hand. */
const MAX_KEPT = 1000;
const kept = new WeakMap<Recorder, Map<Tags, Map<SocketKind, KindSeries>>>();

function seriesOf({ recorder, tags, systemTags }: Context, kind: SocketKind): KindSeries {
  let byTags = kept.get(recorder);
  if (byTags === undefined) kept.set(recorder, byTags = new Map());
  let byKind = byTags.get(tags);
  if (byKind === undefined) {
    if (byTags.size >= MAX_KEPT) byTags.clear();
    byTags.set(tags, byKind = new Map());
  }
  let series = byKind.get(kind);
  if (series === undefined) {
    byKind.set(kind, series = new KindSeries(recorder, tags.with("kind", kind), systemTags));
  }
  return series;
}
