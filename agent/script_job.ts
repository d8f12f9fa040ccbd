import { describeError, ExitCode } from "../internal/mod.ts";
import { findIsolators, isolate } from "./binary/isolation.ts";
import { type LogFile, makeLogFolder, openLog } from "./binary/log_file.ts";
import { removeFolder } from "./binary/folder.ts";
import { type BinaryLimits, readLimits } from "./binary/limits.ts";
import { keepLastWords, readOutput } from "./binary/output.ts";
import { startSupervised, type Supervised } from "./binary/supervisor.ts";
import { AgentError, cancelledError } from "./errors.ts";
import type { Job } from "./job.ts";
import type { LoadCounts, LoadEnd, LoadHooks } from "./load_end.ts";
import { identifyProcess, killOrphans, type ProcessIdentity } from "./processes.ts";
import {
  denoEnvironment,
  scriptCommand,
  type ScriptFolders,
  type ScriptPolicy,
} from "./script_command.ts";
import { SampleReader } from "./script_samples.ts";

/** What `runScript` runs, and who hears of it. */
export interface ScriptOptions extends LoadHooks {
  /** Id, users and duration; with a duration of 0, both are those of the script's options. */
  readonly job: Pick<Job, "id" | "spec">;
  /** Path of an archive (`.tar`), or of a bundle: one module that needs no other. */
  readonly script: string;
  /** Absolute path of the folder that it is given: must not be there, and is removed at the end. */
  readonly folder: string;
  /** Where `out.log`, `err.log` and `summary.json` are begun anew. */
  readonly logs: string;
  readonly policy: ScriptPolicy;
  /** Module of the command. */
  readonly cli: URL;
  /** Default: `BINARY_LIMITS`, of which those for RPC mean nothing here. */
  readonly limits?: Partial<BinaryLimits>;
  /** Longest time beyond the duration, for `setup`, the last iterations and `teardown`, s. Default: 180 */
  readonly overrunSeconds?: number;
  /** Longest time of a script whose options say how long it runs, s. Default: 7 days */
  readonly maxSeconds?: number;
  /** The process has been started: to be written down. The job goes on when it resolves. */
  onStart?(process: ProcessIdentity): Promise<void>;
  /** Ends the job: iterations may finish within the grace. */
  readonly signal: AbortSignal;
}

const MAX_SUMMARY_BYTES = 64 * 1024 ** 2;
const OVERRUN_SECONDS = 180;
const WEEK_SECONDS = 7 * 24 * 3600;

/**
 * Runs one job of a TypeScript load test from its start to its end: `downpour run` in a process
 * group of its own, whose samples of requests become results. What it prints for people is in
 * `out.log`, its progress and its errors in `err.log`, its summary in `summary.json`.
 *
 * @returns also when it failed: `error` says why
 */
export async function runScript(options: ScriptOptions): Promise<LoadEnd> {
  const { folder, logs } = options;
  const limits = readLimits(options.limits);
  const samples = new SampleReader();
  let opened: LogFile[] = [];
  let ownFolder = false;
  try {
    await makeLogFolder(logs);
    const out = await openLog(`${logs}/out.log`, limits.logBytes);
    opened = [out];
    const err = await openLog(`${logs}/err.log`, limits.logBytes);
    opened = [out, err];
    await Deno.mkdir(folder, { mode: 0o700 });
    ownFolder = true;
    const run = { ...options, limits, samples, out, err };
    const end = await runProcess(run, await makeFolders(folder));
    return await withSummary(end, samples, folder, logs);
  } catch (error) {
    const failure = error instanceof AgentError ? error : failed(error);
    return { error: failure, counts: countsOf(samples, 0, 0), exitCode: null, notes: [] };
  } finally {
    await Promise.all(opened.map((log) => log.close()));
    if (ownFolder) await removeFolder(folder);
  }
}

async function makeFolders(folder: string): Promise<ScriptFolders> {
  const folders = { work: `${folder}/work`, tmp: `${folder}/tmp`, summary: `${folder}/end` };
  for (const path of Object.values(folders)) await Deno.mkdir(path, { mode: 0o700 });
  return { ...folders, summary: `${folders.summary}/summary.json` };
}

interface Run extends Omit<ScriptOptions, "limits"> {
  readonly limits: BinaryLimits;
  readonly samples: SampleReader;
  readonly out: LogFile;
  readonly err: LogFile;
}

interface ProcessEnd {
  readonly error: AgentError | null;
  readonly exitCode: number;
  readonly dropped: number;
  readonly strays: number;
}

/** From the start of the process until nothing of it is left. */
async function runProcess(run: Run, folders: ScriptFolders): Promise<ProcessEnd> {
  const { job, signal } = run;
  const stop = new AbortController();
  let failure: AgentError | null = null;
  const fail = (error: AgentError): void => {
    failure ??= error;
    stop.abort();
  };
  const program = await start(run, folders);
  let identity: ProcessIdentity | null = null;
  const out = readSamples(program.stdout, run, fail);
  const lastWords = keepLastWords();
  const err = readOutput(program.stderr, run.err, fail, lastWords);
  const { duration } = job.spec;
  const { overrunSeconds = OVERRUN_SECONDS, maxSeconds = WEEK_SECONDS } = run;
  const seconds = duration > 0 ? duration + overrunSeconds : maxSeconds;
  const overrun = setTimeout(() => fail(overran(seconds)), seconds * 1000);
  const cancel = (): void => fail(cancelledError(signal.reason));
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const ended = program.exited;
  try {
    identity = await identifyProcess(program.pid);
    await run.onStart?.(identity);
    await Promise.race([ended, aborted(stop.signal)]);
  } catch (error) {
    fail(error instanceof AgentError ? error : failed(error));
  }
  clearTimeout(overrun);
  signal.removeEventListener("abort", cancel);
  await program.end();
  const exitCode = await ended;
  const { found } = await killOrphans(job.id, identity);
  await Promise.all([out.ended, err.ended]);
  const ok = exitCode === ExitCode.ok || exitCode === ExitCode.thresholds;
  return {
    error: failure ?? (ok ? null : exited(exitCode, lastWords.text)),
    ...{ exitCode, dropped: out.dropped(), strays: found },
  };
}

async function start(run: Run, folders: ScriptFolders): Promise<Supervised> {
  const { script, job, limits, policy, cli } = run;
  const name = script.endsWith(".tar") ? "load.tar" : "load.ts";
  await Deno.copyFile(script, `${folders.work}/${name}`);
  const isolation = isolate(await findIsolators(), {
    ...{ job: job.id, folder: folders.tmp, uid: null, limits },
  });
  const command = scriptCommand(name, job.spec, folders, policy, cli);
  const last = command.pop()!;
  return await startSupervised(last, {
    ...{ folder: folders.work, graceSeconds: limits.graceSeconds },
    isolation: {
      ...isolation,
      command: [...isolation.command, "env", ...await denoEnvironment(command[0]!), ...command],
    },
  });
}

/** Reads standard output: results go on, the rest is for people. */
function readSamples(
  stream: ReadableStream<Uint8Array>,
  { samples, out, push, onCounts }: Run,
  fail: (error: AgentError) => void,
): { readonly ended: Promise<void>; dropped(): number } {
  let dropped = 0;
  let refused = false;
  const handOn = async (): Promise<void> => {
    const { results, text } = samples.taken();
    if (text.length > 0) await out.write(text).catch((error) => fail(error as AgentError));
    if (results.length === 0) return;
    try {
      if (!refused) return await push(results);
    } catch (cause) {
      refused = true;
      const message = `results can't be kept: ${describeError(cause)}`;
      fail(new AgentError("results_refused", message, { phase: "results", cause }));
    } finally {
      onCounts(countsOf(samples, 0, dropped));
    }
    dropped += results.length;
  };
  const elsewhere = { lost: 0, write: () => Promise.resolve(), close: () => Promise.resolve() };
  const { ended } = readOutput(stream, elsewhere, fail, {
    take(bytes) {
      samples.push(bytes);
      return handOn();
    },
    end() {
      samples.end();
      return handOn();
    },
  });
  return { ended, dropped: () => dropped };
}

/** Keeps the summary, which says how many iterations threw. */
async function withSummary(
  { error, exitCode, dropped, strays }: ProcessEnd,
  samples: SampleReader,
  folder: string,
  logs: string,
): Promise<LoadEnd> {
  const notes = strays === 0 ? [] : [`${strays} processes of it were left, and killed`];
  let thrown = 0;
  try {
    const path = `${folder}/end/summary.json`;
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size > MAX_SUMMARY_BYTES) throw new Error(`it is no file, or too long: ${size}`);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(`${logs}/summary.json`, text, { createNew: true, mode: 0o600 });
    thrown =
      (JSON.parse(text) as { run: { iterations: { thrown: number } } }).run.iterations.thrown;
  } catch (cause) {
    // One that never began has none.
    if (!(cause instanceof Deno.errors.NotFound)) {
      notes.push(`no summary.json: ${describeError(cause)}`);
    }
  }
  return { error, exitCode, counts: countsOf(samples, thrown, dropped), notes };
}

function countsOf({ counts }: SampleReader, thrown: number, dropped: number): LoadCounts {
  const { iterations, printed, rejected } = counts;
  return { calls: iterations, callErrors: thrown, printed, rejected, dropped };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function exited(code: number, lastWords: string): AgentError {
  // Lines that are set in say where.
  const last = lastWords.split("\n").filter((line) => /^\S/.test(line)).at(-1) ?? "";
  const why = last === "" ? "" : `: ${last.replace(/^downpour: /, "")}`;
  const message = `downpour run ended with exit code ${code}${why}`;
  return new AgentError("script_failed", message, { phase: "run" });
}

function overran(seconds: number): AgentError {
  return new AgentError("script_overrun", `the script was not over after ${seconds} s`, {
    phase: "run",
  });
}

function failed(cause: unknown): AgentError {
  return new AgentError("job_failed", `the job failed: ${describeError(cause)}`, { cause });
}
