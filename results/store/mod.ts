/**
 * Kept runs as folders with a number: saved, listed and read.
 *
 * @module
 */
export { folderName, RECORD_FILE, runNumbers, RUNS_FOLDER } from "./folder.ts";
export { type ListedRun, listRuns, numberBefore } from "./list.ts";
export { readRecord, type ReadRun, readRun } from "./read.ts";
export { type SavedRun, type SaveOptions, saveRun } from "./save.ts";
