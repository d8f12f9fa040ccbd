import type { Command } from "commander";
import { archiveOptions, plainOptions, probeOptions } from "./command_options.ts";
import { controlOptions, scaleOptions } from "./control_commands.ts";
import { inspectOptions, scriptOptions, targetOptions } from "./options.ts";
import { parserOptions } from "./parser/options.ts";
import { serveOptions } from "./serve_options.ts";
import { stressOptions } from "./stress_options.ts";

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

/** All commands, in the order of help. */
export const COMMANDS = {
  run: {
    operand: "<script>",
    summary: "run a script",
    description: "Runs a script: load is what its default function does, again and again.\n" +
      "A script is a file, an archive of `downpour archive`, or - for standard input.",
    examples: ["run load.ts", "run load.ts -u 50 -d 1m -e HOST=127.0.0.1:8000"],
    options: scriptOptions,
  },
  check: {
    operand: "<script>",
    summary: "check its types, run it once and show all it does",
    description:
      "Checks a script's types, then runs setup, one iteration of each scenario with one\n" +
      "virtual user, and teardown, and prints all that is sent and received. Exits with 0 when\n" +
      "nothing threw, every check passed and every request was answered.",
    examples: ["check load.ts -e HOST=127.0.0.1:8000"],
    options: probeOptions,
  },
  inspect: {
    operand: "<script>",
    summary: "print the options it would run with",
    description:
      "Prints the options that a script would run with, and where each comes from: flags over\n" +
      "environment (DOWNPOUR_*, K6_*) over script over config file over defaults.",
    examples: ["inspect load.ts -u 50 -d 1m", "inspect load.ts --json | jq .scenarios"],
    options: inspectOptions,
  },
  perms: {
    operand: "<script>",
    summary: "print the permissions it needs",
    description: "Runs setup, one iteration of each scenario and teardown, at first with no\n" +
      "permission, then again with what was asked for, and prints the flags for `downpour run`.\n" +
      "Hosts, files to read, variables and facts of the system are granted on the way, so do it\n" +
      "only with scripts that you would run; writing, programs and libraries never are: name\n" +
      "them by a flag to look further.",
    examples: ["perms load.ts", "perms load.ts --allow-write=results"],
    options: probeOptions,
  },
  archive: {
    operand: "<script>",
    summary: "put it in one file that runs elsewhere",
    description:
      "Puts a script, its local modules, the files that it opens while it loads, and its\n" +
      "options into one tar file: `downpour run FILE.tar` runs it elsewhere.",
    examples: ["archive load.ts -o load.tar -e HOST=127.0.0.1:8000"],
    options: archiveOptions,
  },
  init: {
    operand: "[folder]",
    summary: "begin a project: a script, its tasks, a workflow",
    description:
      "Writes a deno.json, a script and a workflow for GitHub into a folder (here, unless\n" +
      "named). What is there is never overwritten.",
    examples: ["init load-tests && cd load-tests && deno task load"],
    options: plainOptions,
  },
  target: {
    operand: "",
    summary: "start a server to aim at",
    description: "Starts a server to aim at; Ctrl-C ends it.",
    examples: [],
    options: targetOptions,
  },
  stress: {
    operand: "<script>",
    summary: "load a server with packets, as a stress script says",
    description:
      "Plays a stress script (.ldsh): sessions over TCP or UDP that send packets, and have\n" +
      "what comes back answered by a WebAssembly parser. Its shards may reach the script's\n" +
      "endpoints and nothing else.",
    examples: [
      "stress load.ldsh --dry-run",
      "stress load.ldsh --shards 4 --threshold 'packet_responding=p(99)<5'",
    ],
    options: stressOptions,
  },
  parser: {
    operand: "<action> <path>",
    summary: "begin, build, check or time a packet parser",
    description:
      "Packet parsers are WebAssembly modules that answer packets for `downpour stress`.\n" +
      "  new DIR          writes one to begin with\n" +
      "  build FILE.c     compiles it, with clang, or FILE.wat with wat2wasm\n" +
      "  check FILE.wasm  checks the contract, then with random and hostile packets\n" +
      "  bench FILE.wasm  says how many packets a second it answers",
    examples: [
      "parser new heartbeat && cd heartbeat && downpour parser build parser.c",
      "parser check parser.wasm",
    ],
    options: parserOptions,
  },
  serve: {
    operand: "<component>",
    summary: "host a WebAssembly component over wRPC",
    description:
      "Hosts a WebAssembly component, in processes without files and network, and serves\n" +
      "what it exports over wRPC; Ctrl-C ends it.",
    examples: [
      "serve blaster.wasm --tcp 127.0.0.1:7761",
      "serve blaster.wasm --nats nats://127.0.0.1:4222 --prefix default",
    ],
    options: serveOptions,
  },
  status: {
    operand: "",
    summary: "print how a run with --address stands",
    description: "Prints how a run stands that was started with --address.",
    examples: ["status", "status -a 127.0.0.1:7000 --json"],
    options: controlOptions,
  },
  pause: {
    operand: "",
    summary: "pause it: no iteration starts until it is resumed",
    description: "Pauses a run that was started with --address: no iteration starts until it is\n" +
      "resumed, and all that is planned shifts by the pause.",
    examples: [],
    options: controlOptions,
  },
  resume: {
    operand: "",
    summary: "resume it",
    description: "Resumes a run that was paused, or started with --paused.",
    examples: [],
    options: controlOptions,
  },
  scale: {
    operand: "",
    summary: "set its virtual users",
    description: "Sets the virtual users of an externally-controlled scenario of a run that was\n" +
      "started with --address.",
    examples: ["scale --vus 20", "scale --vus 200 --max 200 --scenario browse"],
    options: scaleOptions,
  },
  stop: {
    operand: "",
    summary: "let it end: running iterations may finish",
    description:
      "Stops a run that was started with --address: running iterations may finish, then\n" +
      "it prints its summary and exits with 103.",
    examples: [],
    options: controlOptions,
  },
  completion: {
    operand: "<shell>",
    summary: "print completions for bash, zsh or fish",
    description: "Prints a script that completes downpour's commands and options in a shell.",
    examples: ["completion bash > ~/.local/share/bash-completion/completions/downpour"],
    options: plainOptions,
  },
} as const satisfies Record<string, CommandInfo>;

/** A command's word. */
export type CommandName = keyof typeof COMMANDS;

/** The words of all commands. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];
