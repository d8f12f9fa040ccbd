import { join } from "node:path";
import { describeError } from "../../internal/mod.ts";
import { RecordError } from "../errors.ts";
import type { RunRecord } from "../record.ts";
import { folderName, RECORD_FILE, runNumbers } from "./folder.ts";
import { readRecord } from "./read.ts";

/** One kept run of a list: its record, or why it can't be read. */
export type ListedRun =
  & { readonly number: number; readonly path: string }
  & (
    | { readonly record: RunRecord; readonly problem: null }
    | { readonly record: null; readonly problem: string }
  );

/**
 * The runs of a folder, newest first, one at a time; one that is damaged is listed with what is wrong.
 *
 * @param most how many of the newest. Default: all
 * @throws {RecordError} `record_unreadable` when the folder can't be read
 */
export async function* listRuns(
  folder: string,
  most: number = Infinity,
): AsyncGenerator<ListedRun> {
  let numbers: number[];
  try {
    numbers = await runNumbers(folder);
  } catch (error) {
    throw new RecordError(
      "record_unreadable",
      `cannot read ${folder}: ${describeError(error)}`,
      error,
    );
  }
  for (const number of numbers.reverse().slice(0, most)) {
    const path = join(folder, folderName(number));
    try {
      yield { number, path, record: await readRecord(join(path, RECORD_FILE)), problem: null };
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      yield { number, path, record: null, problem: error.message };
    }
  }
}

/** The number of the newest run but those from `below` on; null without one. */
export async function numberBefore(folder: string, below: number): Promise<number | null> {
  return (await runNumbers(folder)).filter((number) => number < below).at(-1) ?? null;
}
