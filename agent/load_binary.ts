import {
  type BinaryCounts,
  type BinaryOptions,
  type BinaryOutcome,
  runBinary,
} from "./binary/mod.ts";
import type { LoadCounts, LoadEnd, LoadHooks } from "./load_end.ts";

/** Runs one job of an uploaded binary as `runBinary` does, for whoever runs jobs of any kind. */
export async function runBinaryJob(
  options: Omit<BinaryOptions, "onResults" | "onProgress"> & LoadHooks,
): Promise<LoadEnd> {
  const { push, onCounts, ...rest } = options;
  const outcome = await runBinary({
    ...rest,
    onResults: (batch) => push(batch),
    onProgress: (counts) => onCounts(countsOf(counts)),
  });
  const { error, counts } = outcome;
  return { error, counts: countsOf(counts), exitCode: null, notes: notesOf(outcome) };
}

function countsOf({ calls, callErrors, printed, rejected, dropped }: BinaryCounts): LoadCounts {
  return { calls, callErrors, printed, rejected, dropped };
}

function notesOf(outcome: BinaryOutcome): string[] {
  const { counts, rejections, strays, outputHeld, logLost } = outcome;
  const notes: string[] = [];
  for (const { line, reason, text } of rejections.slice(0, 3)) {
    notes.push(`line ${line} is no result (${reason}): ${text}`);
  }
  if (counts.unanswered > 0) notes.push(`${counts.unanswered} calls were not answered`);
  if (strays > 0) notes.push(`${strays} processes that had left its group were killed`);
  if (outputHeld) notes.push("its standard output was given up: somebody held it open");
  if (logLost > 0) notes.push(`${logLost} bytes did not fit into its logs`);
  return notes;
}
