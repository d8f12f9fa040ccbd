/**
 * Kept runs as folders with a number: saved, listed and read.
 *
 * @module
 */
export { RUNS_FOLDER } from "../../internal/mod.ts";
export { folderName, RECORD_FILE, runNumbers } from "./folder.ts";
export { type ListedRun, listRuns, numberBefore } from "./list.ts";
export { readRecord, type ReadRun, readRun } from "./read.ts";
export { type SavedRun, type SaveOptions, saveRun } from "./save.ts";
