import type { MessageFrame } from "../../nats/mod.ts";
import type { ChannelReader, ChannelWriter, IndexPath, PathPattern } from "../codec/mod.ts";
import { WrpcError, type WrpcPhase } from "../errors.ts";
import { Incoming } from "../framing/incoming.ts";
import type { TransportMeter } from "../metrics.ts";
import type { Invocation } from "../transport.ts";
import type { Addressee } from "./inbox.ts";
import type { Link } from "./link.ts";
import { channelSubject } from "./subjects.ts";

/** Bytes that may wait on the connection before writers do. */
const AHEAD_BYTES = 512 * 1024;
/** Most bytes that may wait on the connection at all. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** Most bytes that wait for readers of one invocation: NATS can't be told to send no more. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** How long an answer to a call that was given up is waited for, milliseconds: a server's own limit. */
const LATE_MS = 30_000;

const NOTHING = new Uint8Array(0);

/** What one side of an invocation is made of. */
export interface NatsInvocationParts {
  readonly link: Link;
  /** Where something may be pending of what comes. */
  readonly paths: readonly PathPattern[];
  readonly meter: TransportMeter;
  /** Called once, when it is over. */
  readonly onClose: () => void;
}

/** What is the same on both sides: channels as subjects below an inbox, and their ends. */
export class NatsInvocation implements Invocation, Addressee {
  /** The inbox of this side: `Rc` or `Rs`. */
  readonly subject: string;
  protected readonly link: Link;
  protected readonly incoming: Incoming;
  /** What the peer's channels begin with: `Rs.params` or `Rc.results`; null before its answer. */
  protected base: string | null = null;
  /** Whether the peer has ended it: there is nobody to tell. */
  protected peerEnded = false;
  readonly #number: number;
  readonly #meter: TransportMeter;
  readonly #onClose: () => void;
  readonly #broken = Promise.withResolvers<never>();
  readonly #writing = new Set<string>();
  #closed = false;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor({ link, paths, meter, onClose }: NatsInvocationParts) {
    this.link = link;
    this.#meter = meter;
    this.#onClose = onClose;
    this.#broken.promise.catch(() => {}); // Not everybody looks.
    this.incoming = new Incoming(paths, () => {}, MAX_KEPT_BYTES);
    this.#number = link.inbox.open(this);
    this.subject = link.inbox.subjectOf(this.#number);
  }

  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  read(path: IndexPath): ChannelReader {
    return this.incoming.read(path);
  }

  write(path: IndexPath): ChannelWriter {
    return {
      write: (bytes) => this.send(path, bytes),
      close: () => this.send(path, null),
    };
  }

  /** Sends bytes on a path, cut to what a message takes; null is its end, an empty message. */
  protected async send(path: IndexPath, bytes: Uint8Array | null): Promise<void> {
    if (this.base === null) await this.ready();
    const { line } = this.link;
    const subject = channelSubject(this.base!, path);
    if (bytes === null) {
      this.#writing.delete(subject);
      return this.publish(subject, NOTHING, NOTHING, NOTHING);
    }
    this.#writing.add(subject);
    const most = line.maxPayload;
    for (let at = 0; at < bytes.length; at += most) {
      this.publish(subject, NOTHING, NOTHING, bytes.subarray(at, at + most));
      if (line.pending > AHEAD_BYTES) await line.written();
    }
  }

  /** Resolves when `base` is known; rejects when it never will be. */
  protected ready(): Promise<void> {
    return this.broken;
  }

  /** @throws {WrpcError} what broke the invocation, `connection_lost`, `buffer_full` */
  protected publish(
    subject: string,
    reply: Uint8Array,
    headers: Uint8Array,
    data: Uint8Array,
  ): void {
    const { error } = this.incoming;
    if (error !== null) throw error;
    const { line } = this.link;
    try {
      if (line.pending > MAX_PENDING_BYTES) {
        const message = `${line.pending} bytes wait to be written to NATS`;
        throw new WrpcError("buffer_full", "send", message);
      }
      line.send(subject, reply, headers, data);
      this.#bytesOut += headers.length + data.length;
    } catch (cause) {
      throw this.fail(cause, "send");
    }
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.incoming.unfinished && !this.peerEnded) this.#tellEnd("aborted");
    this.incoming.cancelAll();
    this.#end();
    return Promise.resolve();
  }

  abort(error: WrpcError): void {
    if (this.#closed) return;
    this.#break(error);
    if (!this.peerEnded) this.#tellEnd(error.code);
    this.#end();
    if (!this.peerEnded && this.base === null) this.#tellLate(error.code);
  }

  /** Ends it without a word to the peer, who is out of reach. */
  drop(error: WrpcError): void {
    this.#break(error);
    this.#end();
  }

  answered(_frame: MessageFrame): void {}

  settled(): void {}

  receive(path: IndexPath, { buffer, start, headerLength, end }: MessageFrame): void {
    const data = start + headerLength;
    try {
      if (headerLength > 0 && data === end) {
        const failure = this.failureOf(buffer.subarray(start, data));
        if (failure !== null) return this.ended(failure);
      }
      if (data === end) return this.incoming.endOf(path);
      this.countIn(end - start);
      this.incoming.receive(path, buffer.subarray(data, end));
    } catch (error) {
      this.fail(error, "receive");
    }
  }

  refuse(error: WrpcError): void {
    this.fail(error, "receive");
  }

  /** Bytes that came. */
  protected countIn(bytes: number): void {
    this.#bytesIn += bytes;
  }

  /** What the peer says in place of a channel's end: a trap, an error, an abort. */
  protected failureOf(headers: Uint8Array): WrpcError | null {
    const code = this.link.nats.decodeHeaders(headers).get(FAILURE_HEADER);
    if (code === null) return null;
    const message = `the peer ended the invocation: ${code.slice(0, 200)}`;
    return new WrpcError("invocation_failed", "receive", message);
  }

  /** The peer has ended it all. */
  protected ended(failure: WrpcError): void {
    this.peerEnded = true;
    this.#break(failure);
  }

  /** Breaks it, once. @returns what broke it first */
  protected fail(cause: unknown, phase: WrpcPhase): WrpcError {
    const known = this.incoming.error;
    if (known !== null) return known;
    const error = cause instanceof WrpcError ? cause : lost(cause, phase);
    this.#break(error);
    return error;
  }

  #break(error: WrpcError): void {
    this.incoming.fail(error);
    this.#broken.reject(error);
  }

  /**
   * Ends all channels of the peer at once. An end of a channel could be taken for success: headers
   * tell otherwise, which other implementations don't look at.
   */
  #tellEnd(code: string): void {
    if (this.base === null) return;
    const headers = this.link.nats.encodeHeaders({ [FAILURE_HEADER]: code });
    try {
      for (const subject of this.#writing.add(this.base)) {
        this.link.line.send(subject, NOTHING, headers, NOTHING);
      }
    } catch {
      // The connection is gone: so is the peer.
    }
  }

  /** A server that answers only now hears that it is over. */
  #tellLate(code: string): void {
    const { inbox, nats, line } = this.link;
    inbox.expect(this.#number, LATE_MS, (answerer) => {
      const headers = nats.encodeHeaders({ [FAILURE_HEADER]: code });
      try {
        line.send(`${answerer}.params`, NOTHING, headers, NOTHING);
      } catch {
        // The connection is gone: so is the peer.
      }
    });
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.link.inbox.close(this.#number);
    this.#meter.add("bytesIn", this.#bytesIn);
    this.#meter.add("bytesOut", this.#bytesOut);
    this.#onClose();
  }
}

/** As NATS services have it (ADR-32 of NATS, "Error Handling"). */
export const FAILURE_HEADER = "Nats-Service-Error";

function lost(cause: unknown, phase: WrpcPhase): WrpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new WrpcError("connection_lost", phase, `sending over NATS failed: ${why}`, cause);
}
