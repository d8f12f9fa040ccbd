import { type Command, Option } from "commander";
import { RUN_FLAGS } from "./run_flags.ts";

/** What flags are when they are not given. */
export const FLAG_DEFAULTS = {
  stage: [],
  tag: [],
  out: [],
  header: [],
  env: [],
  secretSource: [],
  inline: false,
  quiet: false,
  check: false,
  json: false,
  executionRequirements: false,
  port: "8000",
  host: "127.0.0.1",
} as const;

/** Flags that every kind of run has, as typed: text is checked later, in one place. */
export interface LoadFlags {
  vus?: string;
  duration?: string;
  iterations?: string;
  stage: readonly string[];
  tag: readonly string[];
  out: readonly string[];
  shards?: string;
  inline: boolean;
  summaryJson?: string;
  summary: boolean;
  quiet: boolean;
  color: boolean;
}

/** Flags of `downpour URL`. */
export interface QuickFlags extends LoadFlags {
  rate?: string;
  method?: string;
  header: readonly string[];
  body?: string;
  timeout?: string;
}

/** Flags of `downpour run`. */
export interface ScriptFlags extends LoadFlags {
  env: readonly string[];
  check: boolean;
  setup: boolean;
  teardown: boolean;
  thresholds: boolean;
  config?: string;
  /** Options that flags of `RUN_FLAGS` set, by k6's names; true for a flag without a value. */
  given: Readonly<Record<string, string | true>>;
  allowNet?: string;
  allowRead?: string;
  allowUnix?: string;
  allowWrite?: string;
  secretSource: readonly string[];
}

/** Flags of `downpour inspect`: those of `downpour run`, and how it prints. */
export interface InspectFlags extends ScriptFlags {
  json: boolean;
  executionRequirements: boolean;
}

/** Flags of `downpour target`. */
export interface TargetFlags {
  port: string;
  host: string;
}

const collect = (value: string, before: string[] | undefined): string[] => [...before ?? [], value];

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

function loadOptions(command: Command, defaults: { vus: string; duration: string }): Command {
  return command
    .optionsGroup("Load:")
    .option("-u, --vus <n>", `virtual users at once ${defaults.vus}`)
    .option("-d, --duration <time>", `how long, as in 30s or 1m30s ${defaults.duration}`)
    .option("-i, --iterations <n>", "iterations in all, shared by the virtual users")
    .addOption(repeated("-s, --stage <time:n>", "ramp to n virtual users over a time; repeatable"));
}

function outputOptions(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .addOption(repeated("--tag <key=value>", "tag everything that is measured; repeatable"))
    .addOption(
      repeated("-o, --out <kind=arg>", "send what is measured on, as in json=FILE; repeatable"),
    )
    .option("--summary-json <file>", "write the summary as JSON")
    .option("--no-summary", "print no summary")
    .option("-q, --quiet", "show no progress")
    .option("--no-color", "use no colours (also: NO_COLOR; FORCE_COLOR asks for them)")
    .optionsGroup("Processes:")
    .option("--shards <n>", "processes that make the load [one per core]")
    .option("--inline", "make the load in this process, for a debugger");
}

/** The options of `downpour URL`. */
export function quickOptions(command: Command): Command {
  loadOptions(command, { vus: "[10]", duration: "[10s]" })
    .option("--rate <n>", "start n requests a second, whatever the answers (open model)")
    .optionsGroup("Request:")
    .option("-X, --method <method>", "HTTP method [GET, or POST with a body]")
    .addOption(repeated("-H, --header <line>", "header, as in 'Accept: text/html'; repeatable"))
    .option("-b, --body <text>", "request body")
    .option("--timeout <time>", "longest wait for one response [60s]");
  return generalOptions(outputOptions(command));
}

/** The options of `downpour run`. */
export function scriptOptions(command: Command): Command {
  loadOptions(command, { vus: "[the script's]", duration: "[the script's]" });
  runOptions(command, ["Load:"])
    .optionsGroup("Script:")
    .addOption(repeated("-e, --env <key=value>", "a value of the script's __ENV; repeatable"))
    .addOption(
      repeated(
        "--secret-source <source>",
        "secrets of the script, as in file=secrets.txt; repeatable",
      ),
    )
    .option("-c, --config <file>", "options below the script's, as JSON [$DOWNPOUR_CONFIG]")
    .option("--check", "check the types before running")
    .option("--no-setup", "don't call setup")
    .option("--no-teardown", "don't call teardown")
    .option("--no-thresholds", "don't judge thresholds");
  runOptions(command, ["Script:", "HTTP:", "Connections:"])
    .optionsGroup("What the script may do:")
    .option("--allow-net <hosts>", "hosts it may reach, as in a.example,10.0.0.1:80 [all]")
    .option("--allow-read <paths>", "what it may read [the script's folder]")
    .option("--allow-unix <paths>", "Unix sockets it may use [none]")
    .option("--allow-write <folders>", "what it may write [handleSummary: the current folder]");
  return generalOptions(runOptions(outputOptions(command), ["Output:"]));
}

/** The options of `downpour inspect`. */
export function inspectOptions(command: Command): Command {
  command
    .optionsGroup("Inspect:")
    .option("--json", "print JSON: the options in k6's shape, and their origins")
    .option("--execution-requirements", "print the most virtual users and the longest time too");
  return scriptOptions(command);
}

/** Adds the flags of some headings. */
function runOptions(command: Command, headings: readonly string[]): Command {
  for (const heading of headings) {
    command.optionsGroup(heading);
    for (const { flags, description, repeatable } of RUN_FLAGS[heading]!) {
      command.addOption(
        repeatable ? repeated(flags, `${description}; repeatable`) : new Option(flags, description),
      );
    }
  }
  return command;
}

/** What flags of `RUN_FLAGS` set, from a command that was parsed. */
export function givenOptions(command: Command): Record<string, string | true> {
  const given: Record<string, string | true> = {};
  for (const { flags, option } of Object.values(RUN_FLAGS).flat()) {
    const name = new Option(flags).attributeName();
    if (command.getOptionValueSource(name) !== "cli") continue;
    const value: unknown = command.getOptionValue(name);
    given[option] = typeof value === "boolean" ? true : String(value);
  }
  return given;
}

/** The options of `downpour target`. */
export function targetOptions(command: Command): Command {
  command
    .optionsGroup("Server:")
    .option("-p, --port <n>", "port to listen on; 0 takes a free one [8000]")
    .option("--host <address>", "address to listen on [127.0.0.1]");
  return generalOptions(command);
}

function generalOptions(command: Command): Command {
  return command
    .optionsGroup("General:")
    .helpOption("-h, --help", "show this help")
    .option("-V, --version", "show the version");
}
