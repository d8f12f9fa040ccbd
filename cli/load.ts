import { describeError, DownpourError } from "../internal/mod.ts";
import type { Registry } from "../metrics/mod.ts";
import type { ProgressDisplay, SummaryOutput } from "../report/mod.ts";
import type {
  LogEntry,
  RunEvents,
  RunHandle,
  RunProgress,
  RunRequest,
  RunResult,
} from "../runner/mod.ts";
import { checkInside, writeWhole } from "./files.ts";
import type { ControlServer } from "./control/mod.ts";
import type { ControlPlace } from "./control_place.ts";
import { type Host, wantsColor, wantsKeys, wantsLiveLine } from "./host.ts";
import { linger } from "./linger.ts";
import { steer, type Steering } from "./steering.ts";

/** Starts a run: `startRun` of the runner, or a test's stand-in. */
export type Starter = (request: RunRequest, events?: RunEvents) => RunHandle;

/** How a run is shown and where its results go. */
export interface Output {
  /** Prints the summary. */
  readonly summary: boolean;
  /** Shows no progress. */
  readonly quiet: boolean;
  /** Allows colours. */
  readonly color: boolean;
  /** File for the summary as JSON. */
  readonly summaryJson: string | undefined;
  /** Folders that `handleSummary` may write to. */
  readonly writable: readonly string[];
  /** Where the REST API listens; null for none. */
  readonly control: ControlPlace | null;
  /** How the run is shown while it goes on. Default: one line. */
  readonly view?: "line" | "packets";
}

/**
 * Carries a run through: shows progress, passes signals on, prints and writes what came out.
 *
 * @returns the result and the exit code, which also counts what could not be written
 * @throws what `startRun` rejects with: nothing was loaded then
 */
export async function load(
  start: Starter,
  request: RunRequest,
  output: Output,
  host: Host,
): Promise<{ result: RunResult; exitCode: number }> {
  const colors = {
    stdout: wantsColor(host, "stdout", output.color),
    stderr: wantsColor(host, "stderr", output.color),
  };
  const show = new Display(output, host, colors.stderr);
  let handle: RunHandle;
  const api = await serveApi(output.control, () => handle, () => show.metrics);
  let steering: Steering | undefined;
  try {
    handle = start(
      {
        ...request,
        summaryData: (result) => show.report?.summaryData(result, outputState(host, colors.stdout)),
      },
      { progress: (progress) => show.update(progress), log: (entry) => show.log(entry) },
    );
    handle.result.catch(() => {});
    steering = steer(
      handle,
      host,
      wantsKeys(host, output.quiet),
      (text) => show.say(text),
      arrowKeys((key) => show.key(key)),
    );
    show.keys = steering.keys;
    // A script's handleSummary needs the report at its end; until its shards are there, time is free.
    if (request.source.kind === "script") await show.load();
    const result = await handle.result;
    steering.end();
    await show.close();
    const whole = await deliver(result, output, host, colors.stdout, await show.load());
    await linger(result, host, (text) => writeQuietly(host, `downpour: ${text}\n`));
    return { result, exitCode: whole ? result.exitCode : result.exitCode || 1 };
  } finally {
    steering?.end();
    await show.close();
    await api?.close();
  }
}

/** Serves the REST API of a run that is about to be started. @throws {ControlStartError} */
async function serveApi(
  place: ControlPlace | null,
  handle: () => RunHandle,
  metrics: () => Registry | null,
): Promise<ControlServer | null> {
  if (place === null) return null;
  const { serveControl } = await import("./control/mod.ts");
  return serveControl(place.address, place.token, {
    get handle() {
      return handle();
    },
    metrics,
  });
}

/** The keys left and right. */
function arrowKeys(press: (key: string) => void): Record<string, () => void> {
  return Object.fromEntries(["\x1b[D", "\x1b[C"].map((key) => [key, () => press(key)]));
}

type Report = typeof import("../report/mod.ts");

/** The progress display, loaded when there is something to show: the first request does not wait for it. */
class Display {
  /** The report, once it is loaded. */
  report: Report | undefined;
  /** Whether keys are read: the live line names them. */
  keys = false;
  /** The newest series. */
  metrics: Registry | null = null;
  readonly #output: Output;
  readonly #host: Host;
  readonly #color: boolean;
  #loading: Promise<Report> | undefined;
  #display: ProgressDisplay | undefined;
  readonly #early: LogEntry[] = [];
  #latest: RunProgress | undefined;

  constructor(output: Output, host: Host, color: boolean) {
    this.#output = output;
    this.#host = host;
    this.#color = color;
  }

  load(): Promise<Report> {
    return this.#loading ??= this.#load();
  }

  update(progress: RunProgress): void {
    this.metrics = progress.metrics;
    if (this.#display !== undefined) return this.#display.update(progress);
    this.#latest = progress;
    if (progress.elapsedMs > 0) this.load();
  }

  log(entry: LogEntry): void {
    if (this.#display !== undefined) return this.#display.log(entry);
    this.#early.push(entry);
    this.load();
  }

  /** Says something of our own. */
  say(text: string): void {
    this.log({ level: "warn", text, source: "run" });
  }

  /** Hands a key on to what is shown. */
  key(name: string): void {
    this.#display?.key?.(name);
  }

  async close(): Promise<void> {
    await this.#loading;
    this.#display?.close();
  }

  async #load(): Promise<Report> {
    const report = await import("../report/mod.ts");
    const host = this.#host;
    this.report = report;
    const display = this.#output.view === "packets"
      ? report.packetsDisplay
      : report.progressDisplay;
    this.#display = display({
      write: (text) => writeQuietly(host, text),
      live: wantsLiveLine(host),
      color: this.#color,
      keys: () => this.keys,
      width: () => host.columns() ?? 100,
      now: host.now,
    }, this.#output.quiet);
    for (const entry of this.#early) this.#display.log(entry);
    if (this.#latest !== undefined) this.#display.update(this.#latest);
    return report;
  }
}

function outputState(host: Host, color: boolean): SummaryOutput {
  return {
    isStdOutTTY: host.isTerminal("stdout"),
    isStdErrTTY: host.isTerminal("stderr"),
    color,
  };
}

/** Prints and writes the results; false when some of it could not be written. */
async function deliver(
  result: RunResult,
  output: Output,
  host: Host,
  color: boolean,
  report: Report,
): Promise<boolean> {
  const complaints: string[] = [];
  const attempt = async (what: () => void | Promise<void>) => {
    try {
      await what();
    } catch (error) {
      complaints.push(error instanceof DownpourError ? error.message : describeError(error));
    }
  };
  if (output.summaryJson !== undefined) {
    const path = output.summaryJson;
    const data = report.summaryData(result, outputState(host, color));
    await attempt(() => writeWhole(path, `${JSON.stringify(data, null, 2)}\n`));
  }
  for (const [path, text] of Object.entries(result.handleSummary ?? {})) {
    if (path === "stdout") await attempt(() => print(host, text));
    else if (path === "stderr") writeQuietly(host, text);
    else {
      await attempt(async () => {
        await checkInside(path, output.writable);
        await writeWhole(path, text);
      });
    }
  }
  if (result.handleSummary === null && output.summary) {
    const width = host.columns() ?? 100;
    await attempt(() => print(host, report.renderSummary(result, { color, width })));
  }
  for (const complaint of complaints) writeQuietly(host, `downpour: ${complaint}\n`);
  return complaints.length === 0;
}

function print(host: Host, text: string): void {
  try {
    host.write("stdout", text);
  } catch (error) {
    throw new DownpourError(
      "output_failed",
      "cannot print the summary: standard output is closed",
      {
        cause: error,
      },
    );
  }
}

/** Writes to standard error; when that is closed there is nobody left to tell. */
export function writeQuietly(host: Host, text: string): void {
  try {
    host.write("stderr", text);
  } catch { /* closed */ }
}
