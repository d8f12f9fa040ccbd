import { runScript } from "../cli/mod.ts";
import { HTTP_METRICS, setClientDefaults } from "../http/mod.ts";
import { DownpourError, OptionError } from "../internal/mod.ts";
import { currentContext, type Metric, Registry } from "../metrics/mod.ts";
import { NET_METRICS, setNetDefaults } from "../net/mod.ts";
import {
  type LogEntry,
  type RunEvents,
  type RunHandle,
  type RunResult,
  startRun,
} from "../runner/mod.ts";
import { say } from "./_say.ts";
import { type Builtin, builtinOf, type Load } from "./functions.ts";
import { type LoadSettings, optionsOf } from "./settings.ts";

/** A load that ran: the result of the run, and what its functions threw. */
export interface LoadResult extends RunResult {
  /** The first error that a function threw, itself; undefined when none did, or in a script. */
  readonly thrown: { readonly error: unknown } | undefined;
  /** What was thrown and what nobody awaited, each message once, with its stack. */
  readonly errors: readonly string[];
}

/** Two loads at once would measure each other. */
let running = false;

/** See `load` of the face, which loads this module. */
export async function runLoad<Data, User>(
  settings: LoadSettings,
  what: Load<Data, User> | string | URL,
  name: string,
): Promise<LoadResult> {
  const options = optionsOf("load", settings);
  if (running) {
    throw new DownpourError(
      "load_running",
      "another load is running in this process: await it before the next one",
    );
  }
  running = true;
  const errors: string[] = [];
  const events: RunEvents = { log: (entry) => note(entry, errors) };
  try {
    if (typeof what === "string" || what instanceof URL) {
      const result = await runScriptFile(what, options, settings, events);
      return { ...result, thrown: undefined, errors: errorsOf(result, errors, settings) };
    }
    const builtin = builtinOf(what);
    const result = await runFunctions(builtin, name, options, settings, events);
    return { ...result, thrown: builtin.thrown, errors };
  } finally {
    running = false;
  }
}

function runScriptFile(
  script: string | URL,
  options: Record<string, unknown>,
  { env, outputs, shards, signal }: LoadSettings,
  events: RunEvents,
): Promise<RunResult> {
  if (signal !== undefined) {
    throw new OptionError("signal", "signal stops functions only, not a script");
  }
  return runScript(script, {
    options,
    events,
    inline: shards === undefined,
    ...(env === undefined ? {} : { env }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(shards === undefined ? {} : { shards }),
  });
}

async function runFunctions(
  builtin: Builtin,
  name: string,
  options: Record<string, unknown>,
  { env = {}, outputs = [], shards, signal }: LoadSettings,
  events: RunEvents,
): Promise<RunResult> {
  if (shards !== undefined) {
    throw new OptionError("shards", "shards are for a script: functions run in this process");
  }
  const handle = startRun({
    source: { kind: "builtin", name: "load", args: null, title: name },
    overrides: options,
    env,
    outputs,
    inline: true,
    shardEntry: new URL(import.meta.url),
    setup: {
      modules: {},
      builtins: { load: () => builtin.make() },
      metrics: [
        ...Object.values(HTTP_METRICS),
        ...Object.values(NET_METRICS),
        ...ownMetrics(options),
      ],
      prepareVu: (context, { client }, vu) => {
        setNetDefaults(context, client, vu);
        setClientDefaults(context, client);
      },
    },
    allowNet: true,
    allowRead: [],
  }, events);
  const unlisten = stopOn(signal, handle);
  try {
    return await handle.result;
  } finally {
    unlisten();
  }
}

/** Metrics that thresholds name and that were made outside of any load, as at the top of a test file. */
function ownMetrics({ thresholds }: Record<string, unknown>): Metric[] {
  const { recorder } = currentContext();
  if (!(recorder instanceof Registry) || typeof thresholds !== "object") return [];
  return Object.keys(thresholds ?? {}).flatMap((key) => recorder.metric(key.split("{")[0]!) ?? []);
}

function stopOn(signal: AbortSignal | undefined, handle: RunHandle): () => void {
  if (signal === undefined) return () => {};
  const stop = () => handle.stop();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return () => signal.removeEventListener("abort", stop);
}

/** Of other processes, what a script prints with `console.error` comes the same way as errors. */
function errorsOf(result: RunResult, texts: string[], { shards }: LoadSettings): string[] {
  if (shards === undefined || result.iterations.thrown > 0) return texts;
  for (const text of texts) say("error", text);
  return [];
}

/** What the engine has to say goes to the console; thrown errors are told when the load is judged. */
function note({ level, text, source }: LogEntry, errors: string[]): void {
  if (source === "script" && level === "error") errors.push(text);
  else if (source === "script" || level !== "error") say(level, text);
}
