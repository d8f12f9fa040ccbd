import { DownpourError } from "../internal/mod.ts";

/**
 * A run that ended before its load began, for a reason that is not in an option or in the
 * script's text. Codes: `setup_timeout`, `script_timeout`, `shard_lost`, `run_stopped`.
 */
export class RunError extends DownpourError {
  override readonly name: string = "RunError";
  /** What the process should exit with. */
  readonly exitCode: number;

  constructor(code: string, message: string, exitCode: number, cause?: unknown) {
    super(code, message, { cause });
    this.exitCode = exitCode;
  }
}
