import type { Metric, MetricContents, MetricType } from "./metric.ts";
import type { Registry } from "./registry.ts";
import type { SampleBatch } from "./sample_batch.ts";
import { SampleStream } from "./sample_stream.ts";

/** A sample as tests compare it: metric, tags as text, microseconds since the epoch, value. */
export type PlainSample = readonly [metric: string, tags: string, time: number, value: number];

/** A metric in few words. */
export function metricOf(
  name: string,
  type: MetricType = "trend",
  contains: MetricContents = "default",
): Metric {
  return { name, type, contains };
}

/** A batch, taken apart. */
export function plainSamples({ length, series, times, values }: SampleBatch): PlainSample[] {
  return Array.from({ length }, (_, i) => {
    const { metric, tags } = series[i]!;
    const text = tags.entries.map(([name, value]) => `${name}=${value}`).join();
    return [metric.name, text, Math.round(times[i]! * 1000), values[i]!];
  });
}

/** A stream whose clock is moved by hand, and that calls nobody when it is full. */
export function handStream(
  registry: Registry,
  given: { onFull?: (stream: SampleStream) => void } = {},
): { stream: SampleStream; at: { ms: number; move(ms: number): Promise<void> } } {
  const at = {
    ms: 0,
    /** Sets the clock, behind the samples that share a time. */
    async move(ms: number) {
      await Promise.resolve();
      at.ms = ms;
    },
  };
  const stream: SampleStream = new SampleStream(registry, {
    now: () => at.ms,
    onFull: () => given.onFull?.(stream),
  });
  return { stream, at };
}
