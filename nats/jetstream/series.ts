import type { Context, Metric, Recorder, Sink, Tags } from "../../metrics/mod.ts";
import { NATS_METRICS, type NatsSeries } from "../metrics.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });

/** What JetStream records besides {@link NATS_METRICS}; `sent = acks + failed + in doubt` at the end. */
export const JETSTREAM_METRICS: Readonly<
  Record<"sent" | "failed" | "inDoubt" | "duplicates" | "retries" | "missing", Metric>
> = {
  /** Messages published to JetStream; one that is sent again counts once. Tag `subject`. */
  sent: counter("nats_js_sent"),
  /** Those that the server refused or nobody took. Tag `subject`. */
  failed: counter("nats_js_failed"),
  /** Those whose acknowledgement never came. Tag `subject`. */
  inDoubt: counter("nats_js_in_doubt"),
  /** Those of `nats_js_acks` that the stream had already. Tag `stream`. */
  duplicates: counter("nats_js_duplicates"),
  /** Messages sent again because no acknowledgement came. Tag `subject`. */
  retries: counter("nats_js_retries"),
  /** Acknowledged messages that `reconcile` found a stream not to hold. Tag `stream`. */
  missing: counter("nats_js_missing"),
};

/** A place that samples are tagged with. */
export type Place = Pick<Context, "recorder" | "tags">;

/** The sinks of the messages published to one subject from one place. */
export interface SubjectSinks {
  readonly recorder: Recorder;
  readonly tags: Tags;
  readonly subject: string;
  readonly msgs: Sink;
  readonly bytes: Sink;
  readonly sent: Sink;
}

/** The sinks of the acknowledgements of one stream to one place. */
interface AckSinks {
  readonly recorder: Recorder;
  readonly tags: Tags;
  readonly stream: string;
  readonly acks: Sink;
  readonly duration: Sink;
}

/** Records what is published; the sinks of the last subject and stream are at hand. */
export class PublishSeries {
  readonly #series: NatsSeries;
  readonly #subjectTag: (subject: string) => string;
  #sent: SubjectSinks | undefined;
  #acked: AckSinks | undefined;

  /** @param subjectTag the value of the tag `subject` */
  constructor(series: NatsSeries, subjectTag: (subject: string) => string) {
    this.#series = series;
    this.#subjectTag = subjectTag;
  }

  /** A message goes out for the first time. */
  sent({ recorder, tags }: Place, subject: string, bytes: number): void {
    let to = this.#sent;
    if (
      to === undefined || to.subject !== subject || to.tags !== tags || to.recorder !== recorder
    ) {
      const sink = (metric: Metric) => this.#subjectSink({ recorder, tags }, metric, subject);
      to = this.#sent = {
        recorder,
        tags,
        subject,
        msgs: sink(NATS_METRICS.msgsSent),
        bytes: sink(NATS_METRICS.bytesSent),
        sent: sink(JETSTREAM_METRICS.sent),
      };
    }
    to.msgs.add(1);
    to.bytes.add(bytes);
    to.sent.add(1);
  }

  /** Its acknowledgement came. */
  acked(place: Place, stream: string, ms: number, duplicate: boolean): void {
    const { recorder, tags } = place;
    let to = this.#acked;
    if (to === undefined || to.stream !== stream || to.tags !== tags || to.recorder !== recorder) {
      const sink = (metric: Metric) => this.#series.sink(place, metric, "stream", stream);
      const acks = sink(NATS_METRICS.jsAcks);
      const duration = sink(NATS_METRICS.publishDuration);
      to = this.#acked = { recorder, tags, stream, acks, duration };
    }
    to.acks.add(1);
    to.duration.add(ms);
    if (duplicate) this.#series.sink(place, JETSTREAM_METRICS.duplicates, "stream", stream).add(1);
  }

  /** It is sent again. */
  retried(place: Place, subject: string): void {
    this.#subjectSink(place, JETSTREAM_METRICS.retries, subject).add(1);
  }

  /** It isn't stored. */
  failed(place: Place, subject: string, error: unknown): void {
    this.#subjectSink(place, JETSTREAM_METRICS.failed, subject).add(1);
    this.#series.failed(place, error);
  }

  /** Nobody knows. */
  inDoubt(place: Place, subject: string, error: unknown): void {
    this.#subjectSink(place, JETSTREAM_METRICS.inDoubt, subject).add(1);
    this.#series.failed(place, error);
  }

  #subjectSink(place: Place, metric: Metric, subject: string): Sink {
    return this.#series.sink(place, metric, "subject", this.#subjectTag(subject));
  }
}
