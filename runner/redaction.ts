import { type Redact, redactData, redactNothing, redactor } from "../internal/mod.ts";
import type { LogEntry, RunResult } from "./result.ts";
import type { RunRequest } from "./request.ts";
import { NO_SECRETS, secretValues } from "./secrets.ts";
import { redactConsole, redactedShards, type ShardStarter } from "./shard/mod.ts";

/** A run that tells no secrets, until `end`. */
export interface Redaction {
  /** Takes the secrets out of a text. */
  readonly redact: Redact;
  /** Starts the shards. */
  readonly starter: ShardStarter;
  /** Gives the console back. */
  end(): void;
}

/** Takes the secrets of a run out of a text; gives it back as it is where there are none. */
export function redactOf({ secrets }: RunRequest): Redact {
  return redactor(secretValues(secrets ?? NO_SECRETS));
}

/** Keeps the secrets of a run out of all that its shards say; a script within this process prints by its `console`. */
export function redacting(request: RunRequest, starter: ShardStarter): Redaction {
  const redact = redactOf(request);
  return {
    redact,
    starter: redactedShards(starter, redact),
    end: request.inline && redact !== redactNothing ? redactConsole(redact) : () => {},
  };
}

/** Hands on log entries without secrets. */
export function redactedLog(
  log: ((entry: LogEntry) => void) | undefined,
  redact: Redact,
): (entry: LogEntry) => void {
  if (log === undefined) return () => {};
  if (redact === redactNothing) return log;
  return (entry) => log({ ...entry, text: redact(entry.text) });
}

/** A result without secrets; its metrics are without already, and paths of files stay what they are. */
export function redactedResult(result: RunResult, redact: Redact): RunResult {
  const { handleSummary } = result;
  return { ...redactData(result, redact), handleSummary };
}

/** What `handleSummary` returned, its texts without secrets. */
export function redactedFiles(
  files: Readonly<Record<string, string>> | null,
  redact: Redact,
): Record<string, string> | null {
  if (files === null) return null;
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, redact(text)]));
}
