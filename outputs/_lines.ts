import type { SampleBatch, Series } from "../metrics/mod.ts";
import type { Outbox, RunInfo, RunOutput } from "../runner/mod.ts";
import { Chunk } from "./_chunk.ts";
import { fileSink, isStdout } from "./_file.ts";

/** Lines are handed over behind each batch, where they are this much; and whenever they are so much. */
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;
/** A second and more of a fast generator's lines: its bursts come in megabytes. */
const QUEUE_BYTES = 64 * 1024 * 1024;

/** How the lines of a file of samples look. */
export interface LineFormat {
  /** Told of the run before the first line; the text is written before it. */
  start(info: RunInfo): string;
  /** Writes one sample as a line; what is the same for the next may wait until then. */
  line(chunk: Chunk, series: Series, time: number, value: number): void;
  /** Ends the last line, before the chunk goes. */
  end?(chunk: Chunk): void;
}

/** An output that writes every sample as a line of a file. */
export function lineFile(kind: string, path: string, format: LineFormat): RunOutput {
  const file = fileSink(path);
  const chunk = new Chunk();
  let held = 0;
  const put = (outbox: Outbox) => {
    if (chunk.length === 0) return;
    format.end?.(chunk);
    outbox.put(chunk.take(), held);
    held = 0;
  };
  return {
    name: `${kind} (${isStdout(path) ? "standard output" : path})`,
    samples: true,
    lossFails: true,
    limits: { queueBytes: QUEUE_BYTES },
    async start(info) {
      const header = format.start(info);
      await file.open();
      if (header !== "") await file.write(new TextEncoder().encode(header));
    },
    addSamples({ length, series, times, values }: SampleBatch, outbox) {
      for (let i = 0; i < length; i++) {
        format.line(chunk, series[i]!, times[i]!, values[i]!);
        held++;
        if (chunk.length >= MOST_BYTES) put(outbox);
      }
      if (chunk.length >= LEAST_BYTES) put(outbox);
    },
    flush: (_moment, outbox) => put(outbox),
    async send(payload) {
      await file.write(payload);
      chunk.recycle(payload);
    },
    close: () => file.close(),
  };
}
