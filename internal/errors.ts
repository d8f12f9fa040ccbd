/**
 * The base of every error that Downpour throws.
 *
 * `code` is stable and meant to be matched on; `phase` says where in the operation it happened
 * (for example `connect` or `read`); `cause` is the error underneath, if any. Messages state the
 * action that failed and the value it failed on, without a full stop.
 */
export class DownpourError extends Error {
  /** Name of the class, for logs. */
  override readonly name: string = "DownpourError";
  /** Stable identifier of the failure, in snake_case. */
  readonly code: string;
  /** The step of the operation that failed, where the operation has steps. */
  readonly phase: string | undefined;

  /** An error with a stable code. @param options `phase`: the step that failed; `cause`: the error underneath */
  constructor(
    code: string,
    message: string,
    options: { phase?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.phase = options.phase;
  }
}

/** An option, argument or script setting that can't be used: names it, its value and the choices. */
export class OptionError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "OptionError";
  /** Path of the option, for example `scenarios.ramp.duration`. */
  readonly option: string;

  /** An error about one option. @param message names the option, its value and the choices */
  constructor(option: string, message: string, cause?: unknown) {
    super("option_invalid", message, { cause });
    this.option = option;
  }
}

/** One line for people: the message of an error and of what caused it, without stack traces. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message || error.name;
  const cause = error.cause;
  if (cause instanceof Error && cause.message && !text.includes(cause.message)) {
    return `${text}: ${describeError(cause)}`;
  }
  return text;
}
