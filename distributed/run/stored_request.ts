import type { RunParts, RunRequest } from "../../runner/mod.ts";
import type { Blobs } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";

/** Longest request that is read, bytes of its JSON. */
const MAX_BYTES = 256 * 2 ** 20;

/** What of a request only its own coordinator knows: functions, places of its machine, secrets. */
type OwnPart =
  | "secrets"
  | "shardEntry"
  | "setup"
  | "standby"
  | "starter"
  | "startBarrier"
  | "control"
  | "controlled"
  | "outputs"
  | "summaryData"
  | "inline"
  | "shards"
  | "auditTo";

/** What of a request travels: all that a coordinator that takes over can't know by itself. */
export interface StoredRequest {
  readonly request: Omit<RunRequest, OwnPart | "source"> & {
    readonly source: Extract<RunRequest["source"], { kind: "bundle" }>;
  };
  readonly parts: RunParts;
  readonly lossAfterMs: number;
  /** Processes that each agent runs; null for one a core. */
  readonly shards: number | null;
  /** Labels that agents of the run have. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the secrets, which don't travel with it: who takes over has to bring them. */
  readonly secretNames: readonly string[];
  readonly signature: string | null;
  readonly signer: string | null;
}

/** Stores it; its hash. */
export function storeRequest(blobs: Blobs, stored: StoredRequest): Promise<string> {
  return blobs.put(new TextEncoder().encode(JSON.stringify(stored)));
}

/** Reads what was stored. @throws {PoolError} `bus_missing`, `message_malformed` */
export async function readStoredRequest(blobs: Blobs, hash: string): Promise<StoredRequest> {
  const bytes = await blobs.get(hash);
  try {
    if (bytes.length > MAX_BYTES) throw new RangeError(`it has ${bytes.length} bytes`);
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isStored(value)) return value;
    throw new TypeError("its fields are others");
  } catch (error) {
    throw new PoolError("message_malformed", "the stored request of the run is malformed", error);
  }
}

function isStored(value: unknown): value is StoredRequest {
  if (!isFields(value) || !isFields(value["request"]) || !isFields(value["parts"])) return false;
  const { request, parts } = value;
  const source = request["source"];
  return isFields(source) && source["kind"] === "bundle" && isFields(source["bundle"]) &&
    isFields(request["overrides"]) && isFields(request["env"]) &&
    Number.isInteger(parts["count"]) && Number(parts["count"]) >= 1 &&
    typeof value["lossAfterMs"] === "number" && isFields(value["labels"]) &&
    Array.isArray(value["secretNames"]);
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
