import { Deadlines, type DownpourError, type Expiring, Slab } from "../../internal/mod.ts";
import type { StreamSocket } from "../../net/mod.ts";
import { cutOff } from "../cut_off.ts";
import { type H2Error, HttpError } from "../errors.ts";
import { ReceiveBuffer } from "../h1/receive_buffer.ts";
import { connectionFailed, ConnectionFailure, goaway } from "./failures.ts";
import { FloodGuard } from "./flood_guard.ts";
import { FrameReader } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";
import { ErrorCode } from "./frames.ts";
import { HpackError } from "./hpack/hpack_error.ts";
import { Incoming } from "./incoming.ts";
import { DEFAULT_STREAMS } from "./limits.ts";
import { Outbox } from "./outbox.ts";
import { PeerSettings } from "./peer_settings.ts";
import { ReadPace } from "./read_pace.ts";
import type { H2Request } from "./request.ts";
import type { SessionOptions } from "./session_options.ts";
import { StreamTable } from "./stream_table.ts";
import { H2Stream } from "./stream.ts";
import type { StreamHost } from "./stream_host.ts";
import { Uploads } from "./uploads.ts";

const deadlines = new Deadlines();
const slab = new Slab();

/**
 * One HTTP/2 connection (RFC 9113), as a client. Frames are read in one loop over what a read has
 * brought, and what they cause is written together. Streams cost no timer: the session watches over
 * the earliest of their deadlines.
 */
export class Session implements StreamHost<H2Stream>, Expiring {
  /** The socket underneath. */
  readonly socket: StreamSocket;
  /** What it was opened for: scheme, host and port. */
  readonly origin: string;
  /** False after GOAWAY, after a failure, and when its stream numbers are used up. */
  usable = true;
  /** What ended it, a GOAWAY too; null while nothing has, or when it was simply closed. */
  error: DownpourError | null = null;
  /** Called when the peer's SETTINGS have come and there is room. */
  onRoom: (() => void) | null = null;

  /** For its streams: keeps heads and short bodies. */
  readonly slab: Slab = slab;
  /** For its streams: most bytes of a body that is kept. */
  readonly maxBodyBytes: number;
  /** For its streams: `performance.now()` of the read that is being worked on. */
  now = 0;

  /** The earliest of its streams, or one of a stream that has ended since. */
  deadline = Infinity;
  /** The wheel's own. */
  checkAt = Infinity;
  /** The wheel's own. */
  slot = -1;

  readonly #options: SessionOptions;
  readonly #onClosed: (session: Session) => void;
  readonly #buffer = new ReceiveBuffer();
  readonly #pace = new ReadPace();
  readonly #outbox: Outbox;
  readonly #uploads: Uploads;
  readonly #writer: FrameWriter;
  readonly #flood: FloodGuard;
  readonly #frames: FrameReader;
  readonly #peer = new PeerSettings();
  readonly #streams = new StreamTable();
  /** Places that are taken: by open streams, and by lanes that were not used yet. */
  #taken = 0;
  /** Lanes that there ever were. */
  #given = 0;
  /** True once the peer's SETTINGS have come. */
  #settled = false;
  #retired = false;
  #closed = false;
  /** What the peer's GOAWAY said. */
  #goaway: { readonly errorCode: number; errorFor(stream: H2Stream): H2Error } | undefined;
  #writeError: DownpourError | undefined;

  /** @param onClosed called once, when the socket is closed; `usable` may be false before that */
  constructor(
    socket: StreamSocket,
    origin: string,
    options: SessionOptions,
    onClosed: (session: Session) => void,
  ) {
    this.socket = socket;
    this.origin = origin;
    this.maxBodyBytes = options.maxBodyBytes;
    this.#options = options;
    this.#onClosed = onClosed;
    this.#outbox = new Outbox(socket, {
      drained: () => this.#uploads.pump(),
      writeFailed: (error) => this.#writeFailed(error),
    });
    this.#uploads = new Uploads(this.#outbox);
    this.#flood = new FloodGuard(this.#outbox);
    this.#writer = new FrameWriter(this.#outbox);
    const incoming = new Incoming({
      streams: this.#streams,
      uploads: this.#uploads,
      writer: this.#writer,
      peer: this.#peer,
      flood: this.#flood,
      settingsChanged: () => this.#settingsChanged(),
      goaway: (lastStream, errorCode, debug) => this.#goawayCame(lastStream, errorCode, debug),
    });
    this.#frames = new FrameReader(incoming);
    this.#writer.preface();
    deadlines.watch(this);
    if (options.letsProcessEnd) socket.unref();
    this.#read();
  }

  /** How many streams could be opened now. */
  get room(): number {
    if (!this.usable || this.#retired) return 0;
    const peers = this.#settled ? this.#peer.maxConcurrentStreams : DEFAULT_STREAMS;
    return Math.max(0, Math.min(peers, this.#options.maxConcurrent ?? Infinity) - this.#taken);
  }

  /** Whether the peer allows no streams at all for now. */
  get takesNone(): boolean {
    if (!this.usable || this.#retired || !this.#settled) return false;
    return this.#peer.maxConcurrentStreams === 0;
  }

  /** True while nothing is under way. */
  get idle(): boolean {
    return this.#taken === 0;
  }

  /** A lane for one exchange; it holds its place until it has ended or is closed. */
  lane(): H2Stream {
    if (this.room === 0) {
      throw new Error(`no room for another stream to ${this.origin}: look at room first`);
    }
    if (this.#taken++ === 0 && this.#options.letsProcessEnd) this.socket.ref();
    this.#pace.opened(this.#taken);
    return new H2Stream(this, this.#given++);
  }

  /** Gives no more lanes, and closes the connection when those that it gave have ended. */
  retire(): void {
    this.#retired = true;
    if (this.#taken === 0) this.#end(undefined, ErrorCode.noError);
  }

  /** Says GOAWAY and closes the connection; what is under way fails as `aborted`. */
  close(): void {
    const errorFor = ({ phase }: H2Stream) =>
      new HttpError("aborted", phase, "the connection was closed");
    this.#end(errorFor, ErrorCode.noError);
  }

  /** For its streams: sends the request, and begins to send its body. */
  open(stream: H2Stream, request: H2Request): void {
    if (!this.usable) {
      stream.unprocessed = true;
      const closing = () => goaway("send", ErrorCode.noError, "the connection is closing");
      return stream.abandon(this.#goaway?.errorFor(stream) ?? closing());
    }
    this.#streams.add(stream);
    if (this.#streams.usedUp) this.usable = false;
    stream.sendWindow = this.#peer.initialWindowSize;
    if (stream.deadline < this.deadline) deadlines.set(this, stream.deadline);
    const { body, stream: source } = request;
    const hasBody = source !== null || (body !== null && body.length > 0);
    try {
      this.#writer.head(stream.id, request, !hasBody);
    } catch (error) {
      stream.unprocessed = true;
      return stream.abandon(error as DownpourError);
    }
    stream.headSent(this.#outbox.batch);
    if (!hasBody) stream.sent(this.#outbox.batch);
    else if (source !== null) this.#uploads.stream(stream, source);
    else this.#uploads.send(stream, body!);
  }

  /** For its streams: one has ended, or its place was given up. */
  left(stream: H2Stream): void {
    this.#streams.remove(stream.id);
    this.#pace.ended();
    this.#flood.forgive();
    if (stream.upload !== undefined) this.#uploads.cancel(stream.upload);
    if (--this.#taken > 0) return;
    if (!this.usable || this.#retired) this.#end(undefined, ErrorCode.noError);
    else if (this.#options.letsProcessEnd) this.socket.unref();
  }

  /** For its streams: ends one by RST_STREAM. */
  reset(stream: H2Stream, errorCode: number): void {
    if (this.#closed) return;
    this.#streams.wasReset(stream.id);
    this.#writer.reset(stream.id, errorCode);
  }

  /** For its streams: lets the peer send more. */
  grant(stream: H2Stream, count: number): void {
    if (!this.#closed) this.#writer.windowUpdate(stream.id, count);
  }

  /** Called by the timer wheel: the earliest deadline has passed, or its stream had ended before. */
  expire(): void {
    const now = performance.now();
    let earliest = Infinity;
    for (const stream of this.#streams.all()) {
      if (stream.deadline <= now) stream.expire();
      else if (stream.deadline < earliest) earliest = stream.deadline;
    }
    if (earliest < this.deadline && !this.#closed) deadlines.set(this, earliest);
  }

  #read(): void {
    this.socket.readInto(this.#buffer.room(this.#pace.most)).then(this.#onRead, this.#onReadFailed);
  }

  readonly #onReadFailed = (error: unknown): void => {
    this.error ??= error as DownpourError;
    this.#end(() => error as DownpourError);
  };

  readonly #onRead = (count: number | null): void => {
    if (this.#closed) return;
    if (count === null) return this.#end((stream) => this.#cut(stream));
    this.now = performance.now();
    const buffer = this.#buffer;
    buffer.end += count;
    try {
      buffer.at = this.#frames.read(buffer.bytes, buffer.at, buffer.end);
    } catch (error) {
      return this.#broken(error);
    }
    if (this.#closed) return;
    this.#pace.read(count, this.#taken);
    this.#streams.partCame(buffer.bytes, buffer.at, buffer.end, this.now);
    this.#makeRoom();
    this.#read();
  };

  /** What the peer sent breaks the connection, or a fault of ours. */
  #broken(error: unknown): void {
    if (error instanceof HpackError || error instanceof ConnectionFailure) {
      const { errorCode, message } = error;
      this.error = connectionFailed("headers", errorCode, message);
      return this.#end(({ phase }) => connectionFailed(phase, errorCode, message), errorCode);
    }
    this.error = error as DownpourError;
    this.#end(() => error as DownpourError, ErrorCode.internalError);
  }

  /** Readies the buffer for the next read: as large as a busy connection needs, or an idle one. */
  #makeRoom(): void {
    const buffer = this.#buffer;
    const [wasFull, isEmpty] = [buffer.end === buffer.bytes.length, buffer.at === buffer.end];
    buffer.dropBefore(buffer.at);
    if (isEmpty && this.#taken === 0) buffer.reset();
    else if (wasFull) buffer.widen();
  }

  /** What the peer said before it left is still to be read: the end of reading decides. */
  #writeFailed(error: unknown): void {
    this.usable = false;
    this.error ??= this.#writeError = error as DownpourError;
  }

  /** The error of a stream that the end of the connection has cut off. */
  #cut(stream: H2Stream): DownpourError {
    if (this.#writeError !== undefined) return this.#writeError;
    if (this.#goaway !== undefined && this.#goaway.errorCode !== ErrorCode.noError) {
      return this.#goaway.errorFor(stream);
    }
    return cutOff(stream.answered, stream.phase);
  }

  #settingsChanged(): void {
    this.#settled = true;
    if (this.room > 0) this.onRoom?.();
  }

  #goawayCame(lastStream: number, errorCode: number, debug: Uint8Array): void {
    this.usable = false;
    const said = String.fromCharCode(...debug.subarray(0, 100));
    const told = said === "" ? "" : `: ${JSON.stringify(said)}`;
    const why = `the peer is closing the connection${told}`;
    this.#goaway = { errorCode, errorFor: ({ phase }) => goaway(phase, errorCode, why) };
    this.error ??= goaway("headers", errorCode, why);
    for (const stream of this.#streams.all()) {
      if (stream.id <= lastStream) continue;
      stream.unprocessed = true;
      stream.abandon(this.#goaway.errorFor(stream));
    }
    if (this.#taken === 0) this.#end(undefined, ErrorCode.noError);
  }

  /**
   * Closes the socket and fails what is under way.
   *
   * @param errorCode what GOAWAY says; none is sent without it
   */
  #end(errorFor?: (stream: H2Stream) => DownpourError, errorCode?: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.usable = false;
    deadlines.unwatch(this);
    if (errorCode !== undefined && this.#writeError === undefined) {
      this.#writer.goaway(errorCode);
      this.#outbox.finish();
    }
    this.#outbox.close();
    this.#buffer.release();
    this.socket.close();
    for (const stream of this.#streams.all()) if (errorFor) stream.abandon(errorFor(stream));
    this.#onClosed(this);
  }
}
