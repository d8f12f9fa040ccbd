/**
 * Messages as bytes, and read again with their shape checked: other members of a pool may be broken, or
 * of another version.
 *
 * @module
 */
import { PoolError } from "../errors.ts";
import type {
  AgentCard,
  ClockAnswer,
  CommandAnswer,
  Lease,
  PartBeat,
  PartCommand,
  PartJob,
  RunControl,
  RunEnd,
  RunSpec,
  RunStart,
} from "./messages.ts";
import { PROTOCOL } from "./messages.ts";

/** Longest message that is parsed, bytes. */
const MAX_BYTES = 1 << 20;
/** Longest id, label and title, characters; most labels and parts. */
const MAX_TEXT = 1024;
const MAX_ITEMS = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

type Fields = Record<string, unknown>;

/** A message as bytes. */
export function encodeMessage(message: object): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(message));
}

/** What an agent says of itself. @throws {PoolError} `message_malformed`, as all of these do */
export function readAgentCard(bytes: Uint8Array): AgentCard {
  return read<AgentCard>(
    "card of an agent",
    bytes,
    (card) =>
      isCount(card["protocol"]) && isText(card["version"]) && isId(card["id"]) &&
      isLabels(card["labels"]) && isCount(card["cores"]) && isCount(card["slots"]) &&
      isTexts(card["running"]) && isFields(card["policy"]) && isTexts(card["signers"]) &&
      isCount(card["beat"]),
  );
}

/** What a run is. */
export function readRunSpec(bytes: Uint8Array): RunSpec {
  return read<RunSpec>(
    "description of a run",
    bytes,
    (spec) =>
      isCount(spec["protocol"]) && isText(spec["version"]) && isId(spec["run"]) &&
      isText(spec["title"]) && isText(spec["request"]) && isTexts(spec["agents"]) &&
      ["mark", "redistribute", "abort"].includes(String(spec["onLoss"])),
  );
}

/** Who commands a run. */
export function readLease(bytes: Uint8Array): Lease {
  return read<Lease>(
    "lease",
    bytes,
    (lease) => isText(lease["holder"]) && isCount(lease["epoch"]) && isCount(lease["beat"]),
  );
}

/** When a load begins. */
export function readRunStart(bytes: Uint8Array): RunStart {
  return read<RunStart>("start of a run", bytes, (start) => isCount(start["startAt"]));
}

/** What was set live of a run. */
export function readRunControl(bytes: Uint8Array): RunControl {
  return read<RunControl>(
    "control of a run",
    bytes,
    ({ epoch, state }) => isCount(epoch) && (state === null || isControlState(state)),
  );
}

/** How a run ended. */
export function readRunEnd(bytes: Uint8Array): RunEnd {
  return read<RunEnd>(
    "end of a run",
    bytes,
    (end) =>
      isCount(end["exitCode"]) && typeof end["complete"] === "boolean" && isCount(end["endedAt"]),
  );
}

/** That a part lives. */
export function readPartBeat(bytes: Uint8Array): PartBeat {
  return read<PartBeat>(
    "heartbeat of a part",
    bytes,
    (beat) =>
      isText(beat["agent"]) && isCount(beat["sent"]) && isCount(beat["spooledBytes"]) &&
      isCount(beat["lost"]) && isNumberOrNull(beat["clockOffsetMs"]) &&
      isNumberOrNull(beat["clockErrorMs"]) && isNumberOrNull(beat["startedAt"]) &&
      isRefusal(beat["refused"]),
  );
}

/** Whether a command was taken. */
export function readCommandAnswer(bytes: Uint8Array): CommandAnswer {
  return read<CommandAnswer>(
    "answer to a command",
    bytes,
    (answer) => typeof answer["taken"] === "boolean" && isCount(answer["epoch"]),
  );
}

/** A part of a run, and of which version the run is: the rest of another's is not looked at. */
export function readPartJob(bytes: Uint8Array): PartJob {
  return read<PartJob>(
    "job",
    bytes,
    (job) =>
      isCount(job["protocol"]) && isText(job["version"]) && isId(job["run"]) &&
      isCount(job["part"]) && (job["protocol"] !== PROTOCOL || isPartJob(job)),
  );
}

/** A command to a part. */
export function readPartCommand(bytes: Uint8Array): PartCommand {
  return read<PartCommand>(
    "command",
    bytes,
    (command) =>
      isCount(command["epoch"]) && isText(command["key"]) && isCount(command["confirmed"]) &&
      (command["command"] === null || typeof command["command"] === "string") &&
      (command["blob"] === null || isText(command["blob"])),
  );
}

/** The coordinator's time. */
export function readClockAnswer(bytes: Uint8Array): ClockAnswer {
  return read<ClockAnswer>(
    "answer of a clock",
    bytes,
    (answer) => isCount(answer["now"]) && isCount(answer["epoch"]),
  );
}

function isPartJob(job: Fields): boolean {
  return isPermissions(job["permissions"]) && isCountOrNull(job["shards"]) &&
    isTextOrNull(job["signature"]) && isTextOrNull(job["signer"]) && isCount(job["beatMs"]);
}

function isControlState(state: unknown): boolean {
  return isFields(state) && typeof state["loading"] === "boolean" &&
    isCountOrNull(state["pausedAt"]) && isCountOrNull(state["resumedAt"]) &&
    isCount(state["lostMs"]) &&
    isFields(state["rates"]) && Object.values(state["rates"]).every(areRates) &&
    isFields(state["vus"]) &&
    Object.values(state["vus"]).every((one) =>
      isFields(one) && isCount(one["vus"]) && isCount(one["maxVUs"])
    );
}

function areRates(changes: unknown): boolean {
  return Array.isArray(changes) && changes.length > 0 && changes.length <= MAX_ITEMS &&
    changes.every((one) => isFields(one) && isCount(one["atMs"]) && isCount(one["perSecond"]));
}

/** Kinds that may be left out; `allowNet` and `allowRead` are there. */
const LISTS = ["allowUnix", "allowWrite", "allowEnv", "allowSys", "allowRun", "allowFfi"];

function isPermissions(value: unknown): boolean {
  return isFields(value) && (value["allowNet"] === true || isTexts(value["allowNet"])) &&
    isTexts(value["allowRead"]) &&
    LISTS.every((name) => value[name] === undefined || isTexts(value[name]));
}

function read<T extends object>(
  what: string,
  bytes: Uint8Array,
  isOne: (fields: Fields) => boolean,
): T {
  if (bytes.length > MAX_BYTES) throw malformed(what, `it has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw malformed(what, "it is no JSON", error);
  }
  if (!isFields(value) || !isOne(value)) throw malformed(what, "its fields are others");
  return value as T;
}

function malformed(what: string, why: string, cause?: unknown): PoolError {
  return new PoolError("message_malformed", `got a malformed ${what}: ${why}`, cause);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === "number" && Number.isFinite(value);
}

function isCountOrNull(value: unknown): boolean {
  return value === null || isCount(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= MAX_TEXT;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && /^[-\w]{1,64}$/.test(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_ITEMS && value.every(isText);
}

function isLabels(value: unknown): boolean {
  return isFields(value) && isTexts(Object.keys(value)) && isTexts(Object.values(value));
}

function isRefusal(value: unknown): boolean {
  return value === null ||
    isFields(value) && isText(value["code"]) && typeof value["message"] === "string";
}
