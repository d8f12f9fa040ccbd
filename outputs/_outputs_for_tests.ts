import {
  type Metric,
  Registry,
  type SampleBatch,
  SampleDecoder,
  SampleStream,
} from "../metrics/mod.ts";
import type { OutputMoment, RunInfo, RunOptions, RunOutput } from "../runner/mod.ts";

/** A sample to be written: metric, tags, milliseconds since the epoch, value. */
export type GivenSample = readonly [
  metric: Metric,
  tags: Readonly<Record<string, string>>,
  ms: number,
  value: number,
];

/** Samples as a batch, the way they come from a shard. */
export async function batchOf(samples: readonly GivenSample[]): Promise<SampleBatch> {
  const registry = new Registry();
  let now = 0;
  const stream: SampleStream = new SampleStream(registry, { now: () => now, onFull: () => {} });
  for (const [metric, tags, ms, value] of samples) {
    // Samples that come at once share a time.
    await Promise.resolve();
    now = ms;
    registry.sink(metric, registry.tags.withAll(tags)).add(value);
  }
  return new SampleDecoder(new Registry()).decode(stream.take());
}

/** Writes batches with an output from its start to its end, as a run does; nothing is retried. */
export async function writeAll(
  output: RunOutput,
  batches: readonly SampleBatch[],
  options: Partial<RunOptions> = {},
): Promise<{ puts: { bytes: number; count: number }[] }> {
  const puts: { payload: Uint8Array; count: number }[] = [];
  const outbox = {
    put: (payload: Uint8Array, count: number) => void puts.push({ payload, count }),
  };
  const info = { options: { thresholds: {}, noThresholds: false, ...options } } as RunInfo;
  await output.start?.(info);
  for (const batch of batches) output.addSamples?.(batch, outbox);
  output.flush?.({} as OutputMoment, outbox);
  output.finish?.(null, outbox);
  for (const { payload } of puts) await output.send?.(payload, new AbortController().signal);
  await output.close?.();
  return { puts: puts.map(({ payload, count }) => ({ bytes: payload.length, count })) };
}

/** Calls with the path of a file in a folder that is gone afterwards. */
export async function withFile<T>(name: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await use(`${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
