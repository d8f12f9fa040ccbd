import { Histogram, Registry } from "../metrics/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import type { Host, HostEnv } from "./host.ts";

/** A process that remembers what was written to it. */
export interface FakeHost extends Host {
  stdout: string;
  stderr: string;
  /** Signal listeners that are there now. */
  readonly listeners: number;
  /** Sends a signal at a time. */
  signal(nowMs: number): void;
  /** Sets the clock. */
  at(nowMs: number): void;
  /** Presses a key. */
  press(key: string): void;
  /** Who reads keys now. */
  readonly readers: number;
  /** How often the terminal was given back. */
  restored: number;
}

/** A process with given properties: no terminal, no environment. */
export function fakeHost(
  given: {
    terminal?: boolean;
    /** Keys can be read. */
    keys?: boolean;
    /** Standard error and standard input are terminals too. */
    live?: boolean;
    /** The terminal is another job's. */
    background?: boolean;
    noColor?: boolean;
    stdoutClosed?: boolean;
    /** What is answered to a question; nobody is there unless given. */
    answer?: boolean;
    env?: Partial<Record<HostEnv, string>>;
  } = {},
): FakeHost {
  const listeners = new Set<() => void>();
  const readers = new Set<(key: string) => void>();
  let now = 0;
  return {
    stdout: "",
    stderr: "",
    get listeners() {
      return listeners.size;
    },
    write(stream, text) {
      if (stream === "stdout" && given.stdoutClosed) throw new Deno.errors.BrokenPipe("closed");
      this[stream] += text;
    },
    isTerminal: (stream) => stream === "stdout" ? (given.terminal ?? false) : (given.live ?? false),
    get readers() {
      return readers.size;
    },
    restored: 0,
    onKey(listener) {
      if (given.keys !== true) return Promise.resolve(null);
      readers.add(listener);
      return Promise.resolve(() => {
        readers.delete(listener);
        this.restored++;
      });
    },
    inForeground: () => Promise.resolve(!(given.background ?? false)),
    onResize: () => () => {},
    at(nowMs) {
      now = nowMs;
    },
    press(key) {
      for (const reader of [...readers]) reader(key);
    },
    columns: () => 100,
    confirm(question) {
      if (given.answer === undefined) return null;
      this.stderr += question;
      return given.answer;
    },
    env: (name) => given.env?.[name],
    envNames: () => Object.keys(given.env ?? {}),
    noColor: given.noColor ?? false,
    onSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    now: () => now,
    signal(nowMs) {
      now = nowMs;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** A run of ten seconds that went well, with given parts. */
export function fakeResult(given: Partial<RunResult> = {}): RunResult {
  const iterations = {
    planned: 9,
    started: 9,
    completed: 9,
    interrupted: 0,
    dropped: 0,
    thrown: 0,
    late: 0,
  };
  return {
    name: "some run",
    options: {
      scenarios: [],
      segment: { offset: 0, stride: 1 },
      thresholds: {},
      tags: {},
      systemTags: [],
      paused: false,
      linger: false,
      setupTimeoutMs: 0,
      teardownTimeoutMs: 0,
      handleSummaryTimeoutMs: 0,
      minIterationDurationMs: 0,
      noSetup: false,
      noTeardown: false,
      noThresholds: false,
      summaryTrendStats: ["avg", "p(95)"],
      summaryTimeUnit: null,
      summaryMode: "compact",
      client: {},
    },
    startedAt: 0,
    durationMs: 10_000,
    pausedMs: 0,
    metrics: new Registry(),
    thresholds: [],
    iterations,
    generator: {
      cpuSeconds: 1,
      cpuShare: 0.1,
      loopLagP99Ms: 1,
      open: null,
      verdict: "kept-up",
      reasons: [],
    },
    shards: [{
      ...{ index: 0, name: "shard 0", state: "done", reason: null, instead: null },
      ...{ iterations, share: 1, vus: 2, cpuShare: 0.04, lagP99Ms: 1, link: null },
      durations: new Histogram(),
    }],
    complete: true,
    outputs: [],
    vusMax: 1,
    failures: [],
    exitCode: 0,
    handleSummary: null,
    ...given,
  };
}
