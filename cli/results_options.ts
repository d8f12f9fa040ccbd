import type { Command } from "commander";
import { generalOptions, repeated } from "./options.ts";

/** Flags of `downpour runs`. */
export interface RunsFlags {
  json: boolean;
  markdown?: boolean;
  junit?: string;
  last?: string;
  color: boolean;
}

/** Flags of `downpour compare`. */
export interface CompareFlags {
  failOn?: readonly string[];
  all?: boolean;
  confidence?: string;
  relevance?: string;
  seed?: string;
  json: boolean;
  markdown?: boolean;
  html?: string;
  color: boolean;
}

/** The options of `downpour runs`. */
export function runsOptions(command: Command): Command {
  command
    .optionsGroup("Runs:")
    .option("--last <n>", "list the newest n runs [20]")
    .option("--json", "print JSON: of one run the summary, as --summary-json writes it")
    .option("--markdown", "print a run's summary as Markdown")
    .option("--junit <file>", "write a run's thresholds and checks as JUnit XML");
  return generalOptions(colorOption(command));
}

/** The options of `downpour compare`. */
export function compareOptions(command: Command): Command {
  command
    .optionsGroup("Compare:")
    .addOption(
      repeated("--fail-on <rule>", "exit with 99 if it holds, as in 'p99>+10%'; repeatable"),
    )
    .option("--confidence <percent>", "how sure an interval is [99]")
    .option("--relevance <percent>", "changes below it are noise; shares: a tenth, in points [5]")
    .option("--seed <n>", "seed of the resampling [1]")
    .option("--all", "show parts of the load too in which nothing changed")
    .option("--json", "print JSON")
    .option("--markdown", "print Markdown, for a pull request")
    .option("--html <file>", "write a page with the runs of both sides drawn over each other");
  return generalOptions(colorOption(command));
}

function colorOption(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .option("--no-color", "use no colours (also: NO_COLOR; FORCE_COLOR asks for them)");
}
