import { checkNames } from "../internal/mod.ts";
import { type NatsError, natsError } from "./errors.ts";
import type { Message } from "./message.ts";
import type { StampPlace } from "./stamp.ts";

/** Gets each message. While what it returns is a promise that isn't settled, the next ones wait. */
export type MessageHandler = (message: Message) => unknown;

/** How to subscribe. */
export interface SubscribeOptions {
  /** Queue group: each message goes to one of its members. */
  queue?: string;
  /** Gets the messages; without one they are iterated. */
  handler?: MessageHandler;
  /** Ends the subscription after so many messages. */
  max?: number;
  /** Messages that may wait; more are dropped (slow consumer). @default {524288} */
  pendingMessages?: number;
  /** Bytes that may wait; more are dropped. @default {67108864} */
  pendingBytes?: number;
  /** `"data"`: messages begin with a stamp of 8 bytes. Stamps in headers are found without it. */
  stamp?: StampPlace;
  /**
   * Hears of errors: permission, slow consumer, a handler that throws, after which it goes on. Without
   * it they are counted, and what a handler throws ends the subscription (see `Subscription.closed`).
   */
  onError?: (error: NatsError) => void;
}

/** Options with every default filled in. */
export interface ReadSubscribeOptions {
  readonly queue: string;
  readonly handler: MessageHandler | undefined;
  /** Infinity for no end. */
  readonly max: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly stamp: StampPlace | undefined;
  readonly onError: ((error: NatsError) => void) | undefined;
}

/** Most messages that wait for a handler, unless told. */
export const PENDING_MESSAGES: number = 512 * 1024;
/** Most of their bytes, unless told. */
export const PENDING_BYTES: number = 64 * 1024 * 1024;
const NAMES = [
  ...["queue", "handler", "max", "pendingMessages", "pendingBytes", "stamp", "onError"],
];

/**
 * The second and third argument of `subscribe`: a queue group and a handler, or options.
 *
 * @throws {NatsError} 1003
 */
export function readSubscribeOptions(
  second: string | SubscribeOptions | undefined | null,
  third: MessageHandler | undefined,
): ReadSubscribeOptions {
  const options = typeof second === "string" || second === undefined || second === null
    ? { queue: second ?? "" }
    : second;
  try {
    checkNames("subscribe", options, NAMES);
  } catch (cause) {
    throw natsError(1003, cause);
  }
  const given: SubscribeOptions = options;
  const handler = third ?? given.handler;
  checkFunction("handler", handler);
  checkFunction("onError", given.onError);
  const { stamp } = given;
  if (stamp !== undefined && stamp !== "data" && stamp !== "header") {
    throw natsError(1003, undefined, `stamp must be "header" or "data": ${String(stamp)}`);
  }
  return {
    queue: given.queue ?? "",
    handler,
    max: count("max", given.max, Infinity),
    pendingMessages: count("pendingMessages", given.pendingMessages, PENDING_MESSAGES),
    pendingBytes: count("pendingBytes", given.pendingBytes, PENDING_BYTES),
    stamp,
    onError: given.onError,
  };
}

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw natsError(1003, undefined, `${name} must be a function: ${String(value)}`);
}

function count(name: string, value: unknown, standard: number): number {
  if (value === undefined) return standard;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw natsError(
    1003,
    undefined,
    `${name} must be a whole number of at least 1: ${String(value)}`,
  );
}
