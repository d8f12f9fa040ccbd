import { Command, CommanderError } from "commander";
import { nearest } from "../internal/mod.ts";
import {
  FLAG_DEFAULTS,
  givenOptions,
  type InspectFlags,
  inspectOptions,
  type QuickFlags,
  quickOptions,
  type ScriptFlags,
  scriptOptions,
  type TargetFlags,
  targetOptions,
} from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** What a command line asks for. */
export type CommandLine =
  | { readonly command: "help"; readonly text: string }
  | { readonly command: "version" }
  | { readonly command: "quick"; readonly url: string; readonly flags: QuickFlags }
  | { readonly command: "run"; readonly script: string; readonly flags: ScriptFlags }
  | { readonly command: "inspect"; readonly script: string; readonly flags: InspectFlags }
  | { readonly command: "target"; readonly flags: TargetFlags };

const COMMANDS = ["run", "inspect", "target"] as const;
type Named = typeof COMMANDS[number];

/** How help is laid out. */
export interface HelpLayout {
  /** Columns to wrap at. @default {80} */
  readonly width?: number;
}

/**
 * Reads a command line. Options may stand before, after and between operands, and behind one `--`
 * (`deno task` hands that on).
 *
 * @throws {UsageError} for an unknown command or option, or a missing or surplus operand
 */
export function parseCommandLine(args: readonly string[], layout: HelpLayout = {}): CommandLine {
  const dashes = args.indexOf("--");
  const words = (dashes < 0 ? args : [...args.slice(0, dashes), ...args.slice(dashes + 1)])
    // Alone it would take the next word for its value.
    .map((word) => word === "--http-debug" ? "--http-debug=headers" : word);
  const named = findCommand(words);
  const help: string[] = [];
  const command = build(named, layout, (text) => help.push(text));
  if (words.length === 0) words.push("--help");
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: "help", text: help.join("") };
    if (wantsVersion(command)) return { command: "version" };
    throw new UsageError(usageMessage(error, named, command.args));
  }
  if (wantsVersion(command)) return { command: "version" };
  if (named === "target") return { command: "target", flags: flagsOf<TargetFlags>(command) };
  if (named === "run" || named === "inspect") {
    const flags = { ...flagsOf<InspectFlags>(command), given: givenOptions(command) };
    return { command: named, script: command.args[1]!, flags };
  }
  const url = command.args[0];
  if (url === undefined) {
    throw new UsageError("a URL or a command is missing (see downpour --help)");
  }
  rejectOtherWords(url);
  return { command: "quick", url, flags: flagsOf<QuickFlags>(command) };
}

/** Which command the words name: the first operand, once every known option is set aside. */
function findCommand(words: readonly string[]): Named | null {
  const all = new Command();
  for (const add of [quickOptions, inspectOptions, targetOptions]) {
    const part = add(new Command());
    for (const option of part.options) {
      if (all.options.every((o) => o.long !== option.long)) all.addOption(option);
    }
  }
  all.helpOption(false).option("-h, --help").exitOverride().configureOutput({ outputError() {} });
  let operands: string[];
  try {
    operands = all.parseOptions([...words]).operands;
  } catch {
    operands = words.filter((word) => COMMANDS.some((name) => name === word));
  }
  return COMMANDS.find((name) => name === operands[0]) ?? null;
}

/** The flags that were given over those that were not. */
function flagsOf<T extends object>(command: Command): T {
  return { ...FLAG_DEFAULTS, ...command.opts<T>() };
}

function wantsVersion(command: Command): boolean {
  return command.opts<{ version?: boolean }>().version === true;
}

/** An operand that is neither a command nor a URL was meant to be one of them. */
function rejectOtherWords(word: string): void {
  if (/\.[cm]?[jt]sx?$/.test(word) && !word.includes("://")) {
    throw new UsageError(`not a URL: ${word} (to run a script: downpour run ${word})`);
  }
  if (/^[a-z][a-z-]*$/i.test(word) && word.toLowerCase() !== "localhost") {
    const meant = nearest(word, COMMANDS);
    const hint = meant === null
      ? `commands: ${COMMANDS.join(", ")}; or a URL such as http://127.0.0.1:8000/`
      : `did you mean ${meant}?`;
    throw new UsageError(`unknown command '${word}' (${hint})`);
  }
}

/** The library's words, on one line and in the voice of ours. */
function usageMessage(
  error: CommanderError,
  named: Named | null,
  operands: readonly string[],
): string {
  if (error.code === "commander.excessArguments") {
    if (named === null) rejectOtherWords(operands[0]!);
    const most = named === "run" || named === "inspect" ? 2 : 1;
    return `too many operands: ${operands.slice(most).join(" ")}`;
  }
  if (error.code === "commander.missingArgument") {
    return `the script is missing (downpour ${named} <script>)`;
  }
  if (error.code === "commander.optionMissingArgument") {
    const option = /(--[a-z-]+) (<[^>]+>)/.exec(error.message);
    if (option !== null) return `option '${option[1]}' needs a value: ${option[1]} ${option[2]}`;
  }
  const where = named === null ? "downpour --help" : `downpour ${named} --help`;
  const [first, ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest.join(" ").trim();
  return hint === ""
    ? `${first} (see ${where})`
    : `${first} ${hint.replace("(Did", "(did").replace("one of ", "")}`;
}

function build(named: Named | null, layout: HelpLayout, write: (text: string) => void): Command {
  const command = new Command(named === null ? "downpour" : `downpour ${named}`)
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: write,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => layout.width ?? 80,
      getErrHelpWidth: () => layout.width ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  if (named === "run") {
    return scriptOptions(command)
      .description("Runs a script: load is what its default function does, again and again.")
      .argument("<command>").argument("<script>")
      .usage("<script> [options]")
      .addHelpText(
        "after",
        "\nExamples:\n  downpour run load.ts\n  downpour run load.ts -u 50 -d 1m -e HOST=127.0.0.1:8000",
      );
  }
  if (named === "inspect") {
    return inspectOptions(command)
      .description(
        "Prints the options that a script would run with, and where each comes from: flags over\n" +
          "environment (DOWNPOUR_*, K6_*) over script over config file over defaults.",
      )
      .argument("<command>").argument("<script>")
      .usage("<script> [options]")
      .addHelpText(
        "after",
        "\nExamples:\n  downpour inspect load.ts -u 50 -d 1m\n  downpour inspect load.ts --json | jq .scenarios",
      );
  }
  if (named === "target") {
    return targetOptions(command)
      .description("Starts a server to aim at; Ctrl-C ends it.")
      .argument("<command>")
      .usage("[options]");
  }
  return quickOptions(command)
    .description("Loads a URL, or runs a load test that a script describes.")
    .argument("[url]")
    .usage(
      "<url> [options]\n       downpour run <script> [options]\n" +
        "       downpour inspect <script> [options]\n       downpour target [options]",
    )
    .addHelpText(
      "after",
      `
Commands:
  run <script>      run a script (see downpour run --help)
  inspect <script>  print the options it would run with (see downpour inspect --help)
  target            start a server to aim at (see downpour target --help)

Examples:
  downpour http://127.0.0.1:8000/ -u 50 -d 30s
  downpour http://127.0.0.1:8000/orders --rate 200 -b '{"item":1}' -H 'Content-Type: application/json'
  downpour run load.ts --summary-json summary.json

Exit codes:
  0 all well, 1 nothing answered, 2 bad usage, 99 a threshold failed, 104 a bad option,
  105 stopped by a signal, 107 the script threw, 109 a shard was lost`,
    );
}
