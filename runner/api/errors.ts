import { DownpourError } from "../../internal/mod.ts";

/** What `fail` throws: the script itself ended its iteration. Code `script_failure`. */
export class ScriptFailure extends DownpourError {
  /** `ScriptFailure`. */
  override readonly name: string = "ScriptFailure";

  /** An error whose message is the script's reason. */
  constructor(reason: string) {
    super("script_failure", reason);
  }
}

/** The run ended under a waiting iteration: thrown by `sleep` and `test.abort`. Code `interrupted`. */
export class InterruptedError extends DownpourError {
  /** `InterruptedError`. */
  override readonly name: string = "InterruptedError";

  /** An error that says what was interrupted, and why if that is known. */
  constructor(message: string, cause?: unknown) {
    super("interrupted", message, { cause });
  }
}
