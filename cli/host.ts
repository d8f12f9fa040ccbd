import { inForeground } from "./foreground.ts";
import { readKeys } from "./keyboard.ts";

/** What the command line needs of the process it runs in: tests hand in their own. */
export interface Host {
  /** Writes all of `text`. @throws when the stream is closed */
  write(stream: "stdout" | "stderr", text: string): void;
  /** Whether a stream is a terminal. */
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Columns of the terminal; null without one. */
  columns(): number | null;
  /** An environment variable; undefined when it is not set or may not be read. */
  env(name: HostEnv): string | undefined;
  /** Names of all environment variables; none when they may not be listed. */
  envNames(): readonly string[];
  /** Whether NO_COLOR is set. */
  readonly noColor: boolean;
  /** Calls `listener` on each SIGINT and SIGTERM until the returned function is called. */
  onSignal(listener: () => void): () => void;
  /**
   * Calls `listener` on each key until the function that it resolves with is called, which gives the
   * terminal back as it was; null where keys can't be read.
   */
  onKey(listener: (key: string) => void): Promise<(() => void) | null>;
  /**
   * Whether the terminal is this process' to draw on and to read keys from, and no other job's, as
   * after `downpour … &`. Asked once.
   */
  inForeground(): Promise<boolean>;
  /** Calls `listener` when the terminal has another size, until the returned function is called. */
  onResize(listener: () => void): () => void;
  /** Asks who sits before the terminal: whether they said yes; null where there is nobody. */
  confirm(question: string): boolean | null;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Whether runs are kept on its disk. Default: false. */
  readonly keepsRuns?: boolean;
}

/** Environment variables that are read; NO_COLOR needs no permission. */
export type HostEnv =
  | "FORCE_COLOR"
  | "CI"
  | "GITHUB_ACTIONS"
  | "GITHUB_STEP_SUMMARY"
  | "GOLO_HOSTS"
  | `DOWNPOUR_${string}`
  | `K6_${string}`;

/** The real process. */
export function processHost(): Host {
  const encoder = new TextEncoder();
  let foreground: Promise<boolean> | undefined;
  return {
    write(stream, text) {
      let bytes = encoder.encode(text);
      while (bytes.length > 0) bytes = bytes.subarray(Deno[stream].writeSync(bytes));
    },
    isTerminal: (stream) => Deno[stream].isTerminal(),
    columns() {
      try {
        return Deno.consoleSize().columns || null; // 0 where nobody told its size
      } catch {
        return null;
      }
    },
    env(name) {
      // Asking first: a plain read without permission would prompt, or throw.
      const { state } = Deno.permissions.querySync({ name: "env", variable: name });
      return state === "granted" ? Deno.env.get(name) : undefined;
    },
    envNames() {
      const { state } = Deno.permissions.querySync({ name: "env" });
      return state === "granted" ? Object.keys(Deno.env.toObject()) : [];
    },
    noColor: Deno.noColor,
    onSignal(listener) {
      const signals: Deno.Signal[] = Deno.build.os === "windows"
        ? ["SIGINT"]
        : ["SIGINT", "SIGTERM"];
      for (const signal of signals) Deno.addSignalListener(signal, listener);
      return () => {
        for (const signal of signals) Deno.removeSignalListener(signal, listener);
      };
    },
    onKey(listener) {
      return readKeys(listener, () => this.inForeground());
    },
    inForeground: () => foreground ??= inForeground(),
    onResize(listener) {
      if (Deno.build.os === "windows") return () => {};
      Deno.addSignalListener("SIGWINCH", listener);
      return () => Deno.removeSignalListener("SIGWINCH", listener);
    },
    confirm(question) {
      if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
      this.write("stderr", question);
      const answer = new Uint8Array(64);
      const count = Deno.stdin.readSync(answer) ?? 0;
      return /^y(es)?$/i.test(new TextDecoder().decode(answer.subarray(0, count)).trim());
    },
    now: () => performance.now(),
    keepsRuns: true,
  };
}

/** Whether to use colours on a stream: `--no-color`, NO_COLOR, FORCE_COLOR, then whether it is a terminal. */
export function wantsColor(host: Host, stream: "stdout" | "stderr", flag: boolean): boolean {
  if (!flag || host.noColor) return false;
  const force = host.env("FORCE_COLOR");
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return host.isTerminal(stream);
}

/** Whether progress may redraw a line: on a terminal, and not under CI. */
export function wantsLiveLine(host: Host): boolean {
  const ci = host.env("CI");
  return host.isTerminal("stderr") && (ci === undefined || ci === "" || ci === "false");
}

/** Whether keys steer a run: where its progress is a live line and somebody sits before it. */
export function wantsKeys(host: Host, quiet: boolean): boolean {
  return !quiet && wantsLiveLine(host) && host.isTerminal("stdin");
}

/** Writes to standard error; when that is closed there is nobody left to tell. */
export function writeQuietly(host: Host, text: string): void {
  try {
    host.write("stderr", text);
  } catch { /* closed */ }
}
