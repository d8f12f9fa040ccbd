import { isEnding } from "../process.ts";
import type { Generator, Load, Sample } from "../sample.ts";

/** The samples of each generator, one a round: null for a round that failed. */
export type RateResults = Map<string, (Sample | null)[]>;

/**
 * Measures generators in turn, round after round, so that what disturbs the machine for a while
 * disturbs all of them; each round begins with another one. A short run of each comes first, to
 * fill caches, and is not counted.
 */
export async function measureRates(
  generators: readonly Generator[],
  rounds: number,
  load: Load,
  log: (line: string) => void,
): Promise<RateResults> {
  const results: RateResults = new Map(generators.map(({ name }) => [name, []]));
  const usable: Generator[] = [];
  for (const generator of generators) {
    try {
      await generator.measure({ ...load, seconds: 1 });
      usable.push(generator);
    } catch (error) {
      if (isEnding()) throw error;
      log(`${generator.name}: ${message(error)}`);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < usable.length; i++) {
      const generator = usable[(i + round) % usable.length]!;
      let sample: Sample | null = null;
      try {
        sample = await generator.measure(load);
        log(
          `round ${round + 1} of ${rounds}: ${generator.name} ` +
            `${Math.round(sample.requestsPerSecond)}/s, ${
              sample.cpuUsPerRequest.toFixed(2)
            } µs CPU each`,
        );
      } catch (error) {
        if (isEnding()) throw error;
        log(`round ${round + 1} of ${rounds}: ${generator.name}: ${message(error)}`);
      }
      results.get(generator.name)!.push(sample);
    }
  }
  return results;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
