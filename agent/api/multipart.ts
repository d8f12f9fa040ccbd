import { searcher } from "./_search.ts";
import { HttpError } from "./errors.ts";

/** What a part says of itself (RFC 7578, section 4.2). */
export interface PartHead {
  readonly name: string;
  /** As the client says; null for a field that is no file. It is never used as a path. */
  readonly filename: string | null;
}

/** Told what a body has in it. */
export interface PartSink {
  /** A part begins. @returns whether its bytes are wanted */
  part(head: PartHead): boolean;
  /** Bytes of a part that is wanted: a view that is valid until `scan` is called again. */
  data(bytes: Uint8Array): void;
  /** A part that was wanted is complete. */
  end(): void;
}

/** Longest boundary (RFC 2046, section 5.1.1). */
const MAX_BOUNDARY = 70;
/** Longest head of a part, bytes. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Most parts. */
const MAX_PARTS = 100;
/** Longest text before the first boundary, bytes. */
const MAX_PREAMBLE_BYTES = 16 * 1024;

const HEAD_END = searcher(new TextEncoder().encode("\r\n\r\n"));
const [CR, LF, DASH, SPACE, TAB] = [13, 10, 45, 32, 9];

/** The boundary that a Content-Type names, or the answer that Go gives. @throws {HttpError} 400 */
export function boundaryOf(contentType: string | null): string {
  const text = contentType ?? "";
  if (!isMultipart(text)) {
    throw new HttpError(400, "request Content-Type isn't multipart/form-data");
  }
  const boundary = parameter(text, "boundary");
  if (boundary === null || boundary === "") {
    throw new HttpError(400, "no multipart boundary param in Content-Type");
  }
  if (boundary.length <= MAX_BOUNDARY && /^[ -~]*[!-~]$/.test(boundary)) return boundary;
  throw new HttpError(
    400,
    `multipart: the boundary isn't 1 to ${MAX_BOUNDARY} characters of ASCII`,
  );
}

/** Whether a Content-Type is that of a form with files. */
export function isMultipart(contentType: string | null): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test((contentType ?? "").trim());
}

type State = "preamble" | "line" | "head" | "body" | "over";

/** Takes a multipart body apart as it comes (RFC 2046, section 5.1), keeping none of it. */
export class MultipartScanner {
  readonly #sink: PartSink;
  readonly #delimiterBytes: number;
  readonly #find: (bytes: Uint8Array, from: number) => number;
  #state: State = "preamble";
  #wanted = false;
  #parts = 0;
  #preamble = 0;

  constructor(boundary: string, sink: PartSink) {
    const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
    this.#sink = sink;
    this.#delimiterBytes = delimiter.length;
    this.#find = searcher(delimiter);
  }

  /** What has to stand before the first byte of a body: its first boundary may begin it. */
  static readonly START: Uint8Array = Uint8Array.of(CR, LF);

  /** Whether the last boundary was seen. */
  get over(): boolean {
    return this.#state === "over";
  }

  /**
   * Scans what has come.
   *
   * @returns how much of it is done with: the rest has to stand before what comes next
   * @throws {HttpError} 400
   */
  scan(bytes: Uint8Array): number {
    let at = 0;
    for (;;) {
      const next = this.#step(bytes, at);
      if (next === null) return at;
      if (next < 0) return -next;
      at = next;
    }
  }

  /** Where to go on in another state; null when more is needed for it; `-n` when done up to `n`. */
  #step(bytes: Uint8Array, at: number): number | null {
    switch (this.#state) {
      case "preamble":
      case "body":
        return this.#body(bytes, at);
      case "line":
        return this.#line(bytes, at);
      case "head":
        return this.#head(bytes, at);
      case "over":
        return at === bytes.length ? null : -bytes.length;
    }
  }

  #body(bytes: Uint8Array, at: number): number | null {
    const found = this.#find(bytes, at);
    // A delimiter may have begun in what is held back.
    const end = found >= 0 ? found : Math.max(at, bytes.length - this.#delimiterBytes + 1);
    if (this.#state === "preamble") {
      this.#preamble += end - at;
      if (this.#preamble > MAX_PREAMBLE_BYTES) {
        throw new HttpError(400, "multipart: there is no boundary at the beginning");
      }
    } else if (this.#wanted && end > at) this.#sink.data(bytes.subarray(at, end));
    if (found < 0) return end === at ? null : -end;
    if (this.#state === "body" && this.#wanted) this.#sink.end();
    this.#state = "line";
    return found + this.#delimiterBytes;
  }

  /** Behind a boundary: `--` at the end of all, else padding and the end of its line. */
  #line(bytes: Uint8Array, at: number): number | null {
    let end = at;
    while (bytes[end] === SPACE || bytes[end] === TAB) end++;
    if (bytes.length - end < 2) {
      if (end - at > MAX_HEAD_BYTES) throw new HttpError(400, "multipart: a boundary is too long");
      return null;
    }
    const [first, second] = [bytes[end], bytes[end + 1]];
    if (end === at && first === DASH && second === DASH) {
      this.#state = "over";
      return end + 2;
    }
    if (first !== CR || second !== LF) {
      throw new HttpError(400, "multipart: something stands behind a boundary");
    }
    this.#state = "head";
    return end; // with the end of the line: a head may be empty
  }

  #head(bytes: Uint8Array, at: number): number | null {
    const end = HEAD_END(bytes, at);
    if ((end < 0 ? bytes.length : end) - at > MAX_HEAD_BYTES) {
      throw new HttpError(400, `multipart: the head of a part has over ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) return null;
    if (++this.#parts > MAX_PARTS) {
      throw new HttpError(400, `multipart: there are over ${MAX_PARTS} parts`);
    }
    this.#wanted = this.#sink.part(readHead(bytes.subarray(at, end)));
    this.#state = "body";
    return end + 4;
  }
}

function readHead(bytes: Uint8Array): PartHead {
  for (const line of new TextDecoder().decode(bytes).split("\r\n")) {
    const value = /^content-disposition\s*:\s*form-data\s*(;.*)$/is.exec(line)?.[1];
    if (value === undefined) continue;
    return { name: parameter(value, "name") ?? "", filename: parameter(value, "filename") };
  }
  return { name: "", filename: null };
}

/** A parameter of a header's value: a token or a quoted string (RFC 9110, section 5.6.6). */
function parameter(value: string, wanted: string): string | null {
  for (const [, name, quoted, token] of value.matchAll(PARAMETER)) {
    if (name!.toLowerCase() !== wanted) continue;
    return quoted === undefined ? token! : quoted.replace(/\\(["\\])/g, "$1");
  }
  return null;
}

const PARAMETER = /;\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gis;
