import {
  currentContext,
  type Metric,
  type Recorder,
  type Sink,
  type Tags,
} from "../../metrics/mod.ts";
import { PACKET_METRICS } from "../metrics.ts";

/** Sinks of what is sent for one action. */
export interface ActionSeries {
  readonly packets: Sink;
  readonly bytes: Sink;
  readonly sending: Sink;
}

/**
 * Sinks of all sessions to one endpoint, under the tags of the place that made them. Looked up once:
 * sessions by the thousand share them.
 */
export class EndpointSeries {
  /** Sinks of what came in. */
  readonly received: { readonly packets: Sink; readonly bytes: Sink };
  /** Sinks of waiting for what came in. */
  readonly reading: Sink;
  readonly responding: Sink;
  /** Sinks of the guest. */
  readonly parsing: Sink;
  /** Sinks of connections. */
  readonly connections: Sink;
  readonly connecting: Sink;
  readonly opened: Sink;
  readonly closed: Sink;
  readonly #recorder: Recorder;
  readonly #tags: Tags;
  #lastName = "";
  #last: ActionSeries | null = null;
  readonly #actions = new Map<string, ActionSeries>();
  readonly #counters = new Map<string, Sink>();

  constructor(endpoint: string, transport: string, recorder: Recorder, tags: Tags) {
    this.#recorder = recorder;
    this.#tags = tags.with("endpoint", endpoint).with("transport", transport);
    const sink = (metric: Metric) => recorder.sink(metric, this.#tags);
    this.received = {
      packets: sink(PACKET_METRICS.packetsReceived),
      bytes: sink(PACKET_METRICS.bytesReceived),
    };
    this.reading = sink(PACKET_METRICS.reading);
    this.responding = sink(PACKET_METRICS.responding);
    this.parsing = sink(PACKET_METRICS.parsing);
    this.connections = sink(PACKET_METRICS.connections);
    this.connecting = sink(PACKET_METRICS.connecting);
    this.opened = sink(PACKET_METRICS.opened);
    this.closed = sink(PACKET_METRICS.closed);
  }

  /** The sinks of what is sent for an action: `send:hello`, `flood`, `response`. */
  action(name: string): ActionSeries {
    if (name === this.#lastName) return this.#last!;
    let series = this.#actions.get(name);
    if (series === undefined) {
      const tags = this.#tags.with("action", name);
      const sink = (metric: Metric) => this.#recorder.sink(metric, tags);
      this.#actions.set(
        name,
        series = {
          packets: sink(PACKET_METRICS.packetsSent),
          bytes: sink(PACKET_METRICS.bytesSent),
          sending: sink(PACKET_METRICS.sending),
        },
      );
    }
    this.#lastName = name;
    return this.#last = series;
  }

  /** Counts what has one more tag: a reason, or the function of a guest. */
  count(metric: Metric, tag: "reason" | "function", value: string, times: number = 1): void {
    const key = `${metric.name} ${value}`;
    let sink = this.#counters.get(key);
    if (sink === undefined) {
      this.#counters.set(key, sink = this.#recorder.sink(metric, this.#tags.with(tag, value)));
    }
    sink.add(times);
  }
}

/** What makes the series of endpoints in the place that calls it, one for each. */
export function seriesHere(transport: string): (endpoint: string) => EndpointSeries {
  const { recorder, tags } = currentContext();
  const known = new Map<string, EndpointSeries>();
  return (endpoint) => {
    let series = known.get(endpoint);
    if (series === undefined) {
      known.set(endpoint, series = new EndpointSeries(endpoint, transport, recorder, tags));
    }
    return series;
  };
}
