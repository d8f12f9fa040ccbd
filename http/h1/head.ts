import { HttpError } from "../errors.ts";
import type { ExchangeObserver } from "../observer.ts";
import type { BodyEnd } from "./body_reader.ts";
import {
  excerpt,
  FieldLines,
  malformed,
  MAX_HEAD_BYTES,
  MAX_LINE_BYTES,
  type Strictness,
  tooLarge,
} from "./fields.ts";
import { CR, equalsIgnoreCase, FIELD, latin1, LF, SP } from "./syntax.ts";

/** Most interim (1xx) responses before the final one. */
export const MAX_INTERIM = 100;

/** How the end of a response body is told (RFC 9112 §6.3). */
export type Framing = "length" | "chunked" | "close";

const H = 0x48, T = 0x54, P = 0x50, SLASH = 0x2f, ONE = 0x31, DOT = 0x2e, ZERO = 0x30, NINE = 0x39;

/**
 * Reads the head of a response, in as many pieces as it comes in, strictly: what RFC 9112 forbids
 * or what two readers could understand differently is an error, not a guess.
 *
 * Feed it the same buffer with a growing `end`; its results are valid once `read` gave a position.
 */
export class HeadReader {
  /** Status code, 100 to 999. */
  status = 0;
  /** 0 or 1, of HTTP/1.x. */
  minor = 1;
  /** Where the final response's status line begins in the buffer. */
  start = 0;
  /** Where its field lines begin. */
  fieldsStart = 0;
  /** Body length for the framing `length`. */
  contentLength = -1;
  /** How the body ends, if the request's method lets it have one. */
  framing: Framing = "close";
  /** False when the peer won't take another request on this connection. */
  keepAlive = true;
  /** Whether the request asked for another protocol: 101 is a final response then. */
  upgrades = false;
  /** Told when the final response begins, and of interim ones. */
  observer: ExchangeObserver | undefined;
  /** Whether it has a `Set-Cookie`. */
  setsCookie = false;

  readonly #lines: FieldLines;
  readonly #lenient: boolean;
  #interim = 0;
  #at = -1;
  #inFields = false;
  #codings = 0;
  /** Which of the codings, counted from 1, is `chunked`; it frames the body only as the last. */
  #chunked = 0;
  #closeSeen = false;
  #keepAliveSeen = false;

  constructor(strictness: Strictness = "standard") {
    this.#lines = new FieldLines(strictness);
    this.#lenient = strictness === "lenient";
  }

  /** True once the status line of the final response is here. */
  get isFinal(): boolean {
    return this.#inFields && (this.status >= 200 || this.status === 101);
  }

  /** Makes ready for the response to a new request, which begins at `start` of the buffer. */
  reset(start: number): void {
    this.#interim = 0;
    this.#begin(start);
  }

  #begin(start: number): void {
    this.start = start;
    this.#at = start;
    this.#inFields = false;
    this.#lines.reset();
    this.contentLength = -1;
    this.#chunked = 0;
    this.#codings = 0;
    this.setsCookie = false;
    this.#closeSeen = false;
    this.#keepAliveSeen = false;
  }

  /**
   * Reads on up to `end`. Returns the position behind the head of the final response, or -1 when
   * more bytes are needed. Interim responses are read and skipped.
   *
   * @throws {HttpError} `response_malformed`, `response_too_large`, `upgrade_unexpected`
   */
  read(bytes: Uint8Array, end: number): number {
    for (;;) {
      if (!this.#inFields && !this.#statusLine(bytes, end)) return -1;
      let at = this.#at;
      for (;;) {
        const next = this.#lines.line(bytes, at, end);
        if (next === -1) {
          this.#at = at;
          if (end - this.start > MAX_HEAD_BYTES) throw tooLarge("the head", MAX_HEAD_BYTES);
          return -1;
        }
        if (next < 0) {
          at = -2 - next;
          break;
        }
        this.#field(bytes);
        at = next;
      }
      if (at - this.start > MAX_HEAD_BYTES) throw tooLarge("the head", MAX_HEAD_BYTES);
      if (this.status >= 200 || (this.status === 101 && this.upgrades)) {
        this.#frame();
        return at;
      }
      if (this.status === 101) {
        throw new HttpError(
          "upgrade_unexpected",
          "headers",
          "status 101 to a request without upgrade",
        );
      }
      if (++this.#interim > MAX_INTERIM) throw malformed(`over ${MAX_INTERIM} interim responses`);
      this.observer?.informed(this.status, bytes.subarray(this.start, at));
      this.#begin(at);
    }
  }

  /** How the final response's body ends; 0 for none. @param headOnly whether HEAD was asked for */
  bodyEnd(headOnly: boolean): BodyEnd {
    if (headOnly || this.status === 204 || this.status === 304) return 0;
    return this.framing === "length" ? this.contentLength : this.framing;
  }

  /** `HTTP/1.1 200 OK`: true when it is here whole (RFC 9112 §4). */
  #statusLine(bytes: Uint8Array, end: number): boolean {
    const at = this.start;
    const here = end - at;
    if (here < 13) {
      // Garbage is refused at its first wrong byte: its sender may never send more.
      for (let i = 0; i < here; i++) {
        if (!fits(bytes[at + i]!, i)) throw badStatusLine(bytes, at, end);
      }
      return false;
    }
    for (let i = 0; i < 12; i++) if (!fits(bytes[at + i]!, i)) throw badStatusLine(bytes, at, end);
    let i = at + 12;
    if (bytes[i] === SP) {
      i++;
      while (i < end && FIELD[bytes[i]!] === 1) i++;
    }
    if (i - at > MAX_LINE_BYTES) throw tooLarge("the status line", MAX_LINE_BYTES);
    if (i < end && bytes[i] === CR) i++;
    else if (i < end && !(this.#lenient && bytes[i] === LF)) throw badStatusLine(bytes, at, end);
    if (i >= end) return false;
    if (bytes[i] !== LF) throw badStatusLine(bytes, at, end);
    this.minor = bytes[at + 7]! - ZERO;
    this.status = (bytes[at + 9]! - ZERO) * 100 + (bytes[at + 10]! - ZERO) * 10 +
      (bytes[at + 11]! - ZERO);
    this.#at = this.fieldsStart = i + 1;
    this.#inFields = true;
    if (this.observer !== undefined && this.isFinal) this.observer.started();
    return true;
  }

  /** Takes what framing needs from the field just read. */
  #field(bytes: Uint8Array): void {
    const { nameStart, nameEnd, valueStart, valueEnd } = this.#lines;
    switch (nameEnd - nameStart) {
      case 14:
        if (equalsIgnoreCase(bytes, nameStart, nameEnd, "content-length")) {
          this.#length(bytes, valueStart, valueEnd);
        }
        break;
      case 17:
        if (equalsIgnoreCase(bytes, nameStart, nameEnd, "transfer-encoding")) {
          eachListItem(bytes, valueStart, valueEnd, (start, end) => {
            this.#codings++;
            if (!equalsIgnoreCase(bytes, start, end, "chunked")) return;
            if (this.#chunked > 0) throw malformed("transfer coding chunked twice");
            this.#chunked = this.#codings;
          });
        }
        break;
      case 10:
        if (equalsIgnoreCase(bytes, nameStart, nameEnd, "connection")) {
          eachListItem(bytes, valueStart, valueEnd, (start, end) => {
            if (equalsIgnoreCase(bytes, start, end, "close")) this.#closeSeen = true;
            if (equalsIgnoreCase(bytes, start, end, "keep-alive")) this.#keepAliveSeen = true;
          });
        } else if (equalsIgnoreCase(bytes, nameStart, nameEnd, "set-cookie")) {
          this.setsCookie = true;
        }
        break;
    }
  }

  /** RFC 9110 §8.6: digits only; equal repetitions count as one. */
  #length(bytes: Uint8Array, valueStart: number, valueEnd: number): void {
    let items = 0;
    const item = (start: number, end: number): void => {
      items++;
      let length = 0;
      for (let i = start; i < end; i++) {
        const digit = bytes[i]! - ZERO;
        if (digit < 0 || digit > 9) throw badLength(bytes, valueStart, valueEnd);
        length = length * 10 + digit;
        if (length > Number.MAX_SAFE_INTEGER) throw badLength(bytes, valueStart, valueEnd);
      }
      if (this.contentLength >= 0 && this.contentLength !== length) {
        throw malformed(`content lengths ${this.contentLength} and ${length}`);
      }
      this.contentLength = length;
    };
    eachListItem(bytes, valueStart, valueEnd, item);
    if (items === 0) throw badLength(bytes, valueStart, valueEnd);
  }

  /** RFC 9112 §6.3, in its order. */
  #frame(): void {
    this.keepAlive = !this.#closeSeen && (this.minor === 1 || this.#keepAliveSeen);
    if (this.#codings > 0) {
      if (this.contentLength >= 0) {
        if (!this.#lenient) throw malformed("both transfer-encoding and content-length");
        this.contentLength = -1;
        this.keepAlive = false;
      }
      this.framing = this.#chunked === this.#codings ? "chunked" : "close";
      // HTTP/1.0 has no transfer codings: whoever sent this may frame it otherwise (§6.1).
      if (this.minor === 0) this.keepAlive = false;
    } else {
      this.framing = this.contentLength >= 0 ? "length" : "close";
    }
  }
}

/** Whether a byte may stand at place `i` of `HTTP/1.1 200 `. */
function fits(byte: number, i: number): boolean {
  switch (i) {
    case 0:
      return byte === H;
    case 1:
    case 2:
      return byte === T;
    case 3:
      return byte === P;
    case 4:
      return byte === SLASH;
    case 5:
      return byte === ONE;
    case 6:
      return byte === DOT;
    case 7:
      return byte === ZERO || byte === ONE;
    case 8:
      return byte === SP;
    case 9:
      return byte >= ONE && byte <= NINE;
    case 10:
    case 11:
      return byte >= ZERO && byte <= NINE;
    default:
      return byte === SP || byte === CR || byte === LF;
  }
}

/** Calls `item` with the bounds of each element of a comma-separated list; empty ones are skipped. */
function eachListItem(
  bytes: Uint8Array,
  start: number,
  end: number,
  item: (start: number, end: number) => void,
): void {
  let from = start;
  for (let i = start; i <= end; i++) {
    if (i < end && bytes[i] !== 0x2c) continue;
    let a = from;
    let b = i;
    while (a < b && (bytes[a] === SP || bytes[a] === 9)) a++;
    while (b > a && (bytes[b - 1] === SP || bytes[b - 1] === 9)) b--;
    if (b > a) item(a, b);
    from = i + 1;
  }
}

function badStatusLine(bytes: Uint8Array, at: number, end: number): HttpError {
  return malformed(`status line ${excerpt(bytes, at, end)}`);
}

function badLength(bytes: Uint8Array, start: number, end: number): HttpError {
  return malformed(
    `content-length ${JSON.stringify(latin1(bytes, start, Math.min(end, start + 40)))}`,
  );
}
