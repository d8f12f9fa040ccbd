import { OptionError } from "../../internal/mod.ts";
import { PacketError } from "../errors.ts";
import type { Session, SessionState } from "../session/mod.ts";
import type { PacketSendOptions } from "./options.ts";
import type { PacketShelf } from "./packets.ts";

/** Packets, and bytes of them, that wait for `receive`; reading pauses beyond either. */
const MAX_PACKETS = 64;
const MAX_BYTES = 1 << 20;

/** Steps that a session with `repeat` keeps. */
export const MAX_STEPS = 10_000;

/** One session of a `PacketLoad`. */
export class PacketSession implements AsyncDisposable {
  readonly #session: Session;
  readonly #shelf: PacketShelf;
  readonly #reads: boolean;
  readonly #keeps: boolean;
  readonly #packets: Uint8Array[] = [];
  readonly #waiting: PromiseWithResolvers<Uint8Array | null>[] = [];
  #bytes = 0;
  #listens = false;

  /** For `PacketLoad`. @param keeps whether packets wait for `receive`, or only it for them */
  constructor(session: Session, shelf: PacketShelf, reads: boolean, keeps: boolean) {
    this.#session = session;
    this.#shelf = shelf;
    this.#reads = reads;
    this.#keeps = keeps;
    if (keeps) this.#listen();
  }

  /** Where it is in its life. */
  get state(): SessionState {
    return this.#session.state;
  }

  /** Where it connects to, `host:port`. */
  get endpoint(): string {
    return this.#session.endpoint;
  }

  /** What ended it, or kept it from connecting; null where nothing went wrong. */
  get error(): Error | null {
    return this.#session.error;
  }

  /**
   * Sends a packet; resolves when the system has all copies.
   *
   * @param packet its name in the load's `packets`, or its bytes
   * @throws {PacketError} `packet_unknown`; `session_closed` when it has ended, or does meanwhile
   */
  async send(packet: string | Uint8Array, options: PacketSendOptions = {}): Promise<void> {
    const step = this.#shelf.step(packet, options);
    this.#needLife();
    giveStep(this.#session, step);
    this.#session.send(step.copies);
    await this.#session.idle();
    this.#needLife();
  }

  /**
   * The next packet, header and body, or datagram; null when the session has ended as it should. A
   * session of `PacketLoad.open` without handler keeps up to 64 packets that nobody received yet, and
   * reads no more until they are; others give what comes after the call.
   *
   * @throws {OptionError} when the load doesn't read
   * @throws what ended the session, if that was a failure
   */
  receive(): Promise<Uint8Array | null> {
    if (!this.#reads) {
      const message = "read is off: receive needs a load with read, or with headerSize";
      return Promise.reject(new OptionError("read", message));
    }
    const kept = this.#packets.shift();
    if (kept !== undefined) {
      this.#bytes -= kept.length;
      this.#session.block(false);
      return Promise.resolve(kept);
    }
    const { error, state } = this.#session;
    if (error !== null) return Promise.reject(error);
    if (state === "ended") return Promise.resolve(null);
    this.#listen();
    const waiting = Promise.withResolvers<Uint8Array | null>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** Sends all that it was given, as fast as it goes; resolves when that is done. */
  async flood(): Promise<void> {
    this.#needLife();
    this.#session.flood();
    await this.#session.idle();
  }

  /** Finishes what it sends, then ends; resolves when it has. */
  async drain(): Promise<void> {
    this.#session.drain();
    await this.#session.done();
  }

  /** Ends it at once. */
  close(): void {
    this.#session.disconnect();
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #needLife(): void {
    const { state, error, endpoint } = this.#session;
    if (state !== "ended") return;
    const why = error === null ? "" : `: ${error.message}`;
    throw new PacketError("session_closed", `the session with ${endpoint} has ended${why}`, {
      ...{ phase: "send", cause: error ?? undefined },
    });
  }

  #listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#session.onPacket((bytes, start, end) => this.#take(bytes, start, end));
    this.#session.done().then(() => this.#end());
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting.resolve(bytes.slice(start, end));
    if (!this.#keeps) return;
    this.#packets.push(bytes.slice(start, end));
    this.#bytes += end - start;
    if (this.#packets.length >= MAX_PACKETS || this.#bytes >= MAX_BYTES) this.#session.block(true);
  }

  #end(): void {
    const { error } = this.#session;
    this.#listens = false;
    for (const waiting of this.#waiting.splice(0)) {
      if (error === null) waiting.resolve(null);
      else waiting.reject(error);
    }
  }
}

/** Appends to what a session sends. @throws {OptionError} where `repeat` would keep too much */
export function giveStep(session: Session, step: Parameters<Session["give"]>[0]): void {
  if (session.steps >= MAX_STEPS) {
    const message = `a session keeps ${MAX_STEPS} steps at most: send fewer, or without repeat`;
    throw new OptionError("repeat", message);
  }
  session.give(step);
}
