import type { Context, Metric, Sink } from "../../metrics/mod.ts";

/** What blasters record, under xk6-wrpc's names, with the tags of the place and the blaster. */
export const WRPC_BLASTER_METRICS: Readonly<
  Record<"operation" | "transportError" | "duration", Metric>
> = {
  /** Packets that were sent, or tried to. */
  operation: { name: "wrpc_blaster_operation", type: "counter", contains: "default" },
  /** Those that weren't answered; tag `code`: why. */
  transportError: { name: "wrpc_blaster_transport_error", type: "counter", contains: "default" },
  /** From sending a packet to its answer, in ms; of those that were answered. */
  duration: { name: "wrpc_blaster_duration", type: "trend", contains: "time" },
};

/** Where the samples of one place and one set of tags go. */
export interface BlasterSamples {
  readonly operation: Sink;
  readonly duration: Sink;
  failed(code: string): void;
}

type Place = Pick<Context, "recorder" | "tags">;

/** Samples of a place; made anew when the place isn't that of the last time. */
export class BlasterSeries {
  readonly #own: Readonly<Record<string, string>>;
  #last: { readonly place: Place; readonly samples: BlasterSamples } | null = null;

  /** @param own tags of the blaster */
  constructor(own: Readonly<Record<string, string>>) {
    this.#own = own;
  }

  /** @param more tags of one packet */
  at({ recorder, tags }: Place, more?: Readonly<Record<string, string>>): BlasterSamples {
    const last = this.#last;
    if (more !== undefined) return samplesOf({ recorder, tags }, { ...this.#own, ...more });
    if (last?.place.recorder === recorder && last.place.tags === tags) return last.samples;
    const samples = samplesOf({ recorder, tags }, this.#own);
    this.#last = { place: { recorder, tags }, samples };
    return samples;
  }
}

function samplesOf({ recorder, tags }: Place, own: Readonly<Record<string, string>>) {
  const all = tags.withAll(own);
  const { operation, transportError, duration } = WRPC_BLASTER_METRICS;
  return {
    operation: recorder.sink(operation, all),
    duration: recorder.sink(duration, all),
    failed: (code: string) => recorder.sink(transportError, all.with("code", code)).add(1),
  };
}
