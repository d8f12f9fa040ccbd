import { parse, TomlError } from "smol-toml";
import { describeError, nearest } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { isJobName, MAX_JOB_NAME_BYTES } from "../job_name.ts";

/** A job as golo-cli's file has it, and what we added to that. */
export interface JobFile {
  /** Name of the job: of its logs and its results. */
  readonly name: string;
  /** Calls in flight at a time, over all hosts. Default: 25, the agent's. */
  readonly users: number;
  /** Seconds. */
  readonly duration: number;
  /** Metrics to their rules, as the options of a load test have them; not read yet. Default: none */
  readonly thresholds: Readonly<Record<string, unknown>>;
}

/** A value of a job file that can't be used. The code is `job_file_invalid`. */
export class JobFileError extends AgentError {
  /** Path of the value, as `schema.users`; empty for a file that is no TOML. */
  readonly key: string;

  /**
   * Makes one.
   *
   * @param message names the file, the key, the value and the choices
   */
  constructor(key: string, message: string, cause?: unknown) {
    super("job_file_invalid", message, { phase: "read", cause });
    this.key = key;
  }
}

/** Longest job file, characters. */
const MAX_LENGTH = 1024 * 1024;
const MAX_USERS = 10_000_000;
const MAX_DURATION = 365 * 24 * 3600;
const DEFAULT_USERS = 25;
const KEYS = ["type", "schema", "thresholds"];
const SCHEMA_KEYS = ["name", "users", "duration"];

/**
 * Reads a job file: `type = "job"`, a table `[schema]` with `name`, `users` and `duration`, and
 * `[thresholds]`, which is ours.
 *
 * @param file its name, for messages
 * @throws {JobFileError}
 */
export function readJobFile(text: string, file: string): JobFile {
  const fail = (key: string, value: unknown, takes: string): never => {
    const shown = JSON.stringify(value)?.slice(0, 80) ?? "missing";
    throw new JobFileError(key, `${file}: ${key} is ${shown}: it takes ${takes}`);
  };
  const root = parseToml(text, file);
  checkKeys(root, KEYS, "", file);
  if (root["type"] !== "job") fail("type", root["type"], `"job"`);
  const schema = root["schema"];
  if (!isTable(schema)) {
    return fail("schema", schema, "a table [schema] with name, users and duration");
  }
  checkKeys(schema, SCHEMA_KEYS, "schema.", file);
  const { name, users = DEFAULT_USERS, duration } = schema;
  if (typeof name !== "string" || !isJobName(name)) {
    return fail(
      "schema.name",
      name,
      `a name of 1 to ${MAX_JOB_NAME_BYTES} bytes: letters, digits, spaces and _ . + : @ = , ( ) -`,
    );
  }
  if (!isWhole(users, MAX_USERS)) {
    return fail("schema.users", users, `a whole number from 1 to ${MAX_USERS}`);
  }
  if (!isWhole(duration, MAX_DURATION)) {
    return fail("schema.duration", duration, `a whole number of seconds from 1 to ${MAX_DURATION}`);
  }
  const thresholds = root["thresholds"] ?? {};
  if (!isTable(thresholds)) {
    return fail("thresholds", thresholds, `a table, as http_req_duration = ["p(95)<500"]`);
  }
  return { name, users, duration, thresholds };
}

function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_LENGTH) {
    throw new JobFileError("", `${file}: a job file has ${MAX_LENGTH} characters at most`);
  }
  try {
    return parse(text);
  } catch (error) {
    // Its message goes on with an excerpt, line by line.
    const [first] = describeError(error).split("\n");
    const at = error instanceof TomlError ? `:${error.line}:${error.column}` : "";
    throw new JobFileError("", `${file}${at}: ${first}`, error);
  }
}

function checkKeys(
  table: Readonly<Record<string, unknown>>,
  known: readonly string[],
  prefix: string,
  file: string,
): void {
  for (const key of Object.keys(table)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const hint = near === null ? `there are ${known.join(", ")}` : `did you mean ${prefix}${near}`;
    throw new JobFileError(prefix + key, `${file}: there is no ${prefix}${key}: ${hint}`);
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}
