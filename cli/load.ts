import { describeError, DownpourError } from "../internal/mod.ts";
import type { Registry } from "../metrics/mod.ts";
import type { ErrorTimes, Style, SummaryOutput } from "../report/mod.ts";
import type { RunEvents, RunHandle, RunRequest, RunResult } from "../runner/mod.ts";
import { checkInside, writeWhole } from "./files.ts";
import type { ControlServer } from "./control/mod.ts";
import type { ControlPlace } from "./control_place.ts";
import { Display, type Report } from "./display.ts";
import { type Host, wantsColor, wantsKeys, wantsLiveLine, writeQuietly } from "./host.ts";
import { type KeptRun, RunKeeper } from "./keep_run.ts";
import { linger } from "./linger.ts";
import { showPage, wantsRecord, writeFiles } from "./page/around_run.ts";
import type { PagePlace } from "./page/place.ts";
import type { OpenPage } from "./page/serve.ts";
import type { RunsPlace } from "./runs_place.ts";
import { steer, type Steering } from "./steering.ts";

/** Starts a run: `startRun` of the runner, or a test's stand-in. */
export type Starter = (request: RunRequest, events?: RunEvents) => RunHandle;

/** How a run is shown and where its results go. */
export interface Output {
  /** How the summary is printed; null for not at all. */
  readonly summary: "text" | "json" | null;
  /** Shows no progress. */
  readonly quiet: boolean;
  /** Allows colours. */
  readonly color: boolean;
  /** File for the summary as JSON. */
  readonly summaryJson: string | undefined;
  /** File for the summary in the shape of k6's `--summary-export`. */
  readonly summaryExport: string | undefined;
  /** Folders that `handleSummary` may write to. */
  readonly writable: readonly string[];
  /** Where the REST API listens; null for none. */
  readonly control: ControlPlace | null;
  /** How the run is shown while it goes on. Default: one line. */
  readonly view?: "line" | "packets";
  /** Where the run is kept. Default: nowhere. */
  readonly keep?: RunsPlace | null;
  /** What is wanted of its page. Default: nothing. */
  readonly page?: PagePlace;
  /** Path of the script, for the run's record. Default: none, a quick run. */
  readonly script?: string;
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
  const { quiet, view = "line" } = output;
  const { source } = request;
  const title = source.kind === "script" ? source.title ?? source.path : source.title;
  const show = new Display({ quiet, view, title, color: colors.stderr }, host);
  const { keep = null, page: pages } = output;
  const isRecorded = keep !== null || pages !== undefined && wantsRecord(pages);
  const keeper = isRecorded ? new RunKeeper(keep, output.script ?? null) : null;
  let handle: RunHandle;
  const api = await serveApi(output.control, () => handle, () => show.metrics);
  let shown: OpenPage | null = null;
  let steering: Steering | undefined;
  let removeResize: (() => void) | undefined;
  try {
    shown = await showPage(pages, title, () => handle, () => show.metrics);
    if (shown !== null) writeQuietly(host, `downpour: the run is shown at ${shown.link}\n`);
    const watching = shown?.page.events;
    handle = start(
      {
        // Who looks on sees more, and earlier.
        ...(wantsLiveLine(host) && !quiet ? { reportMs: LIVE_MS } : {}),
        ...request,
        summaryData: (result) => show.report?.summaryData(result, outputState(host, colors.stdout)),
      },
      {
        planned: (options) => watching?.planned(options),
        progress(progress) {
          show.update(progress);
          keeper?.progress(progress);
          watching?.progress(progress);
        },
        log(entry) {
          show.log(entry);
          keeper?.log(entry);
          watching?.log(entry);
        },
      },
    );
    handle.result.catch(() => {});
    steering = steer(
      handle,
      host,
      wantsKeys(host, output.quiet),
      (text) => show.say(text),
      arrowKeys((key) => show.key(key)),
    );
    show.keys = () => steering?.keys ?? false;
    removeResize = host.onResize(() => show.redraw());
    // A script's handleSummary needs the report at its end; until its shards are there, time is free.
    if (request.source.kind === "script") await show.load();
    const result = await handle.result;
    steering.end();
    await show.close();
    const record = () => keeper!.record(result, outputState(host, colors.stdout));
    shown?.page.end(await record());
    const kept = await keeper?.save(result, outputState(host, colors.stdout)) ?? null;
    const report = await show.load();
    const { errors } = show;
    const delivered = await deliver({
      result,
      output,
      host,
      color: colors.stdout,
      report,
      kept,
      errors,
    });
    const whole = await writeFiles(pages, record, host) && delivered;
    const stopped = () => handle.status().stopped;
    await linger(
      result.options,
      stopped,
      host,
      (text) => writeQuietly(host, `downpour: ${text}\n`),
    );
    return { result, exitCode: whole ? result.exitCode : result.exitCode || 1 };
  } finally {
    removeResize?.();
    steering?.end();
    await show.close();
    await shown?.page.close();
    await api?.close();
  }
}

/** How often the live view has new numbers. */
const LIVE_MS = 300;

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

function outputState(host: Host, color: boolean): SummaryOutput {
  return {
    isStdOutTTY: host.isTerminal("stdout"),
    isStdErrTTY: host.isTerminal("stderr"),
    color,
  };
}

/** What is printed and written at the end, and how. */
interface Delivery {
  readonly result: RunResult;
  readonly output: Output;
  readonly host: Host;
  readonly color: boolean;
  readonly report: Report;
  readonly kept: KeptRun | null;
  /** When which errors came first. */
  readonly errors: ErrorTimes | undefined;
}

/** Prints and writes the results; false when some of it could not be written. */
async function deliver(
  { result, output, host, color, report, kept, errors }: Delivery,
): Promise<boolean> {
  const complaints: string[] = [];
  const attempt = async (what: () => void | Promise<void>) => {
    try {
      await what();
    } catch (error) {
      complaints.push(error instanceof DownpourError ? error.message : describeError(error));
    }
  };
  const data = () => report.summaryData(result, outputState(host, color));
  const { summaryJson, summaryExport } = output;
  if (summaryJson !== undefined) {
    await attempt(() => writeWhole(summaryJson, jsonText(data())));
  }
  if (summaryExport !== undefined) {
    await attempt(() => writeWhole(summaryExport, jsonText(report.summaryExport(data()))));
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
  const isWanted = result.handleSummary === null && result.options.summaryMode !== "disabled";
  const printed = isWanted ? output.summary : null;
  if (printed === "json") {
    await attempt(() => print(host, jsonText(data())));
  } else if (printed === "text") {
    const width = host.columns() ?? 100;
    const summary = report.renderSummary(result, {
      ...{ color, width },
      ...(output.view === "packets" ? { view: "packets" } : {}),
      ...(errors === undefined ? {} : { errors }),
    });
    await attempt(() => print(host, summary + keptLine(kept, report.style(color))));
  }
  for (const complaint of complaints) writeQuietly(host, `downpour: ${complaint}\n`);
  if (kept !== null && printed !== "text" && !output.quiet) {
    writeQuietly(host, `downpour: ${kept.isKept ? "saved" : "not saved:"} ${kept.text}\n`);
  }
  return complaints.length === 0;
}

function jsonText(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** The summary's last line: where the run is kept, or why it is not. */
function keptLine(kept: KeptRun | null, style: Style): string {
  if (kept === null) return "";
  const label = style.bold((kept.isKept ? "saved" : "not saved").padEnd(10));
  return `${label}  ${kept.isKept ? kept.text : style.yellow(kept.text)}\n`;
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
