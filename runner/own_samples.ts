import { type Registry, type SampleBatch, SampleDecoder, SampleStream } from "../metrics/mod.ts";
import { systemClock } from "./clock.ts";

/**
 * Listens to what this process itself records into the registry of totals (`vus`), as to a shard.
 *
 * @returns hands on what came since the last time
 */
export function ownSamples(metrics: Registry, on: (batch: SampleBatch) => void): () => void {
  const decoder = new SampleDecoder(metrics);
  const send = () => {
    if (stream.pending) on(decoder.decode(stream.take()));
  };
  const stream = new SampleStream(metrics, { now: systemClock.now, onFull: send });
  return send;
}
