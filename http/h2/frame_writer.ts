import { fieldsTooLarge } from "./failures.ts";
import {
  ACK,
  CONTINUATION,
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW,
  END_HEADERS,
  END_STREAM,
  FRAME_HEAD_BYTES,
  GOAWAY,
  HEADERS,
  PREFACE,
  putFrameHead,
  putUint32,
  RST_STREAM,
  Setting,
  SETTINGS,
  WINDOW_UPDATE,
} from "./frames.ts";
import { HpackEncoder } from "./hpack/encoder.ts";
import { CONNECTION_WINDOW, MAX_FIELDS_BYTES, STREAM_WINDOW } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import type { PeerSettings } from "./peer_settings.ts";
import { fieldsOf, type H2Request } from "./request.ts";

/** Puts frames into the outbox; all but those with content, which `Uploads` sends. */
export class FrameWriter {
  readonly #outbox: Outbox;
  readonly #encoder = new HpackEncoder();
  #frameBytes: number = DEFAULT_FRAME_BYTES;
  #maxListBytes = Infinity;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** What a connection begins with: preface, SETTINGS, and a window for all streams together. */
  preface(): void {
    const outbox = this.#outbox;
    outbox.ensure(PREFACE.length);
    for (let i = 0; i < PREFACE.length; i++) outbox.bytes[outbox.end++] = PREFACE.charCodeAt(i);
    const settings = [
      [Setting.enablePush, 0],
      [Setting.initialWindowSize, STREAM_WINDOW],
      [Setting.maxHeaderListSize, MAX_FIELDS_BYTES],
    ] as const;
    let at = outbox.frame(SETTINGS, 0, 0, settings.length * 6);
    for (const [setting, value] of settings) {
      outbox.bytes[at] = 0;
      outbox.bytes[at + 1] = setting;
      putUint32(outbox.bytes, at + 2, value);
      at += 6;
    }
    this.windowUpdate(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
  }

  /**
   * The head of a request: HEADERS, and CONTINUATION where it is long.
   *
   * @throws {HttpError} `request_invalid` for fields that can't be sent, or are more than the peer takes
   */
  head(stream: number, request: H2Request, endStream: boolean): void {
    const outbox = this.#outbox;
    const fields = fieldsOf(request);
    if (this.#maxListBytes < Infinity && fields.listBytes > this.#maxListBytes) {
      throw fieldsTooLarge(fields.listBytes, this.#maxListBytes);
    }
    const start = outbox.end;
    outbox.ensure(FRAME_HEAD_BYTES);
    outbox.end += FRAME_HEAD_BYTES;
    try {
      this.#encoder.encodePrepared(fields, outbox);
    } catch (error) {
      outbox.end = start;
      throw error;
    }
    const length = outbox.end - start - FRAME_HEAD_BYTES;
    const flags = endStream ? END_STREAM : 0;
    if (length <= this.#frameBytes) {
      putFrameHead(outbox.bytes, start, length, HEADERS, flags | END_HEADERS, stream);
    } else this.#split(start, length, flags, stream);
    outbox.schedule();
  }

  /** Gives a block that is longer than a frame a head for each part of it. */
  #split(start: number, length: number, flags: number, stream: number): void {
    const outbox = this.#outbox;
    const block = outbox.bytes.slice(start + FRAME_HEAD_BYTES, outbox.end);
    outbox.end = start;
    for (let at = 0; at < length; at += this.#frameBytes) {
      const part = block.subarray(at, at + this.#frameBytes);
      const ending = at + part.length === length ? END_HEADERS : 0;
      const payload = at === 0
        ? outbox.frame(HEADERS, flags | ending, stream, part.length)
        : outbox.frame(CONTINUATION, ending, stream, part.length);
      outbox.bytes.set(part, payload);
    }
  }

  /** RST_STREAM. */
  reset(stream: number, errorCode: number): void {
    const at = this.#outbox.frame(RST_STREAM, 0, stream, 4);
    putUint32(this.#outbox.bytes, at, errorCode);
  }

  /** WINDOW_UPDATE; of the connection for stream 0. */
  windowUpdate(stream: number, increment: number): void {
    const at = this.#outbox.frame(WINDOW_UPDATE, 0, stream, 4);
    putUint32(this.#outbox.bytes, at, increment);
  }

  /** GOAWAY; the peer has opened no streams. */
  goaway(errorCode: number): void {
    const at = this.#outbox.frame(GOAWAY, 0, 0, 8);
    putUint32(this.#outbox.bytes, at, 0);
    putUint32(this.#outbox.bytes, at + 4, errorCode);
  }

  /** The acknowledgement of SETTINGS or PING, with what it gives back. */
  acknowledge(type: number, bytes: Uint8Array, start: number, length: number): void {
    const at = this.#outbox.frame(type, ACK, 0, length);
    for (let i = 0; i < length; i++) this.#outbox.bytes[at + i] = bytes[start + i]!;
  }

  /** Does from here on what the peer's SETTINGS say. */
  obey(peer: PeerSettings): void {
    this.#frameBytes = peer.maxFrameSize;
    this.#maxListBytes = peer.maxHeaderListSize;
    this.#encoder.setMaxTableBytes(peer.headerTableSize);
  }
}
