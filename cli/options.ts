import { type Command, Option } from "commander";
import type { ControlPlaceFlags } from "./control_place.ts";
import { type PageFlags, pageOptions } from "./page/run_options.ts";
import { permissionOptions, type PermissionTexts } from "./permissions.ts";
import type { PoolRunFlags } from "./pool/run_options.ts";
import { RUN_FLAGS } from "./run_flags.ts";

/** What flags are when they are not given. */
export const FLAG_DEFAULTS = {
  stage: [],
  tag: [],
  out: [],
  header: [],
  env: [],
  secretSource: [],
  where: [],
  inline: false,
  quiet: false,
  check: false,
  withTarget: false,
  setup: true,
  teardown: true,
  thresholds: true,
  summary: true,
  save: true,
  color: true,
  output: "archive.tar",
  json: false,
  executionRequirements: false,
  host: "127.0.0.1",
  nats: false,
  packets: false,
  dryRun: false,
  arm: false,
} as const;

/** Flags that every kind of run has, as typed: text is checked later, in one place. */
export interface LoadFlags extends ControlPlaceFlags, PageFlags {
  vus?: string;
  duration?: string;
  iterations?: string;
  stage: readonly string[];
  tag: readonly string[];
  out: readonly string[];
  github: boolean;
  shards?: string;
  inline: boolean;
  summaryJson?: string;
  summaryExport?: string;
  format?: string;
  summary: boolean;
  save: boolean;
  quiet: boolean;
  color: boolean;
}

/** Flags of `downpour run`. */
export interface ScriptFlags extends LoadFlags, PermissionTexts, PoolRunFlags {
  env: readonly string[];
  check: boolean;
  withTarget: boolean;
  setup: boolean;
  teardown: boolean;
  thresholds: boolean;
  config?: string;
  /** Options that flags of `RUN_FLAGS` set, by k6's names; true for a flag without a value. */
  given: Readonly<Record<string, string | true>>;
  secretSource: readonly string[];
}

/** Flags of `downpour inspect`: those of `downpour run`, and how it prints. */
export interface InspectFlags extends ScriptFlags {
  json: boolean;
  executionRequirements: boolean;
}

/** Flags of `downpour target`. */
export interface TargetFlags {
  port?: string;
  host: string;
  nats: boolean;
  packets: boolean;
  answer?: string;
  split?: string;
  heartbeat?: string;
  closeAfter?: string;
}

const collect = (value: string, before: string[] | undefined): string[] => [...before ?? [], value];

/** An option that may be given several times. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

/** How much load. */
export function loadOptions(
  command: Command,
  defaults: { vus: string; duration: string },
): Command {
  return command
    .optionsGroup("Load:")
    .option("-u, --vus <n>", `virtual users at once ${defaults.vus}`)
    .option("-d, --duration <time>", `how long, as in 30s or 1m30s ${defaults.duration}`)
    .option("-i, --iterations <n>", "iterations in all, shared by the virtual users")
    .addOption(repeated("-s, --stage <time:n>", "ramp to n virtual users over a time; repeatable"));
}

/** What every kind of run takes about its numbers. */
export function outputOptions(command: Command): Command {
  return resultOptions(
    command
      .optionsGroup("Output:")
      .addOption(repeated("--tag <key=value>", "tag everything that is measured; repeatable")),
  );
}

/** Where the numbers of a run go. */
export function resultOptions(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .addOption(
      repeated("-o, --out <kind=arg>", "send what is measured on, as in json=FILE; repeatable"),
    )
    .option("--no-github", "make no annotations and no summary under GitHub Actions")
    .option("--summary-json <file>", "write the summary as JSON")
    .option("--summary-export <file>", "write it in k6's older shape [$K6_SUMMARY_EXPORT]")
    .option("--format <format>", "what is printed: text, json, csv, ndjson, or quiet [text]")
    .option("--no-summary", "print no summary [$K6_NO_SUMMARY]")
    .option("--no-save", "don't keep the run in .downpour/runs [$DOWNPOUR_RUNS]")
    .option("-q, --quiet", "show no progress")
    .option("--no-color", "use no colours (also: NO_COLOR; FORCE_COLOR asks for them)");
}

/** What every kind of run takes about its processes, and who steers it. */
export function processOptions(command: Command): Command {
  pageOptions(command)
    .optionsGroup("Processes:")
    .option("--shards <n>", "processes that make the load [one per core]")
    .option("--inline", "make the load in this process, for a debugger");
  return placeOptions(command);
}

/** Where a run can be steered from. */
export function placeOptions(command: Command): Command {
  return command
    .optionsGroup("Live control:")
    .option("-a, --address <host:port>", "serve the REST API there, as in 127.0.0.1:6565 [off]")
    .option("--token <token>", "what it asks for: better by $DOWNPOUR_TOKEN [none on loopback]");
}

/** The options of a script that is run, here or elsewhere. */
export function scriptLoadOptions(command: Command): Command {
  loadOptions(command, { vus: "[the script's]", duration: "[the script's]" });
  scriptPart(runOptions(command, ["Load:"]))
    .option("--check", "check the types before running")
    .option("--no-thresholds", "don't judge thresholds");
  runOptions(command, ["Script:", "HTTP:", "Connections:"]);
  permissionOptions(command);
  return runOptions(processOptions(outputOptions(command)), ["Output:"]);
}

/** What every command takes that loads a script. */
export function scriptPart(command: Command): Command {
  return command
    .optionsGroup("Script:")
    .addOption(repeated("-e, --env <key=value>", "a value of the script's __ENV; repeatable"))
    .addOption(
      repeated(
        "--secret-source <source>",
        "secrets of the script, as in file=secrets.txt; repeatable",
      ),
    )
    .option("-c, --config <file>", "options below the script's, as JSON [$DOWNPOUR_CONFIG]")
    .option("--with-target", "start a server to aim at: its URL is TARGET in the script's env")
    .option("--no-setup", "don't call setup")
    .option("--no-teardown", "don't call teardown");
}

/** The options of `downpour inspect`. */
export function inspectOptions(command: Command): Command {
  command
    .optionsGroup("Inspect:")
    .option("--json", "print JSON: the options in k6's shape, and their origins")
    .option("--execution-requirements", "print the most virtual users and the longest time too");
  return generalOptions(scriptLoadOptions(command));
}

/** Adds the flags of some headings. */
export function runOptions(command: Command, headings: readonly string[]): Command {
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
    .option(
      "-p, --port <n>",
      "port to listen on; 0 takes a free one [8000; with --nats or --packets 0]",
    )
    .option("--host <address>", "address to listen on [127.0.0.1]")
    .option(
      "--nats",
      "start the nats-server of this machine, with JetStream in a temporary folder",
    )
    .option("--packets", "start a server of length-prefixed packets over TCP and UDP")
    .optionsGroup("Packets (with --packets):")
    .option("--answer <how>", "echo packets, broadcast them to all clients, or none [echo]")
    .option(
      "--split <how>",
      "send whole packets, single bytes, split headers, or coalesced [whole]",
    )
    .option("--heartbeat <time>", "send every client a heartbeat so often [never]")
    .option("--close-after <n>", "send n packets to a client and half of the next, and close");
  return generalOptions(command);
}

/** What every command takes. */
export function generalOptions(command: Command): Command {
  return command
    .optionsGroup("General:")
    .helpOption("-h, --help", "show this help")
    .option("-V, --version", "show the version");
}
