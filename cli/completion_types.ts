/** An option as shells complete it. */
export interface CompletedOption {
  /** `-u`; null without one. */
  readonly short: string | null;
  /** `--vus`. */
  readonly long: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values there are; empty when any will do. */
  readonly values: readonly string[];
  /** Whether its value is a path. */
  readonly isPath: boolean;
  /** One line. */
  readonly description: string;
}

/** A command as shells complete it; "" is the quick run of a URL. */
export interface CompletedCommand {
  readonly name: string;
  /** One line; empty for the quick run. */
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Words that its operand may be; paths when null; nothing when empty. */
  readonly operands: readonly string[] | null;
}
