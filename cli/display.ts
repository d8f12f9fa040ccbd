import type { Registry } from "../metrics/mod.ts";
import type { ErrorTimes, ProgressDisplay } from "../report/mod.ts";
import type { LogEntry, RunProgress } from "../runner/mod.ts";
import { type Host, wantsLiveLine, writeQuietly } from "./host.ts";

/** The module that draws. */
export type Report = typeof import("../report/mod.ts");

/** How a run is shown. */
export interface DisplayOptions {
  /** Shows no progress. */
  readonly quiet: boolean;
  readonly color: boolean;
  /** How it is shown while it goes on. */
  readonly view: "line" | "packets";
  /** What runs: a script's path, or a method and a URL. */
  readonly title: string;
}

/** The progress display, loaded when there is something to show: the first request does not wait for it. */
export class Display {
  /** The report, once it is loaded. */
  report: Report | undefined;
  /** Whether keys are read: the live view names them. */
  keys: () => boolean = () => false;
  /** The newest series. */
  metrics: Registry | null = null;
  /** When which errors were seen first; undefined while nothing is known. */
  errors: ErrorTimes | undefined;
  readonly #options: DisplayOptions;
  readonly #host: Host;
  #loading: Promise<Report> | undefined;
  #display: ProgressDisplay | undefined;
  readonly #early: LogEntry[] = [];
  #latest: RunProgress | undefined;

  constructor(options: DisplayOptions, host: Host) {
    this.#options = options;
    this.#host = host;
  }

  /** The report, which loads when it is first needed. */
  load(): Promise<Report> {
    return this.#loading ??= this.#load();
  }

  /** Takes the newest numbers. */
  update(progress: RunProgress): void {
    this.metrics = progress.metrics;
    this.#latest = progress;
    if (this.#display !== undefined) this.#show(progress);
    else if (progress.elapsedMs > 0) this.load();
  }

  /** Prints what was logged. */
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

  /** Draws again, as for a terminal of another size. */
  redraw(): void {
    this.#display?.redraw?.();
  }

  /** Takes away what is live. Safe to call again. */
  async close(): Promise<void> {
    await this.#loading;
    this.#display?.close();
  }

  async #load(): Promise<Report> {
    const host = this.#host;
    // A job in the background would draw over what is typed.
    const [report, live] = await Promise.all([
      import("../report/mod.ts"),
      wantsLiveLine(host) && !this.#options.quiet ? host.inForeground() : false,
    ]);
    const { view, quiet, color, title } = this.#options;
    this.report = report;
    this.errors = report.errorTimes();
    const display = view === "packets" ? report.packetsDisplay : report.progressDisplay;
    this.#display = display({
      write: (text) => writeQuietly(host, text),
      live,
      ...{ color, title },
      keys: () => this.keys(),
      width: () => host.columns() ?? 100,
      now: host.now,
    }, quiet);
    for (const entry of this.#early) this.#display.log(entry);
    if (this.#latest !== undefined) this.#show(this.#latest);
    return report;
  }

  #show(progress: RunProgress): void {
    this.errors?.see(progress);
    this.#display?.update(progress);
  }
}
