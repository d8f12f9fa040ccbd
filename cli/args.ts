import { Command, CommanderError, Option } from "commander";
import { nearest } from "../internal/mod.ts";
import type { CommandLine } from "./command_line.ts";
import { COMMAND_NAMES, type CommandInfo, type CommandName, COMMANDS } from "./commands.ts";
import { foreignFlag } from "./foreign_flags.ts";
import {
  type AgentFlags,
  type CollectorFlags,
  type SubmitFlags,
  withSeedFlags,
} from "./agent/options.ts";
import type { ControlFlags } from "./control_commands.ts";
import type { ArchiveFlags } from "./command_options.ts";
import type { ImportFlags } from "./import_options.ts";
import {
  FLAG_DEFAULTS,
  givenOptions,
  type InspectFlags,
  type ScriptFlags,
  type TargetFlags,
} from "./options.ts";
import { type QuickFlags, quickOptions } from "./quick_options.ts";
import type { NatsConfigFlags } from "./nats_config/options.ts";
import type { DashFlags, ReportFlags } from "./page/options.ts";
import type { ParserFlags } from "./parser/options.ts";
import type { AgentsFlags, AttachFlags } from "./pool/options.ts";
import type { CompareFlags, RunsFlags } from "./results_options.ts";
import type { RecordFlags } from "./record_options.ts";
import type { ServeFlags } from "./serve_options.ts";
import type { StressFlags } from "./stress_options.ts";
import { UsageError } from "./usage_error.ts";

export type { CommandLine } from "./command_line.ts";

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
  const given = dashes < 0 ? args : [...args.slice(0, dashes), ...args.slice(dashes + 1)];
  const words = withSeedFlags(given)
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
  if (named !== null) return commandLine(named, command);
  const url = command.args[0];
  const flags = flagsOf<QuickFlags>(command);
  if (url !== undefined) rejectOtherWords(url);
  else if (flags.urls === undefined) {
    throw new UsageError("a URL or a command is missing (see downpour --help)");
  }
  return { command: "quick", url, flags };
}

/** What a command that was parsed asks for. */
function commandLine(named: CommandName, command: Command): CommandLine {
  const operand = command.args[1];
  switch (named) {
    case "target":
      return { command: named, flags: flagsOf<TargetFlags>(command) };
    case "serve":
      // Not over the defaults of other commands: --nats has a value here.
      return { command: named, component: operand!, flags: command.opts<ServeFlags>() };
    case "agent":
      return { command: named, flags: command.opts<AgentFlags>() };
    case "agents":
      return { command: named, flags: command.opts<AgentsFlags>() };
    case "attach":
      return { command: named, run: operand!, flags: flagsOf<AttachFlags>(command) };
    case "nats-config":
      return { command: named, flags: command.opts<NatsConfigFlags>() };
    case "submit":
      return { command: named, flags: command.opts<SubmitFlags>() };
    case "collector":
      return { command: named, flags: command.opts<CollectorFlags>() };
    case "status":
    case "pause":
    case "resume":
    case "scale":
    case "stop":
      return { command: named, flags: flagsOf<ControlFlags>(command) };
    case "stress":
      return { command: named, file: operand!, flags: flagsOf<StressFlags>(command) };
    case "parser":
      return {
        command: named,
        action: operand!,
        path: command.args[2]!,
        flags: command.opts<ParserFlags>(),
      };
    case "runs":
      return { command: named, run: operand, flags: flagsOf<RunsFlags>(command) };
    case "report":
      return { command: named, run: operand, flags: command.opts<ReportFlags>() };
    case "dash":
      return { command: named, run: operand, flags: command.opts<DashFlags>() };
    case "compare":
      return {
        ...{ command: named, before: operand, after: command.args[2] },
        flags: flagsOf<CompareFlags>(command),
      };
    case "import":
      return { command: named, input: operand!, flags: command.opts<ImportFlags>() };
    case "record":
      return { command: named, flags: command.opts<RecordFlags>() };
    case "init":
      return { command: named, folder: operand ?? "." };
    case "completion":
      return { command: named, shell: operand! };
    case "inspect":
      return { command: named, script: operand!, flags: scriptFlags<InspectFlags>(command) };
    case "archive":
      return { command: named, script: operand!, flags: scriptFlags<ArchiveFlags>(command) };
    default:
      return { command: named, script: operand!, flags: scriptFlags<ScriptFlags>(command) };
  }
}

function scriptFlags<T extends ScriptFlags>(command: Command): T {
  return { ...flagsOf<T>(command), given: givenOptions(command) };
}

/** Which command the words name: the first operand, once every known option is set aside. */
function findCommand(words: readonly string[]): CommandName | null {
  const all = new Command();
  const parts = [quickOptions, ...COMMAND_NAMES.map((name) => COMMANDS[name].options)];
  for (const option of parts.flatMap((add) => add(new Command()).options)) {
    if (all.options.some(({ long }) => long === option.long)) continue;
    const taken = all.options.some(({ short }) => short !== undefined && short === option.short);
    all.addOption(taken ? new Option(option.flags.replace(/^-\w, /, "")) : option);
  }
  all.helpOption(false).option("-h, --help").exitOverride().configureOutput({ outputError() {} });
  let operands: string[];
  try {
    operands = all.parseOptions([...words]).operands;
  } catch {
    operands = words.filter((word) => COMMAND_NAMES.some((name) => name === word));
  }
  return COMMAND_NAMES.find((name) => name === operands[0]) ?? null;
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
    const meant = nearest(word, COMMAND_NAMES);
    const hint = meant === null
      ? `commands: ${COMMAND_NAMES.join(", ")}; or a URL such as http://127.0.0.1:8000/`
      : `did you mean ${meant}?`;
    throw new UsageError(`unknown command '${word}' (${hint})`);
  }
}

/** The library's words, on one line and in the voice of ours. */
function usageMessage(
  error: CommanderError,
  named: CommandName | null,
  operands: readonly string[],
): string {
  if (error.code === "commander.excessArguments") {
    if (named === null) rejectOtherWords(operands[0]!);
    const most = named === null ? 1 : 1 + operandNames(named).length;
    return `too many operands: ${operands.slice(most).join(" ")}`;
  }
  if (error.code === "commander.missingArgument") {
    const names = named === null ? ["<url>"] : operandNames(named);
    const missing = names[Math.max(0, operands.length - 1)] ?? names[0]!;
    return `the ${missing.slice(1, -1)} is missing (downpour ${named} ${names.join(" ")})`;
  }
  if (error.code === "commander.optionMissingArgument") {
    const option = /(--[a-z-]+) (<[^>]+>)/.exec(error.message);
    if (option !== null) return `option '${option[1]}' needs a value: ${option[1]} ${option[2]}`;
  }
  const unknown = /^error: unknown option '([^'=]+)/.exec(error.message)?.[1];
  const ours = named === null && unknown !== undefined ? foreignFlag(unknown) : undefined;
  if (ours !== undefined) return `unknown option '${unknown}' (here it is ${ours})`;
  const where = named === null ? "downpour --help" : `downpour ${named} --help`;
  const [first, ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest.join(" ").trim();
  return hint === ""
    ? `${first} (see ${where})`
    : `${first} ${hint.replace("(Did", "(did").replace("one of ", "")}`;
}

/** A parser, of the command that is named or of a quick run. */
export function build(
  named: CommandName | null,
  layout: HelpLayout,
  write: (text: string) => void,
): Command {
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
  if (named !== null) return buildNamed(named, command);
  return quickOptions(command)
    .description("Loads a URL, or runs a load test that a script describes.")
    .argument("[url]")
    .usage(
      "<url> [options]\n       downpour <command> [options]",
    )
    .addHelpText(
      "after",
      `
Commands (downpour <command> --help says more):
${commandList()}

Examples:
  downpour http://127.0.0.1:8000/ -u 50 -d 30s
  downpour http://127.0.0.1:8000/orders --rate 200 --ramp 10s -b @order.json
  downpour http://127.0.0.1:8000/ --urls paths.txt -n 10000 --format json
  downpour run load.ts --summary-json summary.json

Exit codes:
  0 all well, 1 nothing answered or a file not written, 2 bad usage, 99 a threshold failed,
  100 to 102 setup, teardown or handleSummary took too long, 103 stopped by downpour stop,
  104 a bad option, 105 stopped by a signal, 106 the REST API can't listen,
  107 the script threw, 108 test.abort(), 109 a shard was lost, 110 test.fail()`,
    );
}

function buildNamed(named: CommandName, command: Command): Command {
  const { operand, description, examples, options }: CommandInfo = COMMANDS[named];
  options(command).description(description).argument("<command>").usage(
    `${operand} [options]`.trim(),
  );
  for (const name of operandNames(named)) command.argument(name);
  if (examples.length === 0) return command;
  const lines = examples.map((example) => `  downpour ${example}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** The operands of a command: `<action>` and `<path>`. */
function operandNames(named: CommandName): string[] {
  const { operand } = COMMANDS[named];
  return operand === "" ? [] : operand.split(" ");
}

function commandList(): string {
  const rows = COMMAND_NAMES.map((name): [string, string] => {
    const { operand, summary } = COMMANDS[name];
    return [`${name} ${operand}`.trim(), summary];
  });
  const width = Math.max(...rows.map(([words]) => words.length));
  return rows.map(([words, summary]) => `  ${words.padEnd(width)}  ${summary}`).join("\n");
}
