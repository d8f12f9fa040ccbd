import { resolve } from "node:path";
import { describeError, DownpourError } from "../internal/mod.ts";
import type { SummaryOutput } from "../report/mod.ts";
import type { RunRecord, RunRecorder } from "../results/mod.ts";
import type { LogEntry, RunProgress, RunResult } from "../runner/mod.ts";
import type { RunsPlace } from "./runs_place.ts";

/** How it went: a line for the summary, without its label. */
export interface KeptRun {
  readonly isKept: boolean;
  readonly text: string;
}

/** Follows a run and keeps it at its end. What it needs loads when there is something to keep. */
export class RunKeeper {
  readonly #place: RunsPlace | null;
  readonly #script: Promise<{ path: string; sha256: string } | null>;
  readonly #early: LogEntry[] = [];
  #recorder: RunRecorder | undefined;
  /** How the run stood when there was no recorder yet. */
  #first: RunProgress | undefined;
  #latest: RunProgress | undefined;
  #loading: Promise<typeof import("../results/mod.ts")> | undefined;
  #record: Promise<RunRecord> | undefined;

  /**
   * @param place where it is kept; null when only its record is asked for
   * @param script path of what runs; null for a quick run
   */
  constructor(place: RunsPlace | null, script: string | null) {
    this.#place = place;
    this.#script = script === null ? Promise.resolve(null) : hashed(script);
  }

  /** Takes how the run stands. */
  progress(progress: RunProgress): void {
    if (this.#recorder !== undefined) return this.#recorder.progress(progress);
    this.#latest = progress;
    // The first requests don't wait for what is looked at a second later.
    if (progress.elapsedMs <= 0) return;
    this.#first ??= progress;
    this.#load();
  }

  /** Takes a line that was logged. */
  log(entry: LogEntry): void {
    if (this.#recorder !== undefined) this.#recorder.log(entry);
    else if (this.#early.push(entry) > 100) this.#load();
  }

  /** The record of the run that ended with a result; made once. */
  record(result: RunResult, output: SummaryOutput): Promise<RunRecord> {
    return this.#record ??= this.#load().then(async () =>
      this.#recorder!.record(result, { script: await this.#script, output })
    );
  }

  /**
   * Keeps the run; null where it is not to be kept. That it can't be is told, and no more: its
   * numbers are fine.
   */
  async save(result: RunResult, output: SummaryOutput): Promise<KeptRun | null> {
    if (this.#place === null) return null;
    const { folder, keep } = this.#place;
    if (!await mayWrite(folder)) {
      const text = `this process may not write ${folder}: --allow-write=${folder}, or --no-save`;
      return { isKept: false, text };
    }
    try {
      const { numberBefore, saveRun } = await this.#load();
      const record = await this.record(result, output);
      const { number, path } = await saveRun(folder, record, { keep });
      const before = await numberBefore(folder, number);
      const more = before === null ? "" : `  compare: downpour compare ${before} ${number}`;
      return { isKept: true, text: `${path}${more}` };
    } catch (error) {
      const text = error instanceof DownpourError ? error.message : describeError(error);
      return { isKept: false, text };
    }
  }

  #load(): Promise<typeof import("../results/mod.ts")> {
    return this.#loading ??= import("../results/mod.ts").then((results) => {
      this.#recorder = new results.RunRecorder();
      if (this.#first !== undefined) this.#recorder.progress(this.#first);
      for (const entry of this.#early.splice(0)) this.#recorder.log(entry);
      if (this.#latest !== undefined) this.#recorder.progress(this.#latest);
      return results;
    });
  }
}

/** Without asking whoever sits before the terminal. */
async function mayWrite(folder: string): Promise<boolean> {
  const path = resolve(folder);
  const asked = await Promise.all([
    Deno.permissions.query({ name: "write", path }),
    Deno.permissions.query({ name: "read", path }),
  ]);
  return asked.every(({ state }) => state === "granted");
}

/** What a script's file holds as the run begins. */
async function hashed(path: string): Promise<{ path: string; sha256: string } | null> {
  try {
    const bytes = await Deno.readFile(path);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return { path, sha256: new Uint8Array(digest).toHex() };
  } catch {
    return null;
  }
}
