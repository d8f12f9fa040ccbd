import type { Slab } from "../../internal/mod.ts";
import type { Socket } from "../../net/mod.ts";
import { HttpError } from "../errors.ts";
import { ChunkedReader } from "./chunked.ts";
import type { ReceiveBuffer } from "./receive_buffer.ts";

const FIRST_BYTES = 4 * 1024;
const EMPTY = new Uint8Array(0);

/** A body whose end is told by its length, by its chunks, or by the end of the connection. */
export type BodyEnd = number | "chunked" | "close";

/** Reads a body that did not come in one piece with its head, through the connection's buffer. */
export class BodyReader {
  /** Field lines of the trailer section, with the empty line; empty without one. */
  trailers: Uint8Array = EMPTY;
  /** `performance.now()` since when a read is pending; Infinity while none is. */
  awaitedSince = Infinity;

  readonly #socket: Socket;
  readonly #buffer: ReceiveBuffer;
  readonly #slab: Slab;
  readonly #cut: () => Error;
  readonly #chunks: ChunkedReader | null;
  readonly #untilClose: boolean;
  #left: number;

  /** @param cut makes the error for a connection that ends inside the body */
  constructor(
    socket: Socket,
    buffer: ReceiveBuffer,
    slab: Slab,
    end: BodyEnd,
    cut: () => Error,
  ) {
    this.#socket = socket;
    this.#buffer = buffer;
    this.#slab = slab;
    this.#cut = cut;
    this.#chunks = end === "chunked" ? new ChunkedReader() : null;
    this.#untilClose = end === "close";
    this.#left = typeof end === "number" ? end : Infinity;
  }

  /** The next run of content, as a view that the next call overwrites; null at the end. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const run = this.#chunks === null ? this.#plain() : this.#unchunked(this.#chunks);
      if (run !== undefined) return run;
      if (await this.#more()) continue;
      if (this.#untilClose) return null;
      throw this.#cut();
    }
  }

  /** Reads to the end; the bytes, or none when `keep` is false. @throws `response_too_large` */
  async all(keep: boolean, maxBytes: number): Promise<Uint8Array> {
    const told = Number.isFinite(this.#left) ? this.#left : 0;
    if (keep && told > maxBytes) throw bodyTooLarge(maxBytes);
    // Grown as bytes come: a length that a peer only claims costs nothing.
    let body = keep ? new Uint8Array(FIRST_BYTES) : EMPTY;
    let filled = 0;
    for (let run = await this.next(); run !== null; run = await this.next()) {
      if (!keep) continue;
      const needed = filled + run.length;
      if (needed > maxBytes) throw bodyTooLarge(maxBytes);
      if (needed > body.length) {
        const grown = new Uint8Array(told >= needed && told < needed * 4 ? told : needed * 2);
        grown.set(body.subarray(0, filled));
        body = grown;
      }
      body.set(run, filled);
      filled = needed;
    }
    return body.subarray(0, filled);
  }

  /** Content by length or to the end; undefined when more must come first. */
  #plain(): Uint8Array | null | undefined {
    const buffer = this.#buffer;
    if (this.#left === 0) return null;
    const from = buffer.at;
    if (buffer.end === from) return undefined;
    const run = Math.min(buffer.end - from, this.#left);
    buffer.at = from + run;
    this.#left -= run;
    return buffer.bytes.subarray(from, from + run);
  }

  /** Content of chunks; undefined when more must come first. */
  #unchunked(chunks: ChunkedReader): Uint8Array | null | undefined {
    const buffer = this.#buffer;
    buffer.at = chunks.next(buffer.bytes, buffer.at, buffer.end);
    if (chunks.dataEnd > chunks.dataStart) {
      return buffer.bytes.subarray(chunks.dataStart, chunks.dataEnd);
    }
    if (!chunks.done) return undefined;
    if (buffer.at - chunks.trailersStart > 2) {
      this.trailers = this.#slab.keep(buffer.bytes, chunks.trailersStart, buffer.at);
    }
    return null;
  }

  /** Reads on behind what is not used yet; false at the end of the connection. */
  async #more(): Promise<boolean> {
    const buffer = this.#buffer;
    const kept = this.#chunks?.inTrailers ? this.#chunks.trailersStart : buffer.at;
    const dropped = buffer.dropBefore(kept);
    this.#chunks?.shift(dropped);
    buffer.widen();
    buffer.ensureRoom();
    this.awaitedSince = performance.now();
    const count = await this.#socket.readInto(buffer.room());
    this.awaitedSince = Infinity;
    if (count === null) return false;
    buffer.end += count;
    return true;
  }
}

function bodyTooLarge(cap: number): HttpError {
  return new HttpError("response_too_large", "body", `response too large: body over ${cap} bytes`);
}
