import type { Command } from "commander";
import { generalOptions, repeated } from "../options.ts";
import { PERMISSION_FLAGS, type PermissionTexts } from "../permissions.ts";

/** Flags about who may use a server, and how it is reached. */
export interface ServerFlags {
  listen?: string;
  tokenFile?: string;
  tlsCert?: string;
  tlsKey?: string;
  behindProxy?: boolean;
  names?: string;
  quiet?: boolean;
}

/** Flags of `downpour agent`. */
export interface AgentFlags extends ServerFlags, PermissionTexts {
  collector?: string;
  insecure?: boolean;
  logs?: string;
  goloCompat?: boolean;
  data?: string;
  collectorTokenFile?: string;
  cooldown?: string;
  flush?: string;
  rpcAddress?: string;
  uid?: string;
  pool?: string;
  nats?: string;
  id?: string;
  labels?: string;
  slots?: string;
  shards?: string;
  creds?: string;
  tlsCa?: string;
  signer?: readonly string[];
  maxUsers?: string;
  maxDuration?: string;
  maxQueued?: string;
  maxUpload?: string;
  maxStored?: string;
  maxSpool?: string;
  maxLog?: string;
  maxMemory?: string;
}

/** Flags of `downpour submit`. */
export interface SubmitFlags {
  file?: string;
  schedule?: string;
  script?: string;
  env?: readonly string[];
  hosts?: string;
  provider?: string;
  tokenFile?: string;
  insecure?: boolean;
  collector?: string;
  collectorTokenFile?: string;
  threshold?: readonly string[];
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

/** Flags of `downpour collector`. */
export interface CollectorFlags extends ServerFlags {
  data?: string;
  influxdb?: string;
}

/** The options of `downpour agent`: those of go-lo's agent first, by their names. */
export function agentOptions(command: Command): Command {
  command
    .optionsGroup("Results and logs:")
    .option("--collector <url>", "collector endpoint [http://localhost:8082]")
    .option("--insecure", "take any certificate of the collector")
    .option("--logs <folder>", "where logs go [/var/log/loadtest-agent]")
    .option("--collector-token-file <file>", "the collector's token [$DOWNPOUR_COLLECTOR_TOKEN]")
    .option("--flush <time>", "longest time for results after a job [60s]");
  serverOptions(command, "127.0.0.1:8081", "made, in the data folder, unless there")
    .option("--golo-compat", "ask for no token, as golo-cli sends none: on the loopback alone")
    .optionsGroup("Jobs:")
    .option("--data <folder>", "uploads, jobs and what waits [/var/lib/downpour-agent]")
    .option("--cooldown <time>", "rest after each job, 0s for none [60s]")
    .option("--rpc-address <host:port>", "RPC address of jobs that name none [127.0.0.1:9999]")
    .option(
      "--uid <n>",
      "user that binaries run as; takes root; 0 is root [65533 for root, else the agent's own]",
    )
    .option("--pool <urls>", "where scripts run that ask for agents: a pool's NATS servers");
  poolOptions(command)
    .optionsGroup("Limits:")
    .option("--max-users <n>", "users of a job [100000]")
    .option("--max-duration <time>", "duration of a job [7 days]")
    .option("--max-queued <n>", "jobs that wait [10000]")
    .option("--max-upload <MiB>", "size of an upload [2048]")
    .option("--max-stored <MiB>", "size of all uploads [20480]")
    .option("--max-spool <MiB>", "results that wait: for the collector [256], in a pool [64]")
    .option("--max-log <MiB>", "size of each log [64]")
    .option("--max-memory <MiB>", "memory of each process of a job [4096]");
  return quietOption(command, "print no requests");
}

/** What an agent takes that joins a pool, and what agents give scripts. */
function poolOptions(command: Command): Command {
  command
    .optionsGroup(
      "Pool (instead of an API of its own; --tls-cert and --tls-key are for NATS then):",
    )
    .option("--nats <urls>", "join the pool of these NATS servers, for downpour run --on")
    .option("--id <name>", "its name in the pool [host and process]")
    .option("--labels <labels>", "what runs choose by, as in zone=eu,disk=fast")
    .option("--slots <n>", "runs at the same time [1]")
    .option("--shards <n>", "most processes of a run [the number of cores]")
    .option("--creds <file>", "credentials for NATS, as nsc writes them")
    .option("--tls-ca <file>", "authorities of the NATS servers' certificates, PEM")
    .addOption(
      repeated("--signer <key>", "only scripts signed by this key: base64, or a file; repeatable"),
    )
    .optionsGroup("What scripts may do at most (lists with commas, or none):")
    .option("--allow-net <hosts>", "hosts that scripts may reach, or none [all]");
  for (const [flag, takes, help] of Object.values(PERMISSION_FLAGS)) {
    if (flag !== "--allow-net") {
      command.option(`${flag} ${takes}`, `${help.replace(/ \[.*/, "")} [none]`);
    }
  }
  return command;
}

/** The options of `downpour submit`. */
export function submitOptions(command: Command): Command {
  command
    .optionsGroup("Job:")
    .option("-f, --file <file>", "the job: golo-cli's TOML")
    .option("--schedule <file>", "the load test: a binary")
    .option("--script <file>", "or a TypeScript one: a script, or an archive of downpour archive")
    .addOption(repeated("-e, --env <key=value>", "a value of the script's __ENV; repeatable"))
    .addOption(
      repeated("--threshold <metric=rule>", "as in 'http_req_duration=p(95)<500'; repeatable"),
    )
    .optionsGroup("Agents:")
    .option("--hosts <hosts>", "agents that share the users, as in a,b:9000 [$GOLO_HOSTS]")
    .option("--provider <name>", "golo-cli's: localhost, or env for $GOLO_HOSTS")
    .option("--token-file <file>", "the agents' token [$DOWNPOUR_TOKEN]")
    .option("--insecure", "take any certificate")
    .optionsGroup("Results:")
    .option("--collector <urls>", "the agents' collectors [http://localhost:8082]")
    .option("--collector-token-file <file>", "their token [$DOWNPOUR_COLLECTOR_TOKEN]")
    .option("--json", "print what became of it as JSON")
    .option("--no-color", "use no colours (also: NO_COLOR)");
  return quietOption(command, "show no progress");
}

/** The options of `downpour collector`. */
export function collectorOptions(command: Command): Command {
  command
    .optionsGroup("Results:")
    .option("--data <folder>", "keep them as files there [/var/lib/downpour-collector]")
    .option("--influxdb <url>", "hand them on to InfluxDB 1.x, as in http://localhost:8086");
  serverOptions(command, "127.0.0.1:8082", "none on the loopback");
  return quietOption(command, "print nothing but the address");
}

function serverOptions(command: Command, listen: string, token: string): Command {
  return command
    .optionsGroup("Server:")
    .option("--listen <host:port>", `address to listen on; port 0 takes a free one [${listen}]`)
    .option("--token-file <file>", `file of its token, or by environment [${token}]`)
    .option("--tls-cert <file>", "certificate, PEM: serve HTTPS")
    .option("--tls-key <file>", "its key, PEM")
    .option("--behind-proxy", "a proxy in front speaks TLS: plain HTTP beyond the loopback")
    .option("--names <names>", "names that it is asked by, as in agent.example");
}

function quietOption(command: Command, about: string): Command {
  return generalOptions(command.optionsGroup("Output:").option("-q, --quiet", about));
}

/** Commands that take go-lo's flags. */
const TAKERS = ["agent", "submit", "collector"];

/**
 * Gives go-lo's flags their second dash: Go takes `-collector`, `-insecure` and `-logs` with one.
 *
 * @param words of the command line
 */
export function withSeedFlags(words: readonly string[]): string[] {
  if (!words.some((word) => TAKERS.includes(word))) return [...words];
  return words.map((word) => /^-(collector|insecure|logs)(=|$)/.test(word) ? `-${word}` : word).map(
    (word) => word === "--insecure=true" ? "--insecure" : word,
  );
}
