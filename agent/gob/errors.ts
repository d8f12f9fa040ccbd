import { AgentError } from "../errors.ts";

/** Bytes that are no gob, or not one of its values. */
export function invalidGob(message: string): AgentError {
  return new AgentError("gob_invalid", message, { phase: "decode" });
}

/** A gob that asks for more than its reader allows. */
export function gobOverLimit(message: string): AgentError {
  return new AgentError("gob_limit", message, { phase: "decode" });
}
