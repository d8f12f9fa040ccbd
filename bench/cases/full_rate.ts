import { isEnding } from "../process.ts";
import { measureInRounds, messageOf, type Samples } from "../rounds.ts";
import type { Generator, Load, Sample } from "../sample.ts";

/** The samples of each generator, one a round: none if it didn't run at all. */
export type RateResults = Samples<Sample>;

/**
 * Measures generators in rounds. A short run of each comes first, to fill caches, and is not
 * counted; one that fails in it takes no part.
 */
export async function measureRates(
  generators: readonly Generator[],
  rounds: number,
  load: Load,
  log: (line: string) => void,
): Promise<RateResults> {
  const usable: Generator[] = [];
  for (const generator of generators) {
    try {
      await generator.measure({ ...load, seconds: 1 });
      usable.push(generator);
    } catch (error) {
      if (isEnding()) throw error;
      log(`${generator.name}: ${messageOf(error)}`);
    }
  }
  const samples = await measureInRounds(
    usable.map(({ name, measure }) => ({ name, measure: () => measure(load) })),
    rounds,
    describe,
    log,
  );
  return new Map(generators.map(({ name }) => [name, samples.get(name) ?? []]));
}

function describe({ requestsPerSecond, cpuUsPerRequest }: Sample): string {
  return `${Math.round(requestsPerSecond)}/s, ${cpuUsPerRequest.toFixed(2)} µs CPU each`;
}
