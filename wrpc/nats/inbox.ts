import type { Inbound, MessageFrame } from "../../nats/mod.ts";
import { type IndexPath, MAX_PATH_DEPTH } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";
import { watchTimeout } from "../expiry.ts";

const DOT = 46, ZERO = 48, NINE = 57;
const ROOT: IndexPath = [];
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Closed numbers whose answers are waited for. */
const MAX_LATE = 1000;

/** Whom an inbox has messages for. */
export interface Addressee {
  /** A message to its inbox itself: `Rc`, `Rs`. The frame is good within the call alone. */
  answered(frame: MessageFrame): void;
  /** A message to one of its channels. The frame is good within the call, its bytes stay. */
  receive(path: IndexPath, frame: MessageFrame): void;
  /** A message to a channel that can't be. */
  refuse(error: WrpcError): void;
  /** All that came together with its answer has been delivered. */
  settled(): void;
}

/**
 * The inboxes of all invocations of one side, by one subscription to `<prefix>.>`: each has a number,
 * `<prefix>.<number>`, and its channels below it, `<prefix>.<number>.results.0.1`. What comes for a
 * number that is closed is dropped.
 */
export class Inbox implements Inbound {
  /** What is to be subscribed to. */
  readonly subject: string;
  readonly #prefix: string;
  readonly #prefixBytes: number;
  readonly #word: Uint8Array;
  readonly #addressees = new Map<number, Addressee>();
  /** Of the closed numbers whose answer is waited for: what forgets them. */
  readonly #late = new Map<number, () => void>();
  #answered: Addressee[] = [];
  #count = 0;

  /** @param word `results` of those who call, `params` of those who serve */
  constructor(prefix: string, word: "results" | "params") {
    this.#prefix = `${prefix}.`;
    this.subject = `${prefix}.>`;
    this.#prefixBytes = encoder.encode(this.#prefix).length;
    this.#word = encoder.encode(word);
  }

  /** How many are open. */
  get size(): number {
    return this.#addressees.size;
  }

  /** Opens one. @returns its number */
  open(addressee: Addressee): number {
    this.#addressees.set(++this.#count, addressee);
    return this.#count;
  }

  /** The subject of a number. */
  subjectOf(number: number): string {
    return this.#prefix + number;
  }

  /** Nothing more is delivered. */
  close(number: number): void {
    this.#addressees.delete(number);
  }

  /**
   * Waits for the answer to a number that is closed, for so long. The oldest are given up where many
   * are waited for.
   *
   * @param on is told where the answer comes from
   */
  expect(number: number, ms: number, on: (answerer: string) => void): void {
    const forget = () => {
      stop();
      this.#late.delete(number);
      this.close(number);
    };
    const stop = watchTimeout(ms, forget);
    if (this.#late.size >= MAX_LATE) this.#late.values().next().value!();
    this.#late.set(number, forget);
    this.#addressees.set(number, {
      answered({ buffer, replyStart, replyEnd }) {
        forget();
        if (replyStart >= 0) on(decoder.decode(buffer.subarray(replyStart, replyEnd)));
      },
      receive() {},
      refuse() {},
      settled() {},
    });
  }

  /** Waits for no late answers any more. */
  forgetLate(): void {
    for (const forget of this.#late.values()) forget();
  }

  /** A message arrived. */
  deliver(frame: MessageFrame): void {
    const { buffer, subjectEnd } = frame;
    let at = frame.subjectStart + this.#prefixBytes;
    let number = 0;
    for (; at < subjectEnd && buffer[at] !== DOT; at++) {
      number = number * 10 + buffer[at]! - ZERO;
    }
    const addressee = this.#addressees.get(number);
    if (addressee === undefined) return;
    if (at >= subjectEnd) {
      this.#answered.push(addressee);
      return addressee.answered(frame);
    }
    for (const byte of this.#word) if (buffer[++at] !== byte) return;
    if (++at >= subjectEnd) return addressee.receive(ROOT, frame);
    const path = readPath(buffer, at, subjectEnd);
    if (path instanceof WrpcError) addressee.refuse(path);
    else addressee.receive(path, frame);
  }

  /** The chunk is done. */
  settle(): void {
    if (this.#answered.length === 0) return;
    const answered = this.#answered;
    this.#answered = [];
    for (const addressee of answered) addressee.settled();
  }
}

/** The path of `.0.1`, which begins at a dot. */
function readPath(bytes: Uint8Array, at: number, end: number): IndexPath | WrpcError {
  const path: number[] = [];
  while (at < end) {
    if (bytes[at++] !== DOT) return unknown();
    const begin = at;
    let step = 0;
    for (; at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE; at++) {
      step = step * 10 + bytes[at]! - ZERO;
    }
    if (at === begin || step > 0xffff_ffff) return unknown();
    path.push(step);
    if (path.length > MAX_PATH_DEPTH) {
      const message = `a path of more than ${MAX_PATH_DEPTH} steps`;
      return new WrpcError("path_too_deep", "receive", message);
    }
  }
  return path;
}

function unknown(): WrpcError {
  return new WrpcError("path_unknown", "receive", "a message came for a path that is no path");
}
