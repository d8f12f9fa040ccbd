import { isEnding } from "./process.ts";

/** Something that can be measured again and again. */
export interface Subject<S> {
  readonly name: string;
  measure(): Promise<S>;
}

/** The samples of each subject, one a round: null for a round that failed. */
export type Samples<S> = Map<string, (S | null)[]>;

/**
 * Measures subjects in turn, round after round, so that what disturbs the machine for a while
 * disturbs all of them; each round begins with another one.
 *
 * @param describe a sample in a few words, for the log
 */
export async function measureInRounds<S>(
  subjects: readonly Subject<S>[],
  rounds: number,
  describe: (sample: S) => string,
  log: (line: string) => void,
): Promise<Samples<S>> {
  const samples: Samples<S> = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < subjects.length; i++) {
      const subject = subjects[(i + round) % subjects.length]!;
      const where = `round ${round + 1} of ${rounds}: ${subject.name}`;
      let sample: S | null = null;
      try {
        sample = await subject.measure();
        log(`${where} ${describe(sample)}`);
      } catch (error) {
        if (isEnding()) throw error;
        log(`${where}: ${messageOf(error)}`);
      }
      samples.get(subject.name)!.push(sample);
    }
  }
  return samples;
}

/** What went wrong, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
