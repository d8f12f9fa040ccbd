import type { Context } from "../metrics/mod.ts";
import { NATS_METRICS, type NatsSeries } from "./metrics.ts";

/** Counts how often and how long a connection was away, and what that cost. */
export class Outages {
  /** Times that it was made again. */
  reconnects = 0;
  /** Messages that were lost before they were written. */
  dropped = 0;
  readonly #context: Context;
  readonly #series: NatsSeries;
  #since = 0;

  /** @param context whose tags the samples have */
  constructor(context: Context, series: NatsSeries) {
    this.#context = context;
    this.#series = series;
  }

  /** The connection is lost. */
  begin(): void {
    if (this.#since === 0) this.#since = performance.now();
  }

  /** It is there again. */
  end(): void {
    this.reconnects++;
    this.#series.sink(this.#context, NATS_METRICS.reconnects).add(1);
    const gap = this.#series.sink(this.#context, NATS_METRICS.reconnecting);
    gap.add(performance.now() - this.#since);
    this.#since = 0;
  }

  /** Messages were lost with it. */
  drop(messages: number): void {
    this.dropped += messages;
    const { recorder, tags } = this.#context;
    const place = { recorder, tags: tags.with("reason", "disconnected") };
    this.#series.sink(place, NATS_METRICS.msgsDropped).add(messages);
  }
}
