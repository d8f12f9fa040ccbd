import { checkNames, OptionError, parseDurationMs } from "../internal/mod.ts";

/**
 * Longest times of a call's steps, each in milliseconds or as `"10s"`; 0 is none. What isn't given is
 * as the request or the client has it.
 *
 * The names are those of the phases in `timings` and in k6's metrics; in got they are `request`,
 * `lookup`, `connect`, `secureConnect`, `send` and `response`, in undici `connectTimeout`,
 * `headersTimeout` (`waiting`) and `bodyTimeout` (`receiving`).
 */
export interface TimeoutOptions {
  /** The whole call: redirects, answers to challenges, retries and the pauses before them. Default: none. */
  total?: number | string;
  /** One attempt, from its start to the last byte: what `timeout` as a number means. Default 60 s. */
  attempt?: number | string;
  /** Getting a connection: waiting for a free one, or all of making it. Default: `connectTimeout`. */
  blocked?: number | string;
  /**
   * Resolving the name. Default: none. Where Deno may connect to the name alone, by its permissions,
   * this is for the connecting too; `dial` has its own limits for both.
   */
  lookup?: number | string;
  /** Making the TCP connection, the tunnel through a proxy included. Default: none. */
  connecting?: number | string;
  /** The TLS handshake. Default: none. */
  tls?: number | string;
  /** Writing the request, from the connection on. Default: none. */
  sending?: number | string;
  /** From the request's last byte to the response's first. Default: none. */
  waiting?: number | string;
  /** Between two reads of the response: a slow one may go on, a stalled one not. Default: none. */
  receiving?: number | string;
}

/** The option `timeout`: a number or `"10s"` is `{ attempt }`. */
export type TimeoutInput = number | string | TimeoutOptions;

/** A step that has a limit. */
export type TimeoutName = keyof TimeoutOptions;

/** Limits of steps in milliseconds; Infinity for none. An attempt's own is kept elsewhere. */
export interface PhaseLimits extends Readonly<Record<Exclude<TimeoutName, "attempt">, number>> {
  /** `performance.now()` at which `total` is over; Infinity before the call has begun. */
  readonly until: number;
}

const NO_LIMITS: PhaseLimits = {
  total: Infinity,
  blocked: Infinity,
  lookup: Infinity,
  connecting: Infinity,
  tls: Infinity,
  sending: Infinity,
  waiting: Infinity,
  receiving: Infinity,
  until: Infinity,
};
const NAMES: readonly string[] = [
  "attempt",
  ...Object.keys(NO_LIMITS).filter((n) => n !== "until"),
];

/** Checks the option `timeout`. @throws {OptionError} */
export function checkTimeout(timeout: TimeoutInput | undefined): void {
  if (timeout === undefined) return;
  if (typeof timeout !== "object") return void parseDurationMs(timeout, "timeout");
  if (timeout === null) {
    throw new OptionError("timeout", "timeout is null: give milliseconds, text like 10s or limits");
  }
  checkNames("timeout", timeout, NAMES);
  for (const [name, value] of Object.entries(timeout)) {
    if (value !== undefined) parseDurationMs(value, `timeout.${name}`);
  }
}

/** The limit of one attempt in milliseconds; undefined where the option says nothing about it. */
export function readAttemptMs(timeout: TimeoutInput | undefined): number | undefined {
  return typeof timeout === "object"
    ? readMs(timeout.attempt, "attempt")
    : readMs(timeout, "timeout");
}

/** The other limits, over inherited ones; undefined without any. */
export function readPhaseLimits(
  timeout: TimeoutInput | undefined,
  inherited: PhaseLimits | undefined,
): PhaseLimits | undefined {
  if (typeof timeout !== "object") return inherited;
  const base = inherited ?? NO_LIMITS;
  const read = (name: Exclude<TimeoutName, "attempt">): number =>
    readMs(timeout[name], name) ?? base[name];
  const limits = {
    total: read("total"),
    blocked: read("blocked"),
    lookup: read("lookup"),
    connecting: read("connecting"),
    tls: read("tls"),
    sending: read("sending"),
    waiting: read("waiting"),
    receiving: read("receiving"),
    until: Infinity,
  };
  return Object.values(limits).every((ms) => ms === Infinity) ? undefined : limits;
}

/** What is left of the time of a whole call, in milliseconds; Infinity without a limit. */
export function leftMs(limits: PhaseLimits | undefined): number {
  return limits === undefined ? Infinity : limits.until - performance.now();
}

/** Whether the time of a whole call is over. */
export function isOver(limits: PhaseLimits | undefined): boolean {
  return leftMs(limits) <= 0;
}

function readMs(value: number | string | undefined, name: string): number | undefined {
  return value === undefined ? undefined : parseDurationMs(value, name) || Infinity;
}
