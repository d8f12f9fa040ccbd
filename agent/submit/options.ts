import { checkNames, describeError, OptionError } from "../../internal/mod.ts";
import type { CompiledRule } from "../../runner/mod.ts";
import type { Clock } from "../collector/clock.ts";
import { CLOCK } from "../collector/clock.ts";
import { RESULT_METRICS } from "../collector/mod.ts";
import { serverUrl } from "../collector/pusher_options.ts";
import { AgentError } from "../errors.ts";
import type { Access } from "./agent_client.ts";
import { type Host, LOCAL_HOSTS } from "./hosts.ts";
import { type JobFile, readJobFile } from "./job_file.ts";
import type { HostProgress } from "./host_run.ts";

/** What to submit, and where. */
export interface SubmitOptions {
  /** Path of a job file as golo-cli has it. */
  jobFile: string;
  /** Path of a load test binary, to be uploaded; or `script`. */
  schedule?: string;
  /** Path of an archive or a bundle of a TypeScript load test, to be uploaded; or `schedule`. */
  script?: string;
  /** Agents that share the users: see `readHosts`. Default: the one of this machine. */
  hosts?: readonly Host[];
  /** Token of the agents. Default: none. */
  token?: string | null;
  /** Takes any certificate, of agents and collectors. Default: false. */
  insecure?: boolean;
  /** Where the agents push their results. Default: `["http://localhost:8082"]`. */
  collectors?: readonly string[];
  /** Token of the collectors. Default: none. */
  collectorToken?: string | null;
  /** Rules beside the job file's, as `"http_req_duration{method:GET}: p(95)<500"`. */
  thresholds?: readonly string[];
  /** Told how the hosts stand, every second or so. */
  onProgress?: (hosts: readonly HostProgress[]) => void;
  /** Cancels the job on every host when it aborts. */
  signal?: AbortSignal;
  /** How waits are waited: for tests. */
  clock?: Clock;
}

/** The same, read and checked. */
export interface SubmitPlan {
  readonly job: JobFile;
  readonly load: { readonly kind: "binary" | "script"; readonly path: string };
  readonly hosts: readonly Host[];
  readonly agents: Access;
  readonly collectors: readonly Host[];
  readonly collecting: Access;
  readonly rules: readonly CompiledRule[];
  readonly onProgress: (hosts: readonly HostProgress[]) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

const NAMES = [
  ...["jobFile", "schedule", "script", "hosts", "token", "insecure", "collectors"],
  ...["collectorToken", "thresholds", "onProgress", "signal", "clock"],
];
const DEFAULT_COLLECTORS = ["http://localhost:8082"];

/** Reads all that can be wrong before anything is sent. @throws {OptionError | AgentError} */
export async function readSubmitOptions(options: SubmitOptions): Promise<SubmitPlan> {
  checkNames("submit", options, NAMES);
  const { jobFile, schedule, script, hosts = LOCAL_HOSTS, insecure = false } = options;
  const { token = null, collectorToken = null, collectors = DEFAULT_COLLECTORS } = options;
  const path = schedule ?? script;
  if (path === undefined || (schedule !== undefined && script !== undefined)) {
    throw new OptionError("schedule", "give one of schedule, a binary, and script, an archive");
  }
  const job = readJobFile(await readText(jobFile), jobFile);
  await checkFile(path);
  if (hosts.length === 0) throw new OptionError("hosts", "hosts is empty: name at least one agent");
  return {
    job,
    load: { kind: schedule === undefined ? "script" : "binary", path },
    hosts,
    agents: { token, insecure },
    collectors: collectors.map((url) => ({
      name: url,
      url: serverUrl(url, "collectors").href.replace(/\/+$/, ""),
    })),
    collecting: { token: collectorToken, insecure },
    rules: await compileRules(job, options.thresholds ?? []),
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? CLOCK,
  };
}

async function compileRules(job: JobFile, more: readonly string[]): Promise<CompiledRule[]> {
  if (Object.keys(job.thresholds).length === 0 && more.length === 0) return [];
  const { compileThresholds, parseOptions } = await import("../../runner/mod.ts");
  const { thresholds } = parseOptions({ thresholds: job.thresholds }, {});
  const all = new Map(Object.entries(thresholds));
  for (const text of more) {
    const match = /^\s*([A-Za-z_]\w*(?:\{.*\})?)\s*:\s*(.+)$/s.exec(text);
    if (match === null) {
      throw new OptionError(
        "thresholds",
        `Can't understand the threshold ${JSON.stringify(text)}: ` +
          `write a metric, a colon and a rule, as "http_req_duration: p(95)<500"`,
      );
    }
    const rule = { expression: match[2]!, abortOnFail: false, delayAbortEvalMs: 0 };
    all.set(match[1]!, [...all.get(match[1]!) ?? [], rule]);
  }
  const options = { thresholds: Object.fromEntries(all), noThresholds: false };
  return compileThresholds(options, RESULT_METRICS);
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function checkFile(path: string): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (info.isFile && info.size > 0) return;
  throw new AgentError(
    "file_unreadable",
    `can't upload ${path}: it is ${info.isFile ? "empty" : "no file"}`,
  );
}

function unreadable(path: string, error: unknown): AgentError {
  const why = error instanceof Deno.errors.NotFound ? "there is none" : describeError(error);
  return new AgentError("file_unreadable", `can't read ${path}: ${why}`, { cause: error });
}
