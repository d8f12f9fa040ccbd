import { redactNothing, redactor } from "../internal/mod.ts";
import type { RunRequest } from "./request.ts";
import { NO_SECRETS, secretValues } from "./secrets.ts";
import { redactConsole, redactedShards, type ShardStarter } from "./shard/mod.ts";

/** Shards that tell no secrets, until `end`. */
export interface Redaction {
  /** Starts them. */
  readonly starter: ShardStarter;
  /** Gives the console back. */
  end(): void;
}

/** Keeps the secrets of a run out of all that its shards say; a script within this process prints by its `console`. */
export function redacting({ secrets, inline }: RunRequest, starter: ShardStarter): Redaction {
  const redact = redactor(secretValues(secrets ?? NO_SECRETS));
  return {
    starter: redactedShards(starter, redact),
    end: inline && redact !== redactNothing ? redactConsole(redact) : () => {},
  };
}
