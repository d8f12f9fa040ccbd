import { agentOptions, collectorOptions, submitOptions } from "./agent/options.ts";
import type { CommandInfo } from "./command_info.ts";
import { archiveOptions, plainOptions, probeOptions } from "./command_options.ts";
import { controlOptions, scaleOptions } from "./control_commands.ts";
import { importOptions } from "./import_options.ts";
import { inspectOptions, targetOptions } from "./options.ts";
import { natsConfigInfo } from "./nats_config/options.ts";
import { dashOptions, reportOptions } from "./page/options.ts";
import { parserOptions } from "./parser/options.ts";
import { agentsOptions, attachOptions, runOptionsOnAgents } from "./pool/options.ts";
import { compareOptions, runsOptions } from "./results_options.ts";
import { recordOptions } from "./record_options.ts";
import { serveOptions } from "./serve_options.ts";
import { stressOptions } from "./stress_options.ts";

export type { CommandInfo } from "./command_info.ts";

/** All commands, in the order of help. */
export const COMMANDS = {
  run: {
    operand: "<script>",
    summary: "run a script",
    description: "Runs a script: load is what its default function does, again and again.\n" +
      "A script is a file, an archive of `downpour archive`, or - for standard input.",
    examples: [
      "run load.ts",
      "run load.ts -u 50 -d 1m -e HOST=127.0.0.1:8000",
      "run load.ts --on local --agents 2",
      "run load.ts --on nats://10.0.0.5:4222 --where zone=eu",
    ],
    options: runOptionsOnAgents,
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
  runs: {
    operand: "[run]",
    summary: "list the kept runs, or print one",
    description:
      "Every run is kept in .downpour/runs, unless --no-save says otherwise. Lists them, or\n" +
      "prints one: by its number, as last, last~1 and so on, or by the path of a record.",
    examples: ["runs", "runs 7", "runs last --markdown", "runs last --junit results.xml"],
    options: runsOptions,
  },
  report: {
    operand: "[run]",
    summary: "write a kept run as one HTML file",
    description:
      "Writes the report of a run that was kept, the newest unless named: the page of\n" +
      "`--dash` as one HTML file, with its data within.",
    examples: ["report", "report 7 -o report-7.html --plots plots"],
    options: reportOptions,
  },
  dash: {
    operand: "[run]",
    summary: "show a kept run in a browser",
    description:
      "Serves the page of a run that was kept, the newest unless named, on this machine\n" +
      "until Ctrl-C. A run that goes on is shown by its own option --dash.",
    examples: ["dash", "dash 7"],
    options: dashOptions,
  },
  compare: {
    operand: "[before] [after]",
    summary: "say what changed between runs, and whether it is noise",
    description:
      "Compares runs: what changed for the whole load and for each endpoint, how sure that\n" +
      "is, and whether it is better, worse or noise. A side is a run as `downpour runs` names\n" +
      "it, or several, as in 5,6. Unless told, the newest run and the one before it.",
    examples: [
      "compare",
      "compare 6 7 --fail-on 'p99>+10%' --fail-on 'errors>+1%'",
      "compare 1,2,3 4,5,6 --markdown",
      "compare baseline/record.json last --fail-on 'http_req_duration{name:*}:p95>+5ms'",
    ],
    options: compareOptions,
  },
  import: {
    operand: "<input>",
    summary: "make a script of a HAR, curl, OpenAPI, Postman or k6",
    description:
      "Makes a script of what describes requests already: a HAR, curl's command lines,\n" +
      "OpenAPI 3, a Postman collection or a k6 script. The input is a file, - for standard\n" +
      "input, or one curl command in quotes. What can't be taken over is named, in the script too.",
    examples: [
      "import site.har -o load.ts",
      "import openapi.yaml > load.ts",
      "import \"curl https://127.0.0.1:8000/ -H 'Accept: text/html'\"",
    ],
    options: importOptions,
  },
  record: {
    operand: "",
    summary: "make a script of what passes through a proxy",
    description:
      "Starts a proxy on this machine and makes a script of the requests that pass it; Ctrl-C\n" +
      "ends it and writes the script. HTTPS is read with a certificate authority made on first\n" +
      "use, which is installed nowhere: what is to trust it, you tell.",
    examples: ["record -o load.ts", "record --host '*.shop.example' --think-time -o load.ts"],
    options: recordOptions,
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
      "  build FILE       compiles a .c, .wat, .ts (AssemblyScript) or .rs\n" +
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
  agent: {
    operand: "",
    summary: "run load tests that others upload, one after the other",
    description:
      "Serves the API of go-lo's agent: takes load tests, binaries or TypeScript, queues jobs\n" +
      "and runs them one at a time; their results go to a collector. Whoever may upload runs\n" +
      "programs here: it listens on the loopback, and asks for a token.\n" +
      "With --nats it joins a pool instead, and does its part of what downpour run --on runs.\n" +
      "go-lo's -collector, -insecure and -logs are taken with one dash too. Ctrl-C ends it.",
    examples: [
      "agent -collector http://localhost:8082 -logs ./logs --data ./data",
      "agent --golo-compat",
      "agent --nats nats://10.0.0.5:4222 --labels zone=eu --allow-net shop.example",
      "agent --listen 0.0.0.0:8081 --tls-cert cert.pem --tls-key key.pem --token-file token",
    ],
    options: agentOptions,
  },
  agents: {
    operand: "",
    summary: "list the agents of a pool",
    description: "Lists the agents of a pool on NATS, which downpour agent --nats joins, for\n" +
      "downpour run --on.",
    examples: ["agents", "agents --nats nats://10.0.0.5:4222 --json"],
    options: agentsOptions,
  },
  attach: {
    operand: "<run>",
    summary: "go on with a run on agents whose coordinator is gone",
    description:
      "Takes over a run on agents whose downpour run ended early: reads all that they\n" +
      "said from the beginning, follows the rest, and prints the summary of the whole.",
    examples: ["attach k7wq2m9x", "attach k7wq2m9x --nats nats://10.0.0.5:4222"],
    options: attachOptions,
  },
  "nats-config": natsConfigInfo,
  submit: {
    operand: "",
    summary: "run a load test on agents, and print the merged results",
    description:
      "Uploads a load test to agents, shares the job's users among them, follows it, and\n" +
      "prints the results of all. Exits with 99 when a threshold failed.",
    examples: [
      "submit -f job.toml --schedule ./binary --hosts a,b --token-file token",
      "submit -f job.toml --script load.ts --threshold 'http_req_duration=p(95)<500'",
    ],
    options: submitOptions,
  },
  collector: {
    operand: "",
    summary: "take the results of agents",
    description:
      "Takes the results that agents push, keeps them as files or in InfluxDB 1.x, and\n" +
      "sums them up. Ctrl-C ends it.",
    examples: ["collector --data ./results", "collector --influxdb http://localhost:8086"],
    options: collectorOptions,
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
    summary: "set its virtual users or its rate",
    description:
      "Sets the virtual users of an externally-controlled scenario, or the rate of one of an\n" +
      "arrival rate, of a run that was started with --address.",
    examples: ["scale --vus 20", "scale --vus 200 --max 200 --scenario browse", "scale --rate 60"],
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
