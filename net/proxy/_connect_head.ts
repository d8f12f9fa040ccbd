import { Buffer } from "node:buffer";
import type { Conn } from "../conn.ts";
import { NetError } from "../errors.ts";

/** Most bytes of one head. */
const MAX_HEAD = 64 * 1024;
const LF = 10;

/** The head of an HTTP response. */
export interface Head {
  readonly status: number;
  /** For people: printable, at most 200 characters. */
  readonly reason: string;
  /** In the order they came; names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads response heads off a connection, strictly (RFC 9112 §4 and §5): each line is judged as soon
 * as it is there, so that something else than HTTP is told at once, not at a timeout.
 */
export class HeadReader {
  readonly #conn: Conn;
  readonly #malformed: (reason: string) => NetError;
  #bytes = Buffer.alloc(4096);
  #begin = 0;
  #end = 0;

  /** @param what the tunnel, for messages */
  constructor(conn: Conn, what: string) {
    this.#conn = conn;
    this.#malformed = (reason) =>
      new NetError("proxy_malformed", `tunnel through ${what} failed: ${reason}`, {
        phase: "proxy",
      });
  }

  /** What came behind the last head. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#begin, this.#end);
  }

  /** The next head. */
  async next(): Promise<Head> {
    const budget = { left: MAX_HEAD };
    const line = await this.#line(budget, checkBeginning);
    const match = /^HTTP\/1\.[01] ([1-5]\d\d)(?: (.*))?$/.exec(line);
    if (match === null) throw this.#malformed(`its answer is not HTTP: ${shown(line)}`);
    const fields: [string, string][] = [];
    for (;;) {
      const line = await this.#line(budget);
      if (line === "") break;
      const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*(.*)$/.exec(line);
      if (field === null) throw this.#malformed(`its answer has the header line ${shown(line)}`);
      fields.push([field[1]!.toLowerCase(), field[2]!.trimEnd()]);
    }
    return { status: Number(match[1]), reason: printable(match[2] ?? ""), fields };
  }

  /** The next line, without its end. */
  async #line(
    budget: { left: number },
    check: (bytes: Buffer) => boolean = () => true,
  ): Promise<string> {
    let scanned = this.#begin;
    for (;;) {
      const lineEnd = this.#bytes.subarray(0, this.#end).indexOf(LF, scanned);
      const end = lineEnd < 0 ? this.#end : lineEnd + 1;
      if (end - this.#begin > budget.left) {
        throw this.#malformed(`its answer has a head of more than ${MAX_HEAD} bytes`);
      }
      if (lineEnd >= 0) {
        const line = this.#bytes.toString("latin1", this.#begin, end);
        budget.left -= line.length;
        this.#begin = end;
        if (/^[\t\x20-\x7e\x80-\xff]*\r\n$/.test(line)) return line.slice(0, -2);
        throw this.#malformed(`its answer is not HTTP: ${shown(line)}`);
      }
      const begun = this.#bytes.subarray(this.#begin, this.#end);
      if (!check(begun)) {
        throw this.#malformed(`its answer is not HTTP: ${shown(begun.toString("latin1"))}`);
      }
      scanned = this.#end;
      const moved = await this.#more();
      scanned -= moved;
    }
  }

  /** Reads more; returns how far what is unread was moved to the front. */
  async #more(): Promise<number> {
    const moved = this.#begin;
    if (moved > 0) {
      this.#bytes.copyWithin(0, moved, this.#end);
      [this.#begin, this.#end] = [0, this.#end - moved];
    }
    if (this.#end === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    }
    const count = await this.#conn.read(this.#bytes.subarray(this.#end));
    if (count === null) {
      throw this.#malformed("the proxy closed the connection before its answer was whole");
    }
    this.#end += count;
    return moved;
  }
}

function checkBeginning(bytes: Buffer): boolean {
  const known = "HTTP/1.";
  const begun = bytes.toString("latin1", 0, known.length);
  return known.startsWith(begun);
}

/** Text of the proxy for a message. */
function shown(text: string): string {
  return JSON.stringify(printable(text.replace(/[\r\n]+$/, "")));
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, "�");
}
