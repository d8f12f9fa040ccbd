import { ApiError } from "./api_error.ts";

/** Longest body of a request, bytes. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Longest time for a body to come. */
const BODY_MS = 5000;

/** What a request asks to change; null for what is to stay. */
export interface StatusPatch {
  readonly paused: boolean | null;
  readonly vus: number | null;
  readonly vusMax: number | null;
  /** Iterations a second. */
  readonly rate: number | null;
  readonly stopped: boolean;
  readonly scenario: string | null;
}

/** Attributes that can be read alone: k6's client sends them back. */
const READ_ONLY = ["status", "running", "tainted"];
const WRITABLE = ["paused", "vus", "vus-max", "rate", "stopped", "scenario"];

/** Reads the body of a `PATCH /v1/status`, until `closing`. @throws {ApiError} */
export async function readPatch(request: Request, closing: AbortSignal): Promise<StatusPatch> {
  const attributes = attributesOf(parse(await readText(request, closing)));
  for (const name of Object.keys(attributes)) {
    if (WRITABLE.includes(name) || READ_ONLY.includes(name)) continue;
    throw bad(`data.attributes has no "${name}": it has ${WRITABLE.join(", ")}`);
  }
  return {
    paused: take(attributes, "paused", "boolean"),
    vus: take(attributes, "vus", "number"),
    vusMax: take(attributes, "vus-max", "number"),
    rate: take(attributes, "rate", "number"),
    stopped: take(attributes, "stopped", "boolean") ?? false,
    scenario: take(attributes, "scenario", "string"),
  };
}

/** The text of a body, as far as it is allowed to be long. */
async function readText(request: Request, closing: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  let given = false;
  const giveUp = () => {
    given = true;
    reader?.cancel().catch(() => {});
  };
  const limit = setTimeout(giveUp, BODY_MS);
  closing.addEventListener("abort", giveUp);
  try {
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      length += read.value.length;
      if (length > MAX_BODY_BYTES) {
        await reader?.cancel();
        throw new ApiError(413, "Body too long", `A body has ${MAX_BODY_BYTES} bytes at most`);
      }
      chunks.push(read.value);
    }
  } finally {
    clearTimeout(limit);
    closing.removeEventListener("abort", giveUp);
  }
  if (given) throw new ApiError(408, "Body too late", `A body may take ${BODY_MS} ms`);
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad("The body is not JSON");
  }
}

function attributesOf(body: unknown): Readonly<Record<string, unknown>> {
  const attributes = isObject(body) && isObject(body["data"]) ? body["data"]["attributes"] : null;
  if (isObject(attributes)) return attributes;
  throw bad(`The body is not {"data":{"attributes":{…}}}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Kinds {
  boolean: boolean;
  number: number;
  string: string;
}

function take<K extends keyof Kinds>(
  attributes: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
): Kinds[K] | null {
  const value = attributes[name] ?? null;
  if (value === null || typeof value === kind) return value as Kinds[K] | null;
  throw bad(`${name} is not a ${kind}: ${JSON.stringify(value)}`);
}

function bad(detail: string): ApiError {
  return new ApiError(400, "Invalid data", detail);
}
