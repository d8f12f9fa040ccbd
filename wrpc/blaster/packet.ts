import { checkNames, OptionError } from "../../internal/mod.ts";
import { type Labels, readTags } from "../tags.ts";
import { readTimeoutMs } from "../timeout.ts";

/**
 * What a packet asks of the component that receives it: to hold memory, then to sleep, then to burn
 * CPU. Names are xk6-wrpc's; each has a camelCase one too.
 */
export interface BlastOptions {
  /** Burn CPU for so many milliseconds. @default {0} */
  readonly cpu_burn_ms?: number;
  /** The same as `cpu_burn_ms`. */
  readonly cpuBurnMs?: number;
  /** Allocate and hold so many MiB. @default {0} */
  readonly memory_burn_mb?: number;
  /** The same as `memory_burn_mb`. */
  readonly memoryBurnMb?: number;
  /** Sleep for so many milliseconds. @default {0} */
  readonly wait_ms?: number;
  /** The same as `wait_ms`. */
  readonly waitMs?: number;
  /** Sent along: text as UTF-8, or bytes. @default {""} */
  readonly payload?: string | Uint8Array | ArrayBuffer;
  /** Longest time until the answer: milliseconds or `"10s"`. Default: the blaster's. */
  readonly timeout?: number | string;
  /** The same as `timeout`. */
  readonly timeout_ms?: number | string;
  /** The same as `timeout`. */
  readonly timeoutMs?: number | string;
  /** Added to the packet's samples. */
  readonly tags?: Labels;
}

/** The record `packet` of the interface. */
export interface Packet {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly memBurnMb: bigint;
  readonly cpuBurnMs: bigint;
  readonly waitMs: bigint;
}

/** A packet, and how it is sent. */
export interface Blast {
  readonly packet: Packet;
  /** Undefined: the blaster's. */
  readonly timeoutMs: number | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

const NAMES = [
  ...["cpu_burn_ms", "cpuBurnMs", "memory_burn_mb", "memoryBurnMb", "wait_ms", "waitMs"],
  ...["payload", "timeout", "timeout_ms", "timeoutMs", "tags"],
];
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** Checks what is asked, and makes a packet of a fresh id. @throws {OptionError} */
export function readBlast(options: BlastOptions): Blast {
  checkNames("blast", options, NAMES);
  const { payload, tags } = options;
  const given = one(options, ["timeout", "timeout_ms", "timeoutMs"]);
  return {
    packet: {
      id: crypto.randomUUID(),
      payload: payload === undefined ? NOTHING : readPayload(payload),
      memBurnMb: readCount(options, ["memory_burn_mb", "memoryBurnMb"]),
      cpuBurnMs: readCount(options, ["cpu_burn_ms", "cpuBurnMs"]),
      waitMs: readCount(options, ["wait_ms", "waitMs"]),
    },
    timeoutMs: given === undefined ? undefined : readTimeoutMs(given.value, given.name),
    tags: tags === undefined ? undefined : readTags(tags),
  };
}

type Name = keyof BlastOptions;

/** The value that one of some names has; undefined for none. @throws {OptionError} for two of them */
function one(
  options: BlastOptions,
  names: readonly Name[],
): { name: Name; value: unknown } | undefined {
  const given = names.filter((name) => options[name] !== undefined);
  const [name, other] = given;
  if (name === undefined) return undefined;
  if (other !== undefined) {
    throw new OptionError(other, `${name} and ${other} are the same: give one of them`);
  }
  return { name, value: options[name] };
}

function readCount(options: BlastOptions, names: readonly Name[]): bigint {
  const given = one(options, names);
  if (given === undefined) return 0n;
  const { name, value } = given;
  if (Number.isSafeInteger(value) && Number(value) >= 0) return BigInt(Number(value));
  throw new OptionError(name, `${name} is ${String(value)}: give a whole number from 0`);
}

function readPayload(payload: unknown): Uint8Array {
  if (typeof payload === "string") return encoder.encode(payload);
  if (payload instanceof Uint8Array) return payload;
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  throw new OptionError("payload", `payload is ${typeof payload}: give text or a Uint8Array`);
}
