/** How often a metric was counted in each step of a saved run. */
export interface Course {
  /** When the load began, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stepMs: number;
  readonly counts: readonly number[];
}

/** What is read of a run's record. */
interface SavedRun {
  readonly startedAt: string;
  readonly timeline: {
    readonly stepMs: number;
    readonly series: readonly {
      readonly metric: string;
      readonly tags: Readonly<Record<string, string>>;
      readonly columns: { readonly sum?: readonly number[] };
    }[];
  };
}

/** The environment of a run that is kept in a folder. */
export function keptIn(folder: string): Record<string, string> {
  return { DOWNPOUR_RUNS: `${folder}/runs` };
}

/** Reads and removes the run that is kept in a folder: the course of a counter of the whole load. */
export async function takeCourse(folder: string, metric: string): Promise<Course> {
  const run: SavedRun = JSON.parse(await Deno.readTextFile(`${folder}/runs/0001/record.json`));
  await Deno.remove(`${folder}/runs`, { recursive: true });
  const { stepMs, series } = run.timeline;
  const whole = series.find((one) => one.metric === metric && Object.keys(one.tags).length === 0);
  if (whole?.columns.sum === undefined) throw new Error(`read the run's timeline: no ${metric}`);
  return { startedAt: Date.parse(run.startedAt), stepMs, counts: whole.columns.sum };
}

/**
 * Counts a second of the whole steps between two times.
 *
 * @throws {Error} when the run has none there; its last step may be shorter and is none
 */
export function ratesBetween(
  { startedAt, stepMs, counts }: Course,
  from: number,
  to: number,
): number[] {
  const [first, end] = [from, to].map((at) => (at - startedAt) / stepMs) as [number, number];
  const steps = counts.slice(Math.ceil(first), Math.floor(end));
  if (steps.length === 0 || Math.floor(end) >= counts.length) {
    throw new Error("read the run's timeline: it is too short");
  }
  return steps.map((count) => count * 1000 / stepMs);
}
