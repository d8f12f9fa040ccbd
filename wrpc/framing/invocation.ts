import type { StreamSocket } from "../../net/mod.ts";
import type { ChannelReader, ChannelWriter, IndexPath, PathPattern } from "../codec/mod.ts";
import { WrpcError, type WrpcPhase } from "../errors.ts";
import type { Invocation } from "../transport.ts";
import { watchTimeout } from "../expiry.ts";
import { FrameDecoder, frameHead } from "./frames.ts";
import { Incoming } from "./incoming.ts";

/** Data up to here is copied behind its frame's head: one write instead of two. */
const COPIED_BYTES = 16 * 1024;
/** Longest frame that is sent; longer data is cut. */
export const MAX_SENT_FRAME = 1024 * 1024;
const [FIRST_READ, LONGEST_READ] = [1024, 256 * 1024];

/** How long the end of an invocation waits for a peer to read, or to end too, in milliseconds. */
const LINGER_MS = 1000;

/** A read that was begun before the invocation was. */
interface BegunRead {
  readonly buffer: Uint8Array;
  readonly count: Promise<number | null>;
}

/** An invocation on a socket of its own, which is read only while somebody waits for bytes. */
export class FramedInvocation implements Invocation {
  readonly #broken = Promise.withResolvers<never>();
  readonly #socket: StreamSocket;
  readonly #onClose: () => void;
  readonly #incoming: Incoming;
  readonly #frames: FrameDecoder;
  #pumping = false;
  #readSize = FIRST_READ;
  #begun: BegunRead | null;
  #aborted = false;
  #closed = false;

  readonly #lingers: boolean;

  /**
   * @param lingers whether `close` reads to the end first. Who answers must: bytes that nobody read
   * make the system reset the connection, and the answer with it
   * @param onClose called once the socket is no longer used
   * @param begun the socket's first read, if it was begun
   */
  constructor(
    socket: StreamSocket,
    paths: readonly PathPattern[],
    lingers: boolean,
    onClose: () => void,
    begun: BegunRead | null = null,
  ) {
    this.#socket = socket;
    this.#begun = begun;
    this.#lingers = lingers;
    this.#onClose = onClose;
    this.#broken.promise.catch(() => {}); // Not everybody looks.
    this.#incoming = new Incoming(paths, () => this.#pump());
    this.#frames = new FrameDecoder((path, bytes) => this.#incoming.receive(path, bytes));
  }

  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /** Bytes of the socket that were read already. */
  receive(bytes: Uint8Array): void {
    try {
      this.#frames.push(bytes);
    } catch (error) {
      this.#fail(error, "receive");
    }
  }

  read(path: IndexPath): ChannelReader {
    return this.#incoming.read(path);
  }

  write(path: IndexPath): ChannelWriter {
    return {
      write: (bytes) => this.#write(path, bytes),
      close: () => Promise.resolve(), // Frames know no end of a channel: the value tells.
    };
  }

  async #write(path: IndexPath, bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; at += MAX_SENT_FRAME) {
        const data = bytes.subarray(at, at + MAX_SENT_FRAME);
        const head = frameHead(path, data.length);
        if (data.length > COPIED_BYTES) {
          this.#socket.write(head).catch(() => {}); // The write of the data fails with it.
          await this.#socket.write(data);
        } else {
          await this.#socket.write(joined(head, data));
        }
      }
    } catch (error) {
      throw this.#fail(error, "send");
    }
  }

  async closeWrite(): Promise<void> {
    try {
      await this.#socket.closeWrite();
    } catch (error) {
      throw this.#fail(error, "send");
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#incoming.cancelAll();
    if (this.#lingers) await this.#readOut();
    this.#end();
  }

  async #readOut(): Promise<void> {
    const dropped = new Uint8Array(FIRST_READ);
    const stop = watchTimeout(LINGER_MS, () => this.#end());
    try {
      while (!this.#incoming.over && await this.#socket.readInto(dropped) !== null);
    } catch {
      // The peer is gone.
    } finally {
      stop();
    }
  }

  abort(error: WrpcError): void {
    if (this.#closed || this.#aborted) return;
    this.#aborted = true;
    this.#break(error);
    // A function without results succeeds by the stream's end: a frame that is cut tells otherwise.
    this.#socket.write(CUT_FRAME).catch(() => {});
    const stop = watchTimeout(LINGER_MS, () => this.#end());
    this.#socket.closeWrite().catch(() => {}).finally(() => {
      stop();
      this.#end();
    });
  }

  /** Lets go of the socket at once; the peer is told if the system takes that now. */
  drop(error: WrpcError): void {
    this.#break(error);
    if (!this.#closed) this.#socket.write(CUT_FRAME).catch(() => {});
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#onClose();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#read();
  }

  async #read(): Promise<void> {
    try {
      while (this.#incoming.wanted) {
        const begun = this.#begun;
        this.#begun = null;
        const buffer = begun?.buffer ?? new Uint8Array(this.#readSize);
        const count = await (begun?.count ?? this.#socket.readInto(buffer));
        if (count === null) {
          this.#frames.end();
          return this.#incoming.end();
        }
        if (count === buffer.length && count < LONGEST_READ) this.#readSize = count * 4;
        this.#frames.push(buffer.subarray(0, count));
      }
    } catch (error) {
      this.#fail(error, "receive");
    } finally {
      this.#pumping = false; // In the same turn in which `wanted` was false: nobody is missed.
    }
  }

  #fail(cause: unknown, phase: WrpcPhase): WrpcError {
    const known = this.#incoming.error;
    if (known !== null) return known;
    const error = cause instanceof WrpcError ? cause : lost(cause, phase);
    this.#break(error);
    return error;
  }

  #break(error: WrpcError): void {
    this.#incoming.fail(error);
    this.#broken.reject(error);
  }
}

const CUT_FRAME = Uint8Array.of(0);

function joined(head: Uint8Array, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + data.length);
  frame.set(head);
  frame.set(data, head.length);
  return frame;
}

function lost(cause: unknown, phase: WrpcPhase): WrpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new WrpcError(
    "connection_lost",
    phase,
    `the invocation's connection broke: ${why}`,
    cause,
  );
}
