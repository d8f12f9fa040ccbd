import type { Command } from "commander";

/** A command as help and the parser know it. */
export interface CommandInfo {
  /** Its operand, as in `<script>`; "" for none. */
  readonly operand: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** What its own help begins with. */
  readonly description: string;
  /** Lines of its help, behind `downpour`. */
  readonly examples: readonly string[];
  /** Adds its options. */
  options(command: Command): Command;
}
