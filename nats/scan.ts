import { natsError } from "./errors.ts";

/** Longest line of the server; INFO, which lists a whole cluster, may be longer. */
const MAX_LINE = 64 * 1024;
const MAX_INFO = 1024 * 1024;
/** Most bytes of one message: nats-server's own upper limit of `max_payload`. */
const MAX_MESSAGE = 64 * 1024 * 1024;

const SPACE = 32, TAB = 9, CR = 13, LF = 10;

/** What one frame of the server is for. Offsets are into the buffer that was scanned. */
export interface FrameSink {
  /** MSG and HMSG; `reply` begins at -1 without one; header and data are one run of bytes. */
  onMessage(frame: MessageFrame): void;
  /** The JSON of INFO. */
  onInfo(json: Uint8Array): void;
  /** PING. */
  onPing(): void;
  /** PONG. */
  onPong(): void;
  /** The text of `-ERR`, with its quotes. */
  onError(text: Uint8Array): void;
}

/** A message, in place. One object serves all: copy what is to stay. */
export interface MessageFrame {
  /** The bytes that all offsets are of. */
  buffer: Uint8Array;
  /** The subject. */
  subjectStart: number;
  /** Behind the subject. */
  subjectEnd: number;
  /** The subscription. */
  sid: number;
  /** The reply subject, or -1. */
  replyStart: number;
  /** Behind the reply subject. */
  replyEnd: number;
  /** Bytes of headers at the beginning of the payload; 0 without any. */
  headerLength: number;
  /** Headers and payload. */
  start: number;
  /** Behind them. */
  end: number;
}

/**
 * Takes the server's bytes apart (the client protocol of NATS 1): whole frames only, what is
 * incomplete stays for the next call. Bytes that are no frame, lines without end and sizes over the
 * caps are refused (`reason` `protocol`).
 */
export class Scanner {
  /** Bytes that the frame at the beginning of the rest needs to be whole, as far as is known. */
  needed = 1;
  readonly #sink: FrameSink;
  readonly #frame: MessageFrame = {
    buffer: new Uint8Array(0),
    subjectStart: 0,
    subjectEnd: 0,
    sid: 0,
    replyStart: -1,
    replyEnd: -1,
    headerLength: 0,
    start: 0,
    end: 0,
  };
  /** Where the fields of a line begin and end. */
  readonly #fields = new Int32Array(12);

  /** @param sink is called for each frame, within `scan` */
  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /**
   * Handles the whole frames of `buffer[start, end)`.
   *
   * @returns where the first incomplete frame begins
   * @throws {NatsError} for bytes that make no sense
   */
  scan(buffer: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const next = this.#one(buffer, at, end);
      if (next < 0) return at;
      at = next;
    }
    this.needed = 1;
    return at;
  }

  /** Behind the frame at `at`, or -1 when it isn't whole; then `needed` says how much would be. */
  #one(buffer: Uint8Array, at: number, end: number): number {
    const first = buffer[at]! | 32;
    if (first === 109 /* m */) return this.#message(buffer, at, end, 3, false);
    if (first === 104 /* h */) return this.#message(buffer, at, end, 4, true);
    return this.#control(buffer, at, end, first);
  }

  #message(buffer: Uint8Array, at: number, end: number, verb: number, hasHeaders: boolean): number {
    const fields = this.#fields;
    let count = 0;
    let i = at + verb;
    if (i < end) this.#checkVerb(buffer, at, hasHeaders ? "hmsg" : "msg");
    // Each field: skip blanks, then take what is none.
    for (;;) {
      while (i < end && (buffer[i] === SPACE || buffer[i] === TAB)) i++;
      const from = i;
      while (i < end && buffer[i]! > SPACE) i++;
      if (i >= end) return this.#incomplete(buffer, at, end, MAX_LINE);
      if (i > from) {
        if (count >= 10) throw malformed(buffer, at, end);
        fields[count++] = from;
        fields[count++] = i;
      }
      const byte = buffer[i];
      if (byte === LF) break;
      if (byte === CR || byte === SPACE || byte === TAB) i++;
      else throw malformed(buffer, at, end);
      if (byte === CR) {
        if (i >= end) return this.#incomplete(buffer, at, end, MAX_LINE);
        if (buffer[i] !== LF) throw malformed(buffer, at, end);
        break;
      }
    }
    // Whether it came in one piece or in many, a line over the cap is refused.
    if (i - at > MAX_LINE) throw tooLong(MAX_LINE);
    const names = (count >> 1) - (hasHeaders ? 4 : 3);
    if (names !== 0 && names !== 1) throw malformed(buffer, at, end);
    const last = count - 2;
    const size = number(buffer, fields[last]!, fields[last + 1]!);
    const headerLength = hasHeaders ? number(buffer, fields[last - 2]!, fields[last - 1]!) : 0;
    const sid = number(buffer, fields[2]!, fields[3]!);
    if (size < 0 || sid < 0 || headerLength < 0 || headerLength > size) {
      throw malformed(buffer, at, end);
    }
    if (size > MAX_MESSAGE) {
      throw natsError(
        1002,
        undefined,
        `the server announces a message of ${size} bytes, over ${MAX_MESSAGE}`,
        "protocol",
      );
    }
    const from = i + 1;
    const to = from + size;
    if (to + 2 > end) {
      this.needed = to + 2 - at;
      return -1;
    }
    if (buffer[to] !== CR || buffer[to + 1] !== LF) throw malformed(buffer, at, end);
    const frame = this.#frame;
    frame.buffer = buffer;
    frame.subjectStart = fields[0]!;
    frame.subjectEnd = fields[1]!;
    frame.sid = sid;
    frame.replyStart = names === 1 ? fields[4]! : -1;
    frame.replyEnd = names === 1 ? fields[5]! : -1;
    frame.headerLength = headerLength;
    frame.start = from;
    frame.end = to;
    this.#sink.onMessage(frame);
    return to + 2;
  }

  #control(buffer: Uint8Array, at: number, end: number, first: number): number {
    const isInfo = first === 105; /* i */
    const max = isInfo ? MAX_INFO : MAX_LINE;
    if (
      !isInfo && first !== 112 /* p */ && buffer[at] !== 43 /* + */ && buffer[at] !== 45 /* - */
    ) {
      throw malformed(buffer, at, end);
    }
    const line = buffer.indexOf(LF, at);
    if (line < 0 || line >= end) return this.#incomplete(buffer, at, end, max);
    if (line - at > max) throw tooLong(max);
    const stop = line > at && buffer[line - 1] === CR ? line - 1 : line;
    const verb = verbOf(buffer, at, stop);
    if (verb === "ping") this.#sink.onPing();
    else if (verb === "pong") this.#sink.onPong();
    else if (verb === "-err") this.#sink.onError(argument(buffer, at + 4, stop));
    else if (verb === "info") this.#sink.onInfo(argument(buffer, at + 4, stop));
    else if (verb !== "+ok") throw malformed(buffer, at, end);
    return line + 1;
  }

  #incomplete(buffer: Uint8Array, at: number, end: number, max: number): -1 {
    if (end - at > max) throw tooLong(max);
    if (end - at >= 4) this.#checkAny(buffer, at, end);
    this.needed = end - at + 1;
    return -1;
  }

  #checkVerb(buffer: Uint8Array, at: number, verb: string): void {
    for (let i = 1; i < verb.length; i++) {
      if ((buffer[at + i]! | 32) !== verb.charCodeAt(i)) throw malformed(buffer, at, buffer.length);
    }
    const behind = buffer[at + verb.length]!;
    if (behind !== SPACE && behind !== TAB) throw malformed(buffer, at, buffer.length);
  }

  #checkAny(buffer: Uint8Array, at: number, end: number): void {
    const word = verbOf(buffer, at, at + 4);
    if (!/^(msg\s|hmsg|ping|pong|info|-err|\+ok\s)$/.test(word)) throw malformed(buffer, at, end);
  }
}

function verbOf(buffer: Uint8Array, at: number, stop: number): string {
  let word = "";
  for (let i = at; i < stop && i < at + 4; i++) {
    const byte = buffer[i]!;
    word += String.fromCharCode(byte >= 65 && byte <= 90 ? byte | 32 : byte);
  }
  return word;
}

function argument(buffer: Uint8Array, start: number, end: number): Uint8Array {
  while (start < end && (buffer[start] === SPACE || buffer[start] === TAB)) start++;
  return buffer.subarray(start, end);
}

/** A decimal number of at most nine digits, or -1. */
function number(buffer: Uint8Array, start: number, end: number): number {
  if (end - start < 1 || end - start > 9) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = buffer[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function tooLong(max: number) {
  return natsError(1002, undefined, `the server sent a line of more than ${max} bytes`, "protocol");
}

function malformed(buffer: Uint8Array, at: number, end: number) {
  const bytes = buffer.subarray(at, Math.min(end, at + 40));
  const text = JSON.stringify(new TextDecoder().decode(bytes));
  return natsError(1002, undefined, `the server sent what isn't NATS: ${text}`, "protocol");
}
