import { type Conn, type StreamSocket, TCP } from "../../net/mod.ts";
import type { H2Stream } from "./stream.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEAD_BYTES,
  HEADERS,
  PREFACE,
  putFrameHead,
  putUint32,
  SETTINGS,
  uint31,
  uint32,
} from "./frames.ts";
import type { H2Request } from "./request.ts";
import { Session } from "./session.ts";
import type { SessionOptions } from "./session_options.ts";

/** A frame that the client sent. */
export interface ReceivedFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** The server's end of a connection, on which a test says each frame itself. */
export class RawPeer {
  readonly socket: StreamSocket;
  /** Everything that came, in order. */
  readonly frames: ReceivedFrame[] = [];
  /** True when the client has closed the connection. */
  ended = false;
  #waiting: (() => void)[] = [];
  readonly reading: Promise<void>;

  constructor(socket: StreamSocket) {
    this.socket = socket;
    this.reading = this.#read();
  }

  async #read(): Promise<void> {
    let bytes = new Uint8Array(0);
    let greeted = false;
    try {
      for (let more = await this.socket.read(); more !== null; more = await this.socket.read()) {
        const joined = new Uint8Array(bytes.length + more.length);
        joined.set(bytes);
        joined.set(more, bytes.length);
        bytes = joined;
        if (!greeted && bytes.length >= PREFACE.length) {
          greeted = true;
          bytes = bytes.slice(PREFACE.length);
        }
        while (greeted && bytes.length >= FRAME_HEAD_BYTES) {
          const end = FRAME_HEAD_BYTES + (uint32(bytes, 0) >>> 8);
          if (bytes.length < end) break;
          const payload = bytes.slice(FRAME_HEAD_BYTES, end);
          this.frames.push({
            type: bytes[3]!,
            flags: bytes[4]!,
            stream: uint31(bytes, 5),
            payload,
          });
          bytes = bytes.slice(end);
        }
        this.#wake();
      }
    } catch {
      // Reset by the client: as good as an end.
    }
    this.ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The first frame that fits; waits for it. */
  async frame(fits: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      if (this.ended) throw new Error("the client closed the connection before such a frame");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The first frame of a type. */
  type(type: number): Promise<ReceivedFrame> {
    return this.frame((frame) => frame.type === type);
  }

  /** The head of the request on a stream. */
  request(stream: number): Promise<ReceivedFrame> {
    return this.frame((frame) => frame.type === HEADERS && frame.stream === stream);
  }

  /** Sends bytes; a client that has gone is none of its business. */
  async send(...parts: Uint8Array[]): Promise<void> {
    await this.socket.write(concat(parts)).catch(() => {});
  }
}

/** Bytes one behind the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A frame. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array | readonly number[] = [],
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  putFrameHead(bytes, 0, payload.length, type, flags, stream);
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

/** SETTINGS. */
export function settings(...values: (readonly [setting: number, value: number])[]): Uint8Array {
  return frame(SETTINGS, 0, 0, values.flatMap(([id, value]) => [0, id, ...number(value)]));
}

/** Four bytes, as RST_STREAM and WINDOW_UPDATE have them. */
export function number(value: number): number[] {
  const bytes = new Uint8Array(4);
  putUint32(bytes, 0, value);
  return [...bytes];
}

/** A field block: literals without indexing and without Huffman's code. */
export function block(...fields: (readonly [name: string, value: string])[]): Uint8Array {
  return concat(fields.map(([name, value]) => concat([Uint8Array.of(0), text(name), text(value)])));
}

function text(value: string): Uint8Array {
  const bytes = bytesOf(value);
  const { length } = bytes;
  // Integers with a prefix of seven bits (RFC 7541 §5.1), up to three bytes of them.
  const rest = length - 127;
  const head = length < 127
    ? [length]
    : rest < 128
    ? [127, rest]
    : rest < 16384
    ? [127, 128 | (rest & 127), rest >> 7]
    : [127, 128 | (rest & 127), 128 | ((rest >> 7) & 127), rest >> 14];
  return concat([Uint8Array.from(head), bytes]);
}

/** Latin-1. */
export function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (char) => char.charCodeAt(0));
}

/** Text of Latin-1 bytes. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** A whole response head in one HEADERS frame. */
export function head(
  stream: number,
  fields: readonly (readonly [string, string])[],
  flags = 0,
): Uint8Array {
  return frame(HEADERS, END_HEADERS | flags, stream, block(...fields));
}

/** A response: status 200 and a text. */
export function answer(stream: number, content: string): Uint8Array {
  const ending = frame(DATA, END_STREAM, stream, bytesOf(content));
  return concat([head(stream, [[":status", "200"]]), ending]);
}

/** A request without a body. */
export function get(path = "/", more: Partial<H2Request> = {}): H2Request {
  return {
    method: "GET",
    scheme: "http",
    authority: "test",
    path,
    fields: [],
    body: null,
    stream: null,
    ...more,
  };
}

/** Sends a request on a lane of its own. */
export async function send(
  session: Session,
  request: H2Request = get(),
  mode: "keep" | "discard" | "stream" = "keep",
  timeoutMs = 10_000,
): Promise<H2Stream> {
  const lane = session.lane();
  await lane.exchange(request, mode, performance.now(), timeoutMs);
  return lane;
}

/** Options of most tests. */
export const OPTIONS: SessionOptions = { maxBodyBytes: 64 * 1024 * 1024, letsProcessEnd: false };

/** A session whose peer is a test, which says SETTINGS itself. Both ends are closed behind it. */
export async function withPeer(
  run: (session: Session, peer: RawPeer) => Promise<void>,
  options: SessionOptions = OPTIONS,
): Promise<void> {
  await using server = TCP.listen();
  const accepting = server.accept();
  const socket = await TCP.open(server.address);
  const peer = new RawPeer((await accepting)!);
  let closed = 0;
  const session = new Session(socket, "http://test", options, () => closed++);
  try {
    await run(session, peer);
  } finally {
    session.close();
    await peer.reading;
    peer.socket.close();
  }
  if (closed !== 1) throw new Error(`onClosed was called ${closed} times`);
}

/** A connection's methods, to be put some others over. */
export function bound(conn: Conn): Conn {
  return {
    read: (buffer) => conn.read(buffer),
    write: (data) => conn.write(data),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
    ref: () => conn.ref(),
    unref: () => conn.unref(),
  };
}
