import { resolve } from "node:path";
import { checkNames, OptionError } from "../internal/mod.ts";
import type { AgentAddress, AgentLimits, AgentSecurity, AuditEvent } from "./api/mod.ts";
import { type BinaryLimits, readLimits } from "./binary/mod.ts";
import { pushUrl } from "./collector/pusher_options.ts";
import type { CollectorTarget } from "./job_runner.ts";
import { isThisMachine, parseAddress } from "./rpc/mod.ts";
import { checkPolicy, type ScriptPolicy } from "./script_command.ts";

/** Where an agent sends the results of its jobs. */
export interface AgentCollector {
  /** Its base. Default: `http://localhost:8082`, the reference's */
  readonly url?: string;
  /** Sent as `Authorization: Bearer`. Default: none */
  readonly token?: string | null;
  /** Takes any certificate. Default: false */
  readonly insecure?: boolean;
  /** Most bytes of a job's results that wait on the disk. Default: 256 MiB */
  readonly maxSpoolBytes?: number;
  /** How long after a job its results may take to be collected; then they are dropped, ms. Default: 60,000 */
  readonly flushMs?: number;
}

/** How much an agent keeps. */
export interface AgentStorage {
  /** Most bytes of one upload. Default: 2 GiB */
  readonly maxUploadBytes?: number;
  /** Most bytes of all uploads. Default: 20 GiB */
  readonly maxStoredBytes?: number;
  /** Most jobs that wait. Default: 10,000 */
  readonly maxQueued?: number;
  /** How many jobs that have ended are kept. Default: 10,000 */
  readonly keepEnded?: number;
}

/** Settings of an agent. */
export interface AgentOptions {
  /** Where uploads, jobs and results that wait are kept; no other agent's. */
  readonly folder: string;
  /** Logs: a job's are in `<logs>/<name>/`. Default: `<folder>/logs` */
  readonly logs?: string;
  /** Default: 127.0.0.1:8081 */
  readonly address?: AgentAddress;
  /** Who may use it, which is to run programs here. */
  readonly security: AgentSecurity;
  /** Where results go. */
  readonly collector?: AgentCollector;
  /** RPC address of jobs that name none, on this machine. Default: `127.0.0.1:9999` */
  readonly rpcAddress?: string;
  /** What clients may ask for. */
  readonly limits?: AgentLimits;
  /** How much it keeps. */
  readonly storage?: AgentStorage;
  /** What one job's program may take. */
  readonly program?: Partial<BinaryLimits>;
  /**
   * User and group that binaries run as, by number; takes an agent of root's, and setpriv. 0, for
   * root, lets them read and change all that is the agent's. Default: 65533, which no account has,
   * when root runs the agent; else the agent's own
   */
  readonly uid?: number | null;
  /** What scripts may do. */
  readonly scripts?: ScriptPolicy;
  /** Rest after each job, ms. Default: 60,000 */
  readonly cooldownMs?: number;
  /** Module of the command, which runs scripts. Default: this package's `cli.ts` */
  readonly cli?: URL;
  /** Told what people should know: of jobs that were recovered, results that were lost. Default: nobody */
  readonly onNote?: (text: string) => void;
  /** Told of every request that changes something or is refused. Default: nobody */
  readonly onAudit?: (event: AuditEvent) => void;
}

/** The same, checked, every default filled in. */
export interface AgentPlan extends Required<Omit<AgentOptions, "collector">> {
  readonly collector: CollectorTarget;
}

const NAMES = [
  ...[
    "folder",
    "logs",
    "address",
    "security",
    "collector",
    "rpcAddress",
    "limits",
    "storage",
    "program",
    "uid",
  ],
  ...["scripts", "cooldownMs", "cli", "onNote", "onAudit"],
];
const COLLECTOR_NAMES = ["url", "token", "insecure", "maxSpoolBytes", "flushMs"];
const STORAGE_NAMES = ["maxUploadBytes", "maxStoredBytes", "maxQueued", "keepEnded"];
const MAX_FLUSH_MS = 24 * 3600 * 1000;

/** Checks what the agent's parts don't. @throws {OptionError} */
export function readAgentOptions(options: AgentOptions): AgentPlan {
  checkNames("startAgent", options, NAMES);
  const { security, address = {}, limits = {}, storage = {}, program = {} } = options;
  const { uid = null, scripts = {}, cooldownMs = 60_000 } = options;
  if (typeof options.folder !== "string" || options.folder === "") {
    throw new OptionError("folder", "folder must be the path of the agent's folder");
  }
  const folder = resolve(options.folder);
  checkNames("the agent's storage", storage, STORAGE_NAMES);
  checkNames("the agent's scripts", scripts, ["allowNet", "pool"]);
  checkPolicy(scripts);
  const { rpcAddress = "127.0.0.1:9999" } = options;
  if (!isThisMachine(parseAddress(rpcAddress).hostname)) {
    throw new OptionError("rpcAddress", `rpcAddress is ${rpcAddress}: give one of this machine`);
  }
  readLimits(program);
  if (uid !== null && !(Number.isInteger(uid) && uid >= 0 && uid < 2 ** 32 - 1)) {
    throw new OptionError("uid", `uid is ${uid}: give the number of a user`);
  }
  return {
    ...{ folder, security, address, limits, storage, program, uid, scripts, cooldownMs },
    rpcAddress,
    logs: resolve(options.logs ?? `${folder}/logs`),
    collector: readCollector(options.collector ?? {}),
    cli: options.cli ?? new URL("../cli.ts", import.meta.url),
    onNote: options.onNote ?? (() => {}),
    onAudit: options.onAudit ?? (() => {}),
  };
}

function readCollector(given: AgentCollector): CollectorTarget {
  checkNames("the agent's collector", given, COLLECTOR_NAMES);
  const { url = "http://localhost:8082", token = null, insecure = false } = given;
  const { maxSpoolBytes = 256 * 1024 ** 2, flushMs = 60_000 } = given;
  try {
    pushUrl(url, "job");
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError("collector", error.message.replace(/^url\b/, "collector"), error);
  }
  if (!(flushMs >= 0 && flushMs <= MAX_FLUSH_MS)) {
    throw new OptionError("flushMs", `flushMs must be from 0 to a day: ${flushMs}`);
  }
  if (!(Number.isSafeInteger(maxSpoolBytes) && maxSpoolBytes >= 0)) {
    throw new OptionError(
      "maxSpoolBytes",
      `maxSpoolBytes must be a whole number from 0 on: ${maxSpoolBytes}`,
    );
  }
  return { url, token, insecure, maxSpoolBytes, flushMs };
}
