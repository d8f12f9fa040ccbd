import type { FileDefinition, Part } from "../script/plan.ts";
import type { Definitions } from "../script/secrets.ts";
import type { Targets } from "../targets.ts";

/** The parts of a word: text, and variables of the shell, which are the script's too. */
export type Parts = readonly Part[];

/** What transfers share. */
export interface TransferSetting {
  readonly definitions: Definitions;
  readonly targets: Targets;
  note(text: string): void;
  /** The same definition for the same file. */
  file(path: string, binary: boolean): FileDefinition;
}

/** A word with its variables as the shell writes them. */
export function plain(word: Parts): string {
  return word.map((part) => typeof part === "string" ? part : "env" in part ? `$${part.env}` : "$")
    .join("");
}
