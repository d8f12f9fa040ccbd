/** Where runs are kept unless told: below the folder that the command was called in. */
export const RUNS_FOLDER: string = ".downpour/runs";
