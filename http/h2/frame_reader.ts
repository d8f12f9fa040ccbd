import { ConnectionFailure } from "./failures.ts";
import {
  ACK,
  CONTINUATION,
  DATA,
  DEFAULT_FRAME_BYTES,
  END_HEADERS,
  END_STREAM,
  ErrorCode,
  FRAME_HEAD_BYTES,
  GOAWAY,
  HEADERS,
  PADDED,
  PING,
  PRIORITIZED,
  PRIORITY,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  uint31,
  uint32,
  WINDOW_UPDATE,
} from "./frames.ts";
import { MAX_BLOCK_BYTES, MAX_CONTINUATIONS } from "./limits.ts";

/** Who frames are read for. Positions are of the buffer that is being read, valid for the call. */
export interface FrameHandler {
  /** DATA. @param length of the payload with its padding: what flow control counts */
  onData(
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    endStream: boolean,
  ): void;
  /** A whole field block: HEADERS with their CONTINUATION. */
  onFields(
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
  ): void;
  /** RST_STREAM. */
  onReset(stream: number, errorCode: number): void;
  /** SETTINGS, six bytes for each. */
  onSettings(bytes: Uint8Array, start: number, end: number): void;
  /** PING that wants an answer, with its eight bytes. */
  onPing(bytes: Uint8Array, start: number): void;
  /** GOAWAY. */
  onGoaway(lastStream: number, errorCode: number, debug: Uint8Array): void;
  /** WINDOW_UPDATE; of the connection for stream 0. */
  onWindowUpdate(stream: number, increment: number): void;
  /** A frame that brings nothing: PRIORITY, an answer to PING, one of an unknown type. */
  onNothing(): void;
}

/**
 * Takes frames apart where they lie (RFC 9113 §4 and §6), in one loop over what a read has brought.
 * What a frame must be by itself is checked here; what it means for a stream, by the handler.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  #greeted = false;
  /** The stream whose field block is not whole yet; 0 for none. */
  #blockStream = 0;
  #blockEndsStream = false;
  #block = new Uint8Array(0);
  #blockLength = 0;
  #continuations = 0;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /**
   * Reads the whole frames of `bytes[at, end)`; returns where the first one that isn't whole starts.
   *
   * @throws {ConnectionFailure} after which nothing more may be read
   */
  read(bytes: Uint8Array, at: number, end: number): number {
    while (end - at >= FRAME_HEAD_BYTES) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      const type = bytes[at + 3]!;
      if (!this.#greeted) this.#greet(type, bytes[at + 4]!);
      if (length > DEFAULT_FRAME_BYTES) {
        throw wrongSize(`a frame of ${length} bytes, over the ${DEFAULT_FRAME_BYTES} agreed on`);
      }
      const start = at + FRAME_HEAD_BYTES;
      const next = start + length;
      if (next > end) return at;
      const flags = bytes[at + 4]!;
      const stream = uint31(bytes, at + 5);
      if (this.#blockStream !== 0 && (type !== CONTINUATION || stream !== this.#blockStream)) {
        throw wrong(`frame type ${type} inside a field block`);
      }
      this.#frame(type, flags, stream, bytes, start, next);
      at = next;
    }
    return at;
  }

  #greet(type: number, flags: number): void {
    if (type !== SETTINGS || (flags & ACK) !== 0) {
      throw wrong("the first frame isn't SETTINGS: is this an HTTP/2 server?");
    }
    this.#greeted = true;
  }

  #frame(
    type: number,
    flags: number,
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const length = end - start;
    switch (type) {
      case DATA: {
        if (stream === 0) throw wrong("DATA on stream 0");
        const endStream = (flags & END_STREAM) !== 0;
        if ((flags & PADDED) === 0) {
          return this.#handler.onData(stream, bytes, start, end, length, endStream);
        }
        const contentEnd = end - padding(bytes, start, end);
        return this.#handler.onData(stream, bytes, start + 1, contentEnd, length, endStream);
      }
      case HEADERS:
        return this.#headers(flags, stream, bytes, start, end);
      case CONTINUATION:
        if (this.#blockStream === 0) throw wrong("CONTINUATION without HEADERS");
        if (++this.#continuations > MAX_CONTINUATIONS) {
          throw flood(`over ${MAX_CONTINUATIONS} CONTINUATION frames in a field block`);
        }
        this.#keep(bytes, start, end);
        if ((flags & END_HEADERS) !== 0) this.#blockDone();
        return;
      case RST_STREAM:
        if (stream === 0) throw wrong("RST_STREAM on stream 0");
        if (length !== 4) throw wrongSize(`RST_STREAM of ${length} bytes instead of 4`);
        return this.#handler.onReset(stream, uint32(bytes, start));
      case SETTINGS:
        return this.#settings(flags, stream, bytes, start, end);
      case PUSH_PROMISE:
        throw wrong("PUSH_PROMISE although pushing is switched off");
      case PING:
        if (stream !== 0) throw wrong(`PING on stream ${stream}`);
        if (length !== 8) throw wrongSize(`PING of ${length} bytes instead of 8`);
        if ((flags & ACK) !== 0) return this.#handler.onNothing();
        return this.#handler.onPing(bytes, start);
      case GOAWAY:
        if (stream !== 0) throw wrong(`GOAWAY on stream ${stream}`);
        if (length < 8) throw wrongSize(`GOAWAY of ${length} bytes, less than 8`);
        return this.#handler.onGoaway(
          uint31(bytes, start),
          uint32(bytes, start + 4),
          bytes.subarray(start + 8, end),
        );
      case WINDOW_UPDATE:
        if (length !== 4) throw wrongSize(`WINDOW_UPDATE of ${length} bytes instead of 4`);
        return this.#handler.onWindowUpdate(stream, uint31(bytes, start));
      case PRIORITY:
        if (stream === 0) throw wrong("PRIORITY on stream 0");
        if (length !== 5) throw wrongSize(`PRIORITY of ${length} bytes instead of 5`);
        return this.#handler.onNothing();
      default:
        return this.#handler.onNothing();
    }
  }

  #headers(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (stream === 0) throw wrong("HEADERS on stream 0");
    if ((flags & PADDED) !== 0) {
      end -= padding(bytes, start, end);
      start++;
    }
    if ((flags & PRIORITIZED) !== 0) {
      start += 5;
      if (start > end) throw wrongSize("HEADERS too short for the priority they announce");
    }
    const endStream = (flags & END_STREAM) !== 0;
    if ((flags & END_HEADERS) !== 0) {
      return this.#handler.onFields(stream, bytes, start, end, endStream);
    }
    this.#blockStream = stream;
    this.#blockEndsStream = endStream;
    this.#blockLength = this.#continuations = 0;
    this.#keep(bytes, start, end);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#blockLength + end - start;
    if (needed > MAX_BLOCK_BYTES) throw flood(`a field block over ${MAX_BLOCK_BYTES} bytes`);
    if (needed > this.#block.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.#block.subarray(0, this.#blockLength));
      this.#block = grown;
    }
    this.#block.set(bytes.subarray(start, end), this.#blockLength);
    this.#blockLength = needed;
  }

  #blockDone(): void {
    const [stream, block] = [this.#blockStream, this.#block];
    this.#blockStream = 0;
    this.#block = new Uint8Array(0);
    this.#handler.onFields(stream, block, 0, this.#blockLength, this.#blockEndsStream);
  }

  #settings(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (stream !== 0) throw wrong(`SETTINGS on stream ${stream}`);
    if ((flags & ACK) !== 0) {
      if (length !== 0) throw wrongSize(`an acknowledgement of SETTINGS with ${length} bytes`);
      return this.#handler.onNothing();
    }
    if (length % 6 !== 0) throw wrongSize(`SETTINGS of ${length} bytes, not a multiple of 6`);
    this.#handler.onSettings(bytes, start, end);
  }
}

/** How many bytes of padding a payload ends with; its first byte says so. */
function padding(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) throw wrongSize("a padded frame without its length of padding");
  const count = bytes[start]!;
  if (start + 1 + count > end) throw wrong(`padding of ${count} bytes, longer than its frame`);
  return count;
}

function wrong(what: string): ConnectionFailure {
  return new ConnectionFailure(ErrorCode.protocolError, what);
}

function wrongSize(what: string): ConnectionFailure {
  return new ConnectionFailure(ErrorCode.frameSizeError, what);
}

function flood(what: string): ConnectionFailure {
  return new ConnectionFailure(ErrorCode.enhanceYourCalm, what);
}
