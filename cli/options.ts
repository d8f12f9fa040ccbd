import { type Command, Option } from "commander";

/** What flags are when they are not given. */
export const FLAG_DEFAULTS = {
  stage: [],
  tag: [],
  header: [],
  env: [],
  inline: false,
  quiet: false,
  check: false,
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
  allowNet?: string;
  allowRead?: string;
  allowUnix?: string;
  allowWrite?: string;
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
  loadOptions(command, { vus: "[the script's]", duration: "[the script's]" })
    .optionsGroup("Script:")
    .addOption(repeated("-e, --env <key=value>", "a value of the script's __ENV; repeatable"))
    .option("--check", "check the types before running")
    .option("--no-setup", "don't call setup")
    .option("--no-teardown", "don't call teardown")
    .option("--no-thresholds", "don't judge thresholds")
    .optionsGroup("What the script may do:")
    .option("--allow-net <hosts>", "hosts it may reach, as in a.example,10.0.0.1:80 [all]")
    .option("--allow-read <paths>", "what it may read [the script's folder]")
    .option("--allow-unix <paths>", "Unix sockets it may use [none]")
    .option("--allow-write <folders>", "what it may write [handleSummary: the current folder]");
  return generalOptions(outputOptions(command));
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
