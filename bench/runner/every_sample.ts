import { downpourCommand, runFlags, summaryValue, takeSummary } from "../downpour.ts";
import { runOk } from "../process.ts";

/** Requests a second with every sample written to a file, and without, in the same round. */
export interface EverySampleRound {
  readonly without: number;
  readonly withSamples: number;
  /** Lines that were written. */
  readonly lines: number;
}

/** One round: `downpour URL` at full rate, twice. */
export async function measureEverySample(
  url: string,
  folder: string,
  seconds: number,
): Promise<EverySampleRound> {
  const file = `${folder}/samples.json`;
  const rate = async (more: string[]): Promise<number> => {
    const summary = `${folder}/every.json`;
    const flags = runFlags({ vus: 64, seconds, shards: 1, summary });
    await runOk([...await downpourCommand(), url, ...flags, ...more], {
      limitSeconds: seconds + 60,
    });
    return summaryValue(await takeSummary(summary), "http_reqs", "rate") ?? 0;
  };
  const without = await rate([]);
  const withSamples = await rate(["--out", `json=${file}`]);
  const lines = await countLines(file);
  await Deno.remove(file);
  return { without, withSamples, lines };
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  using file = await Deno.open(path);
  for await (const chunk of file.readable) {
    for (const byte of chunk) if (byte === 10) lines++;
  }
  return lines;
}
