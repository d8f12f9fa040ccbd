import { nearest } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import type { JobSpec } from "../job.ts";
import { checkJobName } from "../job_name.ts";
import { isThisMachine, parseAddress } from "../rpc/address.ts";
import { HttpError } from "./errors.ts";
import { goJsonFault } from "./go_json.ts";

/** Most that a job may ask for. */
export interface JobLimits {
  readonly maxUsers: number;
  /** Seconds. */
  readonly maxDuration: number;
  /** RPC address of jobs that name none. Default: the reference's */
  readonly rpcAddress?: string;
  /** Most agents of a pool; 0 where this agent has none. Default: 0 */
  readonly maxAgents?: number;
}

/** A job as it was asked for: its script may be an upload, or come with it. */
export interface JobRequest extends Omit<JobSpec, "load"> {
  readonly load:
    | JobSpec["load"]
    /** A bundle: one module that needs no other. */
    | { readonly kind: "source"; readonly source: string; readonly agents?: number };
}

const FIELDS = ["name", "users", "duration", "binary", "script", "rpcAddress", "agents"];
const DEFAULT_NAME = "dead_letter";
const DEFAULT_USERS = 25;
const DEFAULT_RPC_ADDRESS = "127.0.0.1:9999";
/** Longest id that is repeated in a message. */
const MAX_SHOWN = 64;

/**
 * Reads what `POST /queue` takes: `{"name", "users", "duration", "binary" | "script", "rpcAddress",
 * "agents"}`. As in Go, null and 0 are what is left out.
 *
 * @throws {HttpError} 400
 */
export function readJobRequest(text: string, limits: JobLimits): JobRequest {
  const fields = parseObject(text);
  const { binary, script } = fields;
  const name = take(fields, "name", "string") || DEFAULT_NAME;
  try {
    checkJobName(name);
  } catch (error) {
    if (error instanceof AgentError) throw new HttpError(400, error.message, {}, error);
    throw error;
  }
  const users = take(fields, "users", "number") || DEFAULT_USERS;
  if (!Number.isInteger(users) || users < 1 || users > limits.maxUsers) {
    throw bad(`users must be a whole number from 1 to ${limits.maxUsers}: ${users}`);
  }
  if (binary != null && script != null) {
    throw bad("a job has a binary or a script, not both");
  }
  const duration = take(fields, "duration", "number") ?? 0;
  // How long a script runs is in its options.
  const least = script == null ? 1 : 0;
  if (!Number.isInteger(duration) || duration < least || duration > limits.maxDuration) {
    throw bad(
      `duration must be a whole number of seconds from 1 to ${limits.maxDuration}: ${duration}`,
    );
  }
  const agents = readAgents(fields, limits);
  return {
    name,
    users,
    duration,
    load: script == null
      ? { kind: "binary", binary: take(fields, "binary", "string") ?? "" }
      : { ...readScript(script), ...(agents === 0 ? {} : { agents }) },
    rpcAddress: checkRpcAddress(
      take(fields, "rpcAddress", "string") || (limits.rpcAddress ?? DEFAULT_RPC_ADDRESS),
    ),
  };
}

/** Agents of the pool that a script is to run on; 0 for this machine. */
function readAgents(
  fields: Readonly<Record<string, unknown>>,
  { maxAgents = 0 }: JobLimits,
): number {
  const agents = take(fields, "agents", "number") ?? 0;
  if (agents === 0) return 0;
  if (fields["script"] == null) throw bad("agents of a pool run scripts: a binary runs here");
  if (maxAgents === 0) {
    throw bad("this agent has no pool (downpour agent --pool nats://HOST:PORT): leave out agents");
  }
  if (Number.isInteger(agents) && agents >= 1 && agents <= maxAgents) return agents;
  throw bad(`agents must be a whole number from 1 to ${maxAgents}: ${agents}`);
}

/** What the reference answers for an id that is none. */
export function invalidUpload(kind: "binary" | "script", id: string): HttpError {
  const shown = id.length > MAX_SHOWN ? `${id.slice(0, MAX_SHOWN)}…` : id;
  return bad(`${shown} is an invalid ${kind}`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, goJsonFault(text), {}, cause);
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw bad(`a job is an object with ${FIELDS.join(", ")}`);
  }
  for (const name of Object.keys(body)) {
    if (FIELDS.includes(name)) continue;
    const shown = JSON.stringify(name.slice(0, MAX_SHOWN));
    const near = nearest(name.slice(0, MAX_SHOWN), FIELDS);
    const hint = near === null ? `it has ${FIELDS.join(", ")}` : `did you mean ${near}`;
    throw bad(`a job has no field ${shown}: ${hint}`);
  }
  return body as Readonly<Record<string, unknown>>;
}

interface Kinds {
  number: number;
  string: string;
}

function take<K extends keyof Kinds>(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
): Kinds[K] | null {
  const value = fields[name] ?? null;
  if (value === null || typeof value === kind) return value as Kinds[K] | null;
  throw bad(`${name} must be a ${kind}, not ${kindOf(value)}`);
}

function readScript(script: unknown): JobRequest["load"] {
  if (typeof script === "string") return { kind: "script", archive: script };
  const { source } = (typeof script === "object" ? script : {}) as { source?: unknown };
  if (typeof source === "string" && source !== "" && Object.keys(script as object).length === 1) {
    return { kind: "source", source };
  }
  throw bad('script must be the id of an archive, or {"source": "…"} with one module');
}

/** The agent connects there for whoever sends a job: to this machine alone. */
function checkRpcAddress(address: string): string {
  try {
    if (isThisMachine(parseAddress(address).hostname)) return address;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
  }
  const shown = JSON.stringify(address.slice(0, MAX_SHOWN));
  throw bad(`rpcAddress must be HOST:PORT of this machine, as in ${DEFAULT_RPC_ADDRESS}: ${shown}`);
}

function kindOf(value: unknown): string {
  return Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`;
}

function bad(message: string): HttpError {
  return new HttpError(400, message);
}
