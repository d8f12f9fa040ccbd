import { ipVersionOf, nearest, OptionError, parseDurationMs } from "../../internal/mod.ts";
import { type Address, parseAddress } from "../address.ts";
import { type RecordType, TYPE_NUMBERS } from "./records.ts";

export { checkSignal } from "../_open_options.ts";

const DNS_PORT = 53;
const MAX_TIMEOUT_MS = 2 ** 31 - 1; // What a timer can hold.
const MAX_SERVERS = 64;
const MAX_ATTEMPTS = 16;

/** Refuses what isn't one of `choices`. */
export function checkChoice<T extends string | number>(
  name: string,
  value: T,
  choices: readonly T[],
): T {
  if (choices.includes(value)) return value;
  throw new OptionError(name, `${name} must be one of ${choices.join(", ")}: ${String(value)}`);
}

/** A type of record. */
export function readType<T extends RecordType>(type: T): T {
  if (typeof type === "string" && Object.hasOwn(TYPE_NUMBERS, type)) return type;
  const names = Object.keys(TYPE_NUMBERS);
  const near = nearest(String(type), names);
  const hint = near === null ? `it is one of ${names.join(", ")}` : `did you mean ${near}`;
  throw new OptionError("rrtype", `rrtype ${String(type)} is unknown: ${hint}`);
}

/** A limit of time in milliseconds. */
export function readTimeout(value: number | string): number {
  const ms = parseDurationMs(value, "timeout");
  if (ms > 0 && ms <= MAX_TIMEOUT_MS) return ms;
  throw new OptionError(
    "timeout",
    `timeout must be above 0 and at most ${MAX_TIMEOUT_MS} ms: ${value}`,
  );
}

/** How often a silent server is asked. */
export function readAttempts(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_ATTEMPTS) return value;
  throw new OptionError(
    "attempts",
    `attempts must be a whole number from 1 to ${MAX_ATTEMPTS}: ${String(value)}`,
  );
}

/** Servers as scripts write them: `1.1.1.1`, `1.1.1.1:53`, `::1`, `[::1]:53`. */
export function readServers(value: readonly string[]): Address[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SERVERS) {
    throw new OptionError("servers", `servers must be a list of 1 to ${MAX_SERVERS} addresses`);
  }
  return value.map(readServer);
}

function readServer(value: unknown): Address {
  if (typeof value === "string") {
    if (ipVersionOf(value) !== 0) return { host: value, port: DNS_PORT };
    const bracketed = /^\[(.*)\]$/.exec(value)?.[1];
    if (bracketed !== undefined && ipVersionOf(bracketed) === 6) {
      return { host: bracketed, port: DNS_PORT };
    }
    try {
      const address = parseAddress(value);
      if (ipVersionOf(address.host) !== 0) return address;
    } catch {
      // Said below.
    }
  }
  throw new OptionError(
    "servers",
    `servers must be IP addresses such as 1.1.1.1:53 or [::1]:53: ${JSON.stringify(value)}`,
  );
}
