import { beginToRead } from "../spent_streams.ts";
import { DATA, DEFAULT_FRAME_BYTES, DEFAULT_WINDOW, END_STREAM } from "./frames.ts";
import { FULL_OUTBOX_BYTES } from "./limits.ts";
import type { Batch, Outbox } from "./outbox.ts";

const NOTHING = new Uint8Array(0);

/** The stream that a body is sent on. */
export interface UploadStream {
  /** Its number. */
  readonly id: number;
  /** What the peer lets us send on it now; below 0 after it has lowered its setting. */
  sendWindow: number;
  /** The body, while it is being sent. */
  upload: Upload | undefined;
  /** The last byte of the request stands in `batch`. */
  sent(batch: Batch): void;
  /** The source of the body failed. */
  bodyFailed(error: unknown): void;
}

/** A request body on its way: what of it is at hand. */
export class Upload {
  readonly stream: UploadStream;
  bytes: Uint8Array = NOTHING;
  at = 0;
  /** True when nothing follows `bytes`. */
  last = false;
  /** True when the stream wants no more of it. */
  cancelled = false;
  /** Called when `bytes` have been used up. */
  onUsed: (() => void) | undefined;

  constructor(stream: UploadStream) {
    this.stream = stream;
  }
}

/**
 * Sends request bodies within both windows (RFC 9113 §5.2) and the peer's frame size: the streams
 * take turns by one frame, and all wait while more than enough is to be written already.
 */
export class Uploads {
  /** What the peer lets us send on all streams now. */
  window: number = DEFAULT_WINDOW;
  /** The peer's longest frame. */
  frameBytes: number = DEFAULT_FRAME_BYTES;

  readonly #outbox: Outbox;
  /** Those that have something to send. */
  readonly #ready: Upload[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Begins to send a body that is here whole. */
  send(stream: UploadStream, bytes: Uint8Array): void {
    const upload = stream.upload = new Upload(stream);
    upload.last = true;
    this.#give(upload, bytes);
  }

  /** Begins to send a body piece by piece; asks for the next when the last has gone out. */
  stream(stream: UploadStream, source: AsyncIterable<Uint8Array>): void {
    const upload = stream.upload = new Upload(stream);
    this.#feed(upload, source).catch((error) => {
      if (!upload.cancelled) stream.bodyFailed(error);
    });
  }

  async #feed(upload: Upload, source: AsyncIterable<Uint8Array>): Promise<void> {
    beginToRead(source);
    for await (const chunk of source) {
      if (upload.cancelled) return;
      if (!(chunk instanceof Uint8Array)) {
        throw new TypeError(`the body's stream gave ${typeof chunk} instead of Uint8Array`);
      }
      if (chunk.length === 0) continue;
      const used = new Promise<void>((resolve) => upload.onUsed = resolve);
      this.#give(upload, chunk);
      await used;
      if (upload.cancelled) return;
    }
    if (upload.cancelled) return;
    upload.last = true;
    this.#give(upload, NOTHING);
  }

  #give(upload: Upload, bytes: Uint8Array): void {
    upload.bytes = bytes;
    upload.at = 0;
    this.#ready.push(upload);
    this.pump();
  }

  /** Stops sending a body. */
  cancel(upload: Upload): void {
    upload.cancelled = true;
    upload.onUsed?.();
    const at = this.#ready.indexOf(upload);
    if (at >= 0) this.#ready.splice(at, 1);
  }

  /** Sends what the windows allow: called when one of them, or the room to write, has grown. */
  pump(): void {
    const ready = this.#ready;
    // `untried` of them may still have something to send.
    let untried = ready.length;
    while (untried > 0 && this.#outbox.end < FULL_OUTBOX_BYTES) {
      const upload = ready.shift()!;
      const result = this.#sendFrame(upload);
      if (result !== "used") ready.push(upload);
      untried = result === "waits" ? untried - 1 : ready.length;
    }
  }

  #sendFrame(upload: Upload): "waits" | "went on" | "used" {
    const { stream, bytes } = upload;
    const left = bytes.length - upload.at;
    const count = Math.min(left, this.frameBytes, this.window, stream.sendWindow);
    if (count <= 0 && left > 0) return "waits";
    const isLast = upload.last && count === left;
    const outbox = this.#outbox;
    const at = outbox.frame(DATA, isLast ? END_STREAM : 0, stream.id, count);
    if (count > 0) {
      outbox.bytes.set(bytes.subarray(upload.at, upload.at + count), at);
      upload.at += count;
      this.window -= count;
      stream.sendWindow -= count;
    }
    if (count < left) return "went on";
    upload.bytes = NOTHING;
    if (isLast) stream.sent(outbox.batch);
    else upload.onUsed?.();
    return "used";
  }
}
