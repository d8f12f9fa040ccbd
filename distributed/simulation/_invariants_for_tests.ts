import type { CoordinatorResult, PartResult } from "./_coordinator_for_tests.ts";
import type { Schedule } from "./_schedule_for_tests.ts";
import type { PartTruth, Truth } from "./_truth_for_tests.ts";
import { type Observed, SPOOL_BYTES } from "./_observed_for_tests.ts";

/** What has no room to wait, beyond the bound of a spool: answers, the last deltas, a line. */
const SPOOL_SLACK_BYTES = 96 * 1024;
/** What parts tell of the error of their clock may be measured anew since they began. */
const REMEASURED = 3;
const EXACT_MS = 5;
/** How far a coordinator that takes over may be off about when the first one had them start: a write, again. */
const TAKEN_OVER_MS = 1500;

/** What is wrong with what came of a schedule; nothing when all holds that must. */
export function violations(schedule: Schedule, observed: Observed): string[] {
  const { truth, results } = observed;
  return [
    ...ends(schedule, observed),
    ...results.flatMap((result) =>
      result.parts.flatMap((part) => [
        ...merging(result, part, truth),
        ...told(result, part, truth),
      ])
    ),
    ...truth.parts().flatMap(([part, what]) => [
      ...executions(part, what),
      ...starts(part, what, truth),
      ...spools(part, what),
    ]),
    ...leftovers(schedule, observed),
  ];
}

/** A run ends, for one coordinator with a verdict; the others were fenced. */
function ends({ incidents }: Schedule, { results, notAttached, staying }: Observed): string[] {
  const verdicts = results.filter(({ how }) => how !== "fenced");
  // Servers that lost the end of a run can't tell it: who missed it gives up by itself, much later,
  // and a coordinator that was away ends it once more.
  const forgotten = incidents.filter((one) => one.what === "servers start" && one.lost).length;
  const isGone = notAttached.includes("run_unknown");
  return [
    ...verdicts.length === 0 && !isGone ? [`the run has no end: ${notAttached.join()}`] : [],
    ...verdicts.filter(({ how }) => how === "ended").length > 1 + forgotten
      ? [`it ended for ${verdicts.map(({ name }) => name).join()}`]
      : [],
    ...verdicts.length === 0 || forgotten > 0
      ? []
      : staying.map((part) => `it is over and still runs on ${part}`),
  ];
}

/** Every sample that a part says it sent is merged once, or the result says what is missing. */
function merging(result: CoordinatorResult, part: PartResult, truth: Truth): string[] {
  const { index, samples, values, completed, lostReason, lines } = part;
  const of = `part ${index} for ${result.name}`;
  const emitted = truth.part(index).samples;
  const found: string[] = [];
  if (samples !== values || samples !== completed) {
    found.push(`${of}: ${samples} samples, ${values} values, ${completed} completed`);
  }
  if (samples > emitted) found.push(`${of}: merged ${samples} of ${emitted} samples`);
  if (result.how === "ended" && lostReason === null && samples !== emitted) {
    found.push(`${of}: merged ${samples} of ${emitted} samples and is not lost`);
  }
  if (lostReason !== null && /torn|protocol/.test(lostReason)) found.push(`${of}: ${lostReason}`);
  if (lines.some((line, i) => i > 0 && line <= lines[i - 1]!)) {
    found.push(`${of}: its lines come as ${lines.join()}`);
  }
  const isWhole = lostReason === null || part.relieved;
  if (result.complete && (part.missing > 0 || !isWhole)) {
    found.push(`${of}: it is not whole (${lostReason}), and the run is called complete`);
  }
  if (result.how === "ended" && !result.complete && result.exitCode === 0) {
    found.push(`${result.name}: incomplete, exit 0`);
  }
  return found;
}

/** Each once-only command runs once, and none of an older coordinator after one of a newer. */
function executions(part: number, { executed, epochs }: PartTruth): string[] {
  const again = [...executed].filter(([, times]) => times > 1);
  const by = (call: string) => [...executed.keys()].filter((key) => key.endsWith(`/0 ${call}`));
  const older = epochs.findIndex((epoch, i) => i > 0 && epoch < epochs[i - 1]!);
  return [
    ...again.map(([what, times]) => `part ${part}: ${what} was done ${times} times`),
    ...["load", "prepare", "start"].filter((call) => by(call).length > 1)
      .map((call) => `part ${part}: ${call} was done by ${by(call).join()}`),
    ...older < 0 ? [] : [`part ${part}: heard epochs ${epochs.slice(0, older + 1).join()}`],
  ];
}

/** All parts start at the same moment, as exactly as they say they know it; later if they don't. */
function starts(part: number, what: PartTruth, { agreedStarts, epochs }: Truth): string[] {
  const { startAt, beganAt, clockErrorMs, joined, startedMeasured } = what;
  if (agreedStarts.length === 0) return startAt.length === 0 ? [] : [`part ${part} began unasked`];
  const takenOverMs = epochs.size > 1 ? TAKEN_OVER_MS : 0;
  const most = REMEASURED * (clockErrorMs ?? Infinity) + EXACT_MS + takenOverMs;
  const isOff = (ms: number) => -ms > most || startedMeasured && ms > most;
  return [
    ...startAt.map((at) => agreedStarts.map((agreed) => at - agreed))
      .filter((off) => off.every(isOff))
      .map((off) => `part ${part}: was to start ${off.join()} ms off, said ±${clockErrorMs}`),
    ...joined ? [] : beganAt.map((at) => Math.min(...agreedStarts) - at)
      .filter((early) => early > most)
      .map((early) => `part ${part}: began ${early} ms early`),
  ];
}

/**
 * When a part began is what it tells, as exactly as it says it knows the time. Where another
 * coordinator took over, it may have gone before it knew the clock of that one.
 */
function told({ name, how }: CoordinatorResult, part: PartResult, truth: Truth): string[] {
  const { index, startedAt, clockErrorMs } = part;
  const { beganAt } = truth.part(index);
  if (how !== "ended" || truth.epochs.size > 1) return [];
  if (startedAt === null || beganAt.length === 0) return [];
  const off = Math.min(...beganAt.map((at) => Math.abs(startedAt - at)));
  if (off <= REMEASURED * (clockErrorMs ?? Infinity) + EXACT_MS) return [];
  return [`part ${index} for ${name}: says it began ${off} ms off, said ±${clockErrorMs}`];
}

function spools(part: number, { spooledBytes }: PartTruth): string[] {
  if (spooledBytes <= SPOOL_BYTES + SPOOL_SLACK_BYTES) return [];
  return [`part ${part}: its spool held ${spooledBytes} bytes`];
}

/**
 * Nothing is left on the bus of a complete run. Where something was lost on the way, or somebody cut
 * off, a record, a start or a claim may come again after all of it is over: that expires.
 */
function leftovers(
  { agents, coordinatorFaults, incidents }: Schedule,
  { results, leftKeys, leftRecords }: Observed,
): string[] {
  const faults = [...agents.map((agent) => agent.faults), coordinatorFaults];
  const lossless = faults.every(({ drop = 0, lostAcks = 0 }) => drop === 0 && lostAcks === 0);
  const whole = results.some(({ how, complete }) => how === "ended" && complete);
  if (!whole || !lossless || incidents.length > 0) return [];
  return [
    ...leftKeys.length === 0 ? [] : [`keys are left: ${leftKeys.join()}`],
    ...leftRecords.map((part) => `records of part ${part} are left`),
  ];
}
