import { DownpourError } from "../internal/mod.ts";

/** An agent, its client or its collector that failed; `code` says how, in snake_case. */
export class AgentError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name = "AgentError";
}

/** Why a cancelled job has ended. @param cause of who cancelled it */
export function cancelledError(cause?: unknown): AgentError {
  return new AgentError("job_cancelled", "the job was cancelled", { cause });
}
