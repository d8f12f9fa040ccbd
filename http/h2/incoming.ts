import { ConnectionFailure } from "./failures.ts";
import type { FloodGuard } from "./flood_guard.ts";
import type { FrameHandler } from "./frame_reader.ts";
import { ErrorCode, MAX_WINDOW, PING, SETTINGS } from "./frames.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { BOMB_FACTOR, CONNECTION_WINDOW, MAX_FIELDS, MAX_FIELDS_BYTES } from "./limits.ts";
import type { PeerSettings } from "./peer_settings.ts";
import { ResponseFields } from "./response_fields.ts";
import type { StreamTable } from "./stream_table.ts";
import type { Uploads } from "./uploads.ts";

/** What frames are about. */
export interface IncomingParts {
  readonly streams: StreamTable;
  readonly uploads: Uploads;
  readonly writer: FrameWriter;
  readonly peer: PeerSettings;
  readonly flood: FloodGuard;
  /** The peer's SETTINGS have changed. */
  settingsChanged(): void;
  /** The peer begins to close the connection. */
  goaway(lastStream: number, errorCode: number, debug: Uint8Array): void;
}

/** Does what the frames say: to a stream, to the windows, to the connection. */
export class Incoming implements FrameHandler {
  readonly #parts: IncomingParts;
  readonly #decoder = new HpackDecoder({
    maxListBytes: MAX_FIELDS_BYTES * BOMB_FACTOR,
    maxFields: MAX_FIELDS * BOMB_FACTOR,
  });
  readonly #fields = new ResponseFields();
  /** What the peer may send on all streams. */
  #window: number = CONNECTION_WINDOW;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  onData(
    id: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    endStream: boolean,
  ): void {
    const { streams, flood } = this.#parts;
    this.#take(length);
    if (start === end && !endStream) flood.count();
    const stream = streams.get(id);
    if (stream !== undefined) return stream.onData(bytes, start, end, length, endStream);
    streams.checkLate(id, "DATA");
  }

  /**
   * Takes DATA as read at once: a slow reader of one stream must not stop the others, and is bounded
   * by the window of its own.
   */
  #take(length: number): void {
    this.#window -= length;
    if (this.#window >= CONNECTION_WINDOW / 2) return;
    if (this.#window < 0) {
      throw failure("flowControlError", "more DATA than the connection's window allowed");
    }
    this.#parts.writer.windowUpdate(0, CONNECTION_WINDOW - this.#window);
    this.#window = CONNECTION_WINDOW;
  }

  onFields(id: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    const { streams, flood } = this.#parts;
    const stream = streams.get(id);
    const fields = this.#fields;
    fields.begin(stream === undefined ? "nothing" : stream.section);
    // Also where nobody wants it: the blocks that follow build on it.
    this.#decoder.decode(bytes, start, end, fields);
    fields.end();
    if (stream !== undefined) return stream.onFields(fields, endStream);
    streams.checkLate(id, "HEADERS");
    flood.count();
  }

  onReset(id: number, errorCode: number): void {
    const { streams, flood } = this.#parts;
    const stream = streams.get(id);
    if (stream !== undefined) return stream.onReset(errorCode);
    streams.checkOpened(id, "RST_STREAM");
    flood.count();
  }

  onSettings(bytes: Uint8Array, start: number, end: number): void {
    const { streams, uploads, writer, peer, flood, settingsChanged } = this.#parts;
    flood.count();
    const before = peer.initialWindowSize;
    peer.apply(bytes, start, end);
    const change = peer.initialWindowSize - before;
    for (const stream of change === 0 ? [] : streams.all()) {
      if ((stream.sendWindow += change) <= MAX_WINDOW) continue;
      const what = `SETTINGS that widen the window of stream ${stream.id} over its limit`;
      throw failure("flowControlError", what);
    }
    uploads.frameBytes = peer.maxFrameSize;
    writer.obey(peer);
    writer.acknowledge(SETTINGS, bytes, 0, 0);
    uploads.pump();
    settingsChanged();
  }

  onPing(bytes: Uint8Array, start: number): void {
    this.#parts.flood.count();
    this.#parts.writer.acknowledge(PING, bytes, start, 8);
  }

  onGoaway(lastStream: number, errorCode: number, debug: Uint8Array): void {
    this.#parts.flood.count();
    this.#parts.goaway(lastStream, errorCode, debug);
  }

  onWindowUpdate(id: number, increment: number): void {
    const { streams, uploads, flood } = this.#parts;
    if (id === 0) {
      if (increment === 0) throw failure("protocolError", "WINDOW_UPDATE by 0");
      if ((uploads.window += increment) > MAX_WINDOW) {
        throw failure("flowControlError", "WINDOW_UPDATE of the connection over its limit");
      }
    } else {
      const stream = streams.get(id);
      if (stream === undefined) {
        streams.checkOpened(id, "WINDOW_UPDATE");
        return flood.count();
      }
      stream.onWindowUpdate(increment);
    }
    uploads.pump();
  }

  onNothing(): void {
    this.#parts.flood.count();
  }
}

function failure(code: keyof typeof ErrorCode, what: string): ConnectionFailure {
  return new ConnectionFailure(ErrorCode[code], what);
}
