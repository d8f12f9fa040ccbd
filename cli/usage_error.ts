import { DownpourError } from "../internal/mod.ts";

/** A command line that can't be understood: exit code 2. */
export class UsageError extends DownpourError {
  override readonly name: string = "UsageError";

  constructor(message: string) {
    super("usage_invalid", message);
  }
}
