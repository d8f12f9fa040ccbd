import { dirname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { denoCommand, OptionError } from "../internal/mod.ts";
import { ownModules } from "../runner/spawn/mod.ts";
import type { JobSpec } from "./job.ts";

/** What scripts may do; what is not named here, they may not. */
export interface ScriptPolicy {
  /** Hosts that they may reach, as in `a.example` or `10.0.0.1:80`; `true` for all. Default: true */
  readonly allowNet?: true | readonly string[];
  /** Where those run that ask for agents. Default: none may */
  readonly pool?: ScriptPool;
}

/** A pool of agents on NATS. */
export interface ScriptPool {
  /** Addresses, as in `nats://a:4222,nats://b:4222`. */
  readonly servers: string;
  /** Absolute path of a credentials file. */
  readonly creds?: string;
  /** Absolute path of the authorities of the servers' certificates, PEM. */
  readonly tlsCa?: string;
}

/** Most agents that a job may ask for. */
export const MAX_AGENTS = 10_000;

/** The folders of one job of a script, all in one that is its own. */
export interface ScriptFolders {
  /** Where it stands, and what is its current folder. */
  readonly work: string;
  /** Temporary files. */
  readonly tmp: string;
  /** Where the summary is written. */
  readonly summary: string;
}

/** The hosts of a policy as a flag has them. @throws {OptionError} */
export function checkPolicy({ allowNet = true }: ScriptPolicy): string | null {
  if (allowNet === true) return null;
  const bad = allowNet.find((host) => host === "" || /[\s,]/.test(host));
  if (bad === undefined) return allowNet.length === 0 ? "none" : allowNet.join(",");
  throw new OptionError("allowNet", `allowNet has ${JSON.stringify(bad)}, which is no host`);
}

/**
 * `downpour run` as a process that may do little: it reads and writes the job's folder and starts
 * shards, whose permissions are the policy's. Only for an archive, whose imports are checked to stay
 * inside, may it read more: packages are resolved by another process, which Deno allows all or
 * nothing to read.
 *
 * @param script its name in the folder of work, where the process begins
 * @param cli module of the command
 * @returns program and arguments
 */
export function scriptCommand(
  script: string,
  spec: Pick<JobSpec, "users" | "duration" | "load">,
  folders: ScriptFolders,
  policy: ScriptPolicy,
  cli: URL,
): string[] {
  const { work, tmp, summary } = folders;
  const hosts = checkPolicy(policy);
  const places = [work, tmp, dirname(summary)];
  const { pool, readable } = poolOf(spec, policy);
  const own = ownModules(new URL("./", cli)) ?? [];
  const { users, duration } = spec;
  return [
    ...[denoCommand(), "run", "--quiet", "--no-prompt", "--unstable-lazy-dynamic-imports"],
    script.endsWith(".tar")
      ? "--allow-read"
      : `--allow-read=${[...places, ...own, ...readable].join(",")}`,
    // A cluster names servers of its own.
    ...(pool.length > 0 ? ["--allow-net"] : []),
    ...[`--allow-write=${places.join(",")}`, "--allow-run=deno"],
    ...[cli.protocol === "file:" ? fileURLToPath(cli) : cli.href, "run", script],
    // Otherwise it is all in the script's options.
    ...(duration > 0 ? ["--vus", String(users), "--duration", `${duration}s`] : []),
    ...(hosts === null ? [] : ["--allow-net", hosts]),
    ...pool,
    ...["--out", "json=-", "--summary-json", summary, "--quiet", "--no-color", "--no-github"],
    "--no-save",
  ];
}

/** Where a job with agents runs, as flags, and the files that takes. */
function poolOf(
  { load }: Pick<JobSpec, "load">,
  { pool }: ScriptPolicy,
): { pool: readonly string[]; readable: readonly string[] } {
  const agents = load.kind === "script" ? load.agents ?? 0 : 0;
  if (agents === 0) return { pool: [], readable: [] };
  if (pool === undefined) throw new OptionError("pool", "the job asks for agents of a pool");
  const { servers, creds, tlsCa } = pool;
  return {
    pool: [
      ...["--on", servers, "--agents", String(agents)],
      ...(creds === undefined ? [] : ["--creds", creds]),
      ...(tlsCa === undefined ? [] : ["--tls-ca", tlsCa]),
    ],
    readable: [creds, tlsCa].filter((path) => path !== undefined),
  };
}

/* What a `deno` needs of the agent's environment: its PATH, its cache, and where packages come from. */
const ENVIRONMENT = `
cache=\${XDG_CACHE_HOME:-$HOME/.cache}
[[ $OSTYPE == darwin* ]] && cache=$HOME/Library/Caches
printf '%s\\0' "PATH=$PATH" "HOME=$HOME" "DENO_DIR=\${DENO_DIR:-$cache/deno}"
for name in NPM_CONFIG_REGISTRY {HTTP,HTTPS,NO}_PROXY {http,https,no}_proxy \\
  DENO_CERT DENO_TLS_CA_STORE SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS; do
  [[ \${!name} ]] && printf '%s\\0' "$name=\${!name}"
done
true
`;

/** The variables that a `deno` is started with, as `NAME=value`; the agent itself may not read them. */
export async function denoEnvironment(deno: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", ENVIRONMENT],
    stdin: "null",
    stderr: "null",
  }).output();
  const variables = new TextDecoder().decode(stdout).split("\0").filter((text) => text !== "");
  return [
    "NO_COLOR=1",
    ...variables.map((text) =>
      isAbsolute(deno) && text.startsWith("PATH=") ? `PATH=${dirname(deno)}:${text.slice(5)}` : text
    ),
  ];
}
