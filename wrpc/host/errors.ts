import { DownpourError } from "../../internal/mod.ts";

/**
 * What went wrong with hosting a component; stable, meant to be matched on.
 *
 * | code | meaning |
 * | --- | --- |
 * | `component_invalid` | the file is no component, or a broken one |
 * | `component_too_large` | the file is above the limit |
 * | `component_unsupported` | it needs or exports what can't be hosted: the message names it |
 * | `transpile_failed` | jco could not make JavaScript of it, or could not be had |
 * | `start_failed` | a process could not start an instance: a trap in its start, an import that isn't there |
 * | `trap` | the function trapped: unreachable code, memory above the limit, an exit |
 * | `deadline` | the call wasn't over in time; a process that spins was killed |
 * | `aborted` | the caller's signal |
 * | `process_lost` | the process ended, or was killed for another call that spun |
 * | `protocol` | the process sent what makes no sense, and was killed |
 * | `overloaded` | as many calls wait as may |
 * | `closed` | the host was closed |
 */
export type HostErrorCode =
  | "component_invalid"
  | "component_too_large"
  | "component_unsupported"
  | "transpile_failed"
  | "start_failed"
  | "trap"
  | "deadline"
  | "aborted"
  | "process_lost"
  | "protocol"
  | "overloaded"
  | "closed";

/** The step of hosting that failed. */
export type HostPhase = "load" | "start" | "call";

/** A component can't be hosted, or a call of it failed. */
export class HostError extends DownpourError {
  /** Always `HostError`. */
  override readonly name: string = "HostError";
  /** What went wrong. */
  declare readonly code: HostErrorCode;
  /** The step that failed. */
  declare readonly phase: HostPhase;

  /** An error of a stable code. @param cause the error underneath, if any */
  constructor(code: HostErrorCode, phase: HostPhase, message: string, cause?: unknown) {
    super(code, message, { phase, cause });
  }
}
