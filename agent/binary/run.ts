import { describeError } from "../../internal/mod.ts";
import { AgentError, cancelledError } from "../errors.ts";
import { identifyProcess, killOrphans, type ProcessIdentity } from "../processes.ts";
import { parseAddress } from "../rpc/mod.ts";
import { sleep } from "../sleep.ts";
import { callProgram } from "./calls.ts";
import { type BinaryCounts, noCounts } from "./counts.ts";
import { makeProgramFolder, PROGRAM, removeFolder } from "./folder.ts";
import { findIsolators, isolate, type Isolation, programUser } from "./isolation.ts";
import { type BinaryLimits, readLimits } from "./limits.ts";
import { type LogFile, makeLogFolder, openLog } from "./log_file.ts";
import { type BinaryOptions, type BinaryOutcome, checkOptions } from "./options.ts";
import {
  keepLastWords,
  type OutputReader,
  readOutput,
  readResults,
  type RejectedLine,
} from "./output.ts";
import { startSupervised, type Supervised } from "./supervisor.ts";

const PROGRESS_MS = 500;
/** Standard output that says nothing for so long after the last call has said all. */
const QUIET_MS = 200;
/** For outputs to end once no process of the job is left. */
const OUTPUT_END_MS = 5000;

/**
 * Runs one job of an uploaded binary from its start to its end: starts it apart, keeps
 * `Server.Run` called, reads what it prints to the very end, and leaves no process behind.
 *
 * @returns also when it failed: `error` says why
 * @throws {OptionError} an option out of range
 */
export async function runBinary(options: BinaryOptions): Promise<BinaryOutcome> {
  const limits = readLimits(options.limits);
  const counts = noCounts();
  const rejections: RejectedLine[] = [];
  let isolation: Isolation | null = null;
  let end: ProgramEnd = { exitCode: null, strays: 0, outputHeld: false, error: null };
  let logs: LogFile[] = [];
  let ownFolder = false;
  try {
    checkOptions(options);
    if (options.signal?.aborted) throw cancelledError(options.signal.reason);
    await refuseTaken(options.spec.rpcAddress);
    const isolators = await findIsolators();
    const uid = programUser(isolators, options.uid ?? null);
    isolation = isolate(isolators, { ...options, uid, limits });
    await makeLogFolder(options.logs);
    const out = await openLog(`${options.logs}/out.log`, limits.logBytes);
    logs = [out];
    const err = await openLog(`${options.logs}/err.log`, limits.logBytes);
    logs = [out, err];
    await makeProgramFolder(options.folder, options.binary, uid);
    ownFolder = true;
    options.onState?.("starting");
    end = await runProgram({ ...options, limits, isolation, counts, rejections, out, err });
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    end = { ...end, error };
  } finally {
    await Promise.all(logs.map((log) => log.close()));
    if (ownFolder) await removeFolder(options.folder);
  }
  options.onProgress?.({ ...counts });
  return {
    ...end,
    counts,
    rejections,
    protections: isolation?.protections ?? [],
    logLost: logs.reduce((sum, { lost }) => sum + lost, 0),
  };
}

interface ProgramEnd {
  readonly error: AgentError | null;
  readonly exitCode: number | null;
  readonly strays: number;
  readonly outputHeld: boolean;
}

interface Program extends Omit<BinaryOptions, "limits"> {
  readonly limits: BinaryLimits;
  readonly isolation: Isolation;
  readonly counts: BinaryCounts;
  readonly rejections: RejectedLine[];
  readonly out: LogFile;
  readonly err: LogFile;
}

/** From the start of the process until nothing of it is left. */
async function runProgram(options: Program): Promise<ProgramEnd> {
  const { folder, limits, isolation, counts, signal } = options;
  const graceSeconds = limits.graceSeconds;
  const program = await startSupervised(`./${PROGRAM}`, { folder, graceSeconds, isolation });
  const stop = new AbortController();
  let failure: AgentError | null = null;
  const fail = (error: AgentError): void => {
    failure ??= error;
    stop.abort();
  };
  const cancel = (): void => fail(cancelledError(signal!.reason));
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  let exitCode: number | null = null;
  program.exited.then((code) => {
    exitCode = code;
    stop.abort();
  });
  const lastWords = keepLastWords();
  const stdout = readResults(program.stdout, {
    ...{ ...options, log: options.out, lineBytes: limits.lineBytes },
    onFailure: fail,
  });
  const stderr = readOutput(program.stderr, options.err, fail, lastWords);
  const progress = setInterval(() => options.onProgress?.({ ...counts }), PROGRESS_MS);
  let running = false;
  let identity: ProcessIdentity | null = null;
  try {
    identity = await identifyProcess(program.pid);
    await options.onStart?.(identity);
    await callProgram({
      ...{ address: options.spec.rpcAddress, limits, counts, stop: stop.signal },
      ...{ users: options.spec.users, duration: options.spec.duration },
      onRunning: () => {
        running = true;
        options.onState?.("running");
      },
      onDraining: () => options.onState?.("draining"),
    });
    await quiet(stdout, limits.drainSeconds * 1000, stop.signal);
  } catch (error) {
    // A program that is gone is the reason for whatever its connection says.
    if (exitCode === null) fail(asAgentError(error));
  }
  const early = exitCode !== null;
  const closing = await close(program, identity, options.job, stdout, stderr);
  clearInterval(progress);
  signal?.removeEventListener("abort", cancel);
  const exit = exitCode!;
  const ended = early && (!running || exit !== 0)
    ? endedEarly(exit, running, lastWords.text)
    : null;
  return { error: failure ?? ended, exitCode: exit, ...closing };
}

function asAgentError(error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  return new AgentError("job_failed", `the job failed: ${describeError(error)}`, { cause: error });
}

interface Closing {
  readonly strays: number;
  readonly outputHeld: boolean;
}

/** Ends the group, what has left it, and reads both outputs to their ends. */
async function close(
  program: Supervised,
  identity: ProcessIdentity | null,
  job: string,
  ...outputs: readonly OutputReader[]
): Promise<Closing> {
  await program.end();
  await program.exited;
  const { found } = await killOrphans(job, identity);
  const ended = Promise.all(outputs.map(({ ended }) => ended)).then(() => true);
  let timer: number | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), OUTPUT_END_MS) as unknown as number;
  });
  const outputHeld = !(await Promise.race([ended, late]));
  clearTimeout(timer);
  if (outputHeld) await Promise.all(outputs.map((output) => output.cancel()));
  await ended;
  return { strays: found, outputHeld };
}

/** Waits until nothing has been printed for a moment. */
async function quiet(output: OutputReader, mostMs: number, stop: AbortSignal): Promise<void> {
  const since = performance.now();
  for (;;) {
    const now = performance.now();
    const wait = Math.max(since, output.lastAt) + QUIET_MS - now;
    if (wait <= 0 || now - since >= mostMs || stop.aborted) return;
    await sleep(wait, stop);
  }
}

/** A server that is there before the program is: of something else, which must not be loaded. */
async function refuseTaken(address: string): Promise<void> {
  let conn: Deno.Conn;
  try {
    conn = await Deno.connect(parseAddress(address));
  } catch {
    return;
  }
  conn.close();
  throw new AgentError(
    "rpc_address_taken",
    `something else listens on ${address}: end it, or give the job another RPC address`,
    { phase: "start" },
  );
}

function endedEarly(code: number, running: boolean, lastWords: string): AgentError {
  const when = running ? "before its time was over" : "before its RPC server answered";
  const last = lastWords.trim().split("\n").at(-1) ?? "";
  return new AgentError(
    "program_ended",
    `the program ended with exit code ${code} ${when}${last === "" ? "" : `: ${last}`}`,
    { phase: running ? "run" : "start" },
  );
}
