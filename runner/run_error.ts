import { DownpourError } from "../internal/mod.ts";

/**
 * A run that ended before its load began, for a reason that is not in an option or in the
 * script's text. Codes: `setup_timeout`, `script_timeout`, `shard_lost`, `run_stopped`, `run_aborted`,
 * `output_start`.
 */
export class RunError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "RunError";
  /** What the process should exit with. */
  readonly exitCode: number;

  /** A run that did not come to its load. @param exitCode how a command that fails for this ends */
  constructor(code: string, message: string, exitCode: number, cause?: unknown) {
    super(code, message, { cause });
    this.exitCode = exitCode;
  }
}
