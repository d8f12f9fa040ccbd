import {
  type ConnectionOptions,
  type Deferred,
  errors,
  type PublishOptions,
  type Status,
} from "@nats-io/nats-core";
import {
  deferred,
  type MsgArg,
  MsgHdrsImpl,
  type NatsConnectionImpl,
  ProtocolHandler,
} from "@nats-io/nats-core/internal";
import { type NatsError, natsError } from "./errors.ts";
import { frameHeads, writeFrame } from "./frames.ts";
import { Output } from "./output.ts";
import { type FrameSink, type MessageFrame, Scanner } from "./scan.ts";
import { Wire, type WireSettings } from "./wire.ts";

/**
 * Takes the messages of one subscription straight from the wire, before nats-core sees them. What it
 * throws would end the connection, so it doesn't.
 */
export interface Inbound {
  /** Whether it keeps no bytes of a frame beyond the call of `deliver`. @default {false} */
  readonly keepsNothing?: boolean;
  /** A message arrived; the frame is only good within the call, its bytes stay unless it keeps nothing. */
  deliver(frame: MessageFrame): void;
  /** The chunk that it was in is done. */
  settle(): void;
}

/** What the connection above wants to know. */
export interface HandlerEvents {
  /** A status of nats-core, at once. */
  status(status: Status): void;
  /** Messages that waited to be written were lost with the connection. */
  lost(messages: number): void;
}

const encoder = new TextEncoder();
const PING = encoder.encode("PING\r\n");
const NOTHING = new Uint8Array(0);

/**
 * nats-core's protocol over our wire: what it sends and what scripts publish go through
 * one `Output`, in order; what comes is taken apart by one `Scanner`, which delivers to `inbound`
 * subscriptions directly. Dialling, credentials, the list of servers, pings, and which subscriptions
 * there are stay with nats-core.
 */
export class Handler extends ProtocolHandler implements FrameSink {
  /** All that is to be written. */
  readonly output: Output = new Output();
  /** Most bytes of one message, as the server says. */
  maxPayload = 1024 * 1024;
  /** Most bytes that may wait to be written before more is refused. */
  readonly maxPendingBytes: number;
  readonly #settings: WireSettings;
  readonly #events: HandlerEvents;
  readonly #inbound = new Map<number, Inbound>();
  readonly #touched = new Set<Inbound>();
  #last: Inbound | undefined;
  /** Whether somebody may have views of what was read last. */
  #held = false;
  #wire: Wire | undefined;
  #flushQueued = false;
  /** Flushes that were asked for without a connection: their PINGs go after what waits. */
  #owed: Deferred<void>[] = [];

  /**
   * @param settings how to dial
   * @param maxPendingBytes that may wait to be written before more is refused
   */
  constructor(
    options: ConnectionOptions,
    core: NatsConnectionImpl,
    settings: WireSettings,
    events: HandlerEvents,
    maxPendingBytes: number,
  ) {
    super(options, core);
    this.maxPendingBytes = maxPendingBytes;
    this.#settings = settings;
    this.#events = events;
    // nats-core's types call these private; its code calls them on the object.
    Object.assign(this, {
      prepare: () => this.#prepare(),
      flushPending: () => this.#connectedNow(),
    });
  }

  /** Messages of the subscription `sid` go to `inbound`; null for nats-core's own way. */
  route(sid: number, inbound: Inbound | null): void {
    if (inbound === null) this.#inbound.delete(sid);
    else this.#inbound.set(sid, inbound);
  }

  #prepare(): Promise<void> {
    this.transport?.discard();
    delete this.info;
    this.resetOutbound();
    const pong = deferred<void>();
    pong.catch(() => {}); // It may fail before anybody waits for it.
    this.pongs.unshift(pong);
    this.connectError = (error) => pong.reject(error);
    const wire = new Wire(this.#settings, this.output, new Scanner(this), () => this.#settle());
    this.#wire = this.transport = wire;
    void wire.closed().then((error) => {
      if (this.transport !== wire) return;
      if (this.connected) void this.#lose(error instanceof Error ? error : undefined);
      else pong.reject(error ?? this.lastError ?? lostEarly());
    });
    return pong;
  }

  async #lose(error: Error | undefined): Promise<void> {
    this.connected = false;
    this.forget();
    // Lost within the turn in which it was made: nats-core would take the dial that is just ending
    // for the next one.
    while (this.connectPromise !== null) await new Promise((resolve) => setTimeout(resolve, 0));
    if (!this.isClosed()) await this.disconnected(error ?? this.lastError);
  }

  /** Drops what waits to be written. */
  forget(): void {
    const messages = this.output.clear();
    if (messages > 0) this.#events.lost(messages);
  }

  /** nats-core calls it when it has connected and sent its subscriptions, and to flush. */
  #connectedNow(): void {
    const wire = this.#wire;
    if (!this.connected || !this.infoReceived || wire === undefined) return;
    if (wire.isClosed) {
      // Lost within the turn of the PONG: dial again when nats-core is done with this one.
      setTimeout(() => {
        if (this.transport === wire && this.connected) void this.#lose(wire.closeError);
      }, 0);
      return;
    }
    for (const answered of this.#owed.splice(0)) {
      this.pongs.push(answered);
      this.output.append(PING);
    }
    wire.start();
  }

  /** Before it hands them to those who listen, the connection gets to know. */
  override dispatchStatus(status: Status): void {
    this.#events.status(status);
    super.dispatchStatus(status);
  }

  /** SUB and UNSUB. Without a connection there is nothing to do: subscriptions are sent anew. */
  override sendCommand(command: string | Uint8Array, ...payloads: Uint8Array[]): void {
    if (!this.connected) return;
    if (typeof command === "string") this.output.appendText(command);
    else this.output.append(command);
    for (const payload of payloads) this.output.append(payload);
    this.wrote();
  }

  /** What nats-core itself publishes: JetStream's requests, acknowledgements. */
  override publish(
    subject: string,
    payload: Uint8Array | string = NOTHING,
    options: PublishOptions = {},
  ): void {
    const data = typeof payload === "string" ? encoder.encode(payload) : payload;
    const headers = headerBytes(options.headers);
    const length = headers.length + data.length;
    if (length > this.maxPayload) throw tooLarge(length, this.maxPayload);
    const reply = encoder.encode(options.reply ?? "");
    writeFrame(this.output, frameHeads(subject), reply, headers, data);
    this.output.frames++;
    this.outBytes += length;
    this.outMsgs++;
    this.wrote();
  }

  /** @throws {NatsError} 1009 (`buffer_full`) when too much waits to be written */
  checkRoom(): void {
    const { pending } = this.output;
    if (pending <= this.maxPendingBytes) return;
    const context = `${pending} bytes wait to be written (await flush(), or raise maxPendingBytes)`;
    throw natsError(1009, undefined, context, "buffer_full");
  }

  /** Something was appended to the output: it is written when the turn ends, or is large. */
  wrote(): void {
    if (this.#flushQueued) {
      this.#wire?.eager();
      return;
    }
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  readonly #flushTurn = (): void => {
    this.#flushQueued = false;
    if (this.connected) this.#wire?.flush();
  };

  /** Resolves when the server has answered to all before; without a connection, once there is one. */
  override flush(answered: Deferred<void> = deferred<void>()): Promise<void> {
    if (this.isClosed()) answered.reject(new errors.ClosedConnectionError());
    else if (this.connected) {
      this.pongs.push(answered);
      this.output.append(PING);
      this.#wire?.flush();
    } else this.#owed.push(answered);
    return answered;
  }

  /** Ends it for good. */
  override async close(error?: Error): Promise<void> {
    await super.close(error);
    const closed = new errors.ClosedConnectionError();
    for (const answered of this.#owed.splice(0)) answered.reject(closed);
    for (const answered of this.pongs.splice(0)) answered.reject(closed);
  }

  /** Resolves when all that waits has been handed to the system. */
  async written(): Promise<void> {
    if (this.connected) await this.#wire?.flushed();
  }

  /** For the scanner. */
  onMessage(frame: MessageFrame): void {
    const { buffer, sid, start, end } = frame;
    this.inMsgs++;
    this.inBytes += end - start;
    const inbound = this.#inbound.get(sid);
    if (inbound !== undefined) {
      if (inbound !== this.#last) this.#touch(inbound);
      inbound.deliver(frame);
      return;
    }
    this.#held = true;
    const subject = buffer.subarray(frame.subjectStart, frame.subjectEnd);
    const message: MsgArg = {
      subject,
      sid,
      hdr: frame.headerLength === 0 ? -1 : frame.headerLength,
      size: end - start,
    };
    if (frame.replyStart >= 0) message.reply = buffer.subarray(frame.replyStart, frame.replyEnd);
    this.inMsgs--;
    this.inBytes -= end - start;
    this.processMsg(message, buffer.subarray(start, end));
  }

  #touch(inbound: Inbound): void {
    this.#last = inbound;
    this.#touched.add(inbound);
    if (inbound.keepsNothing !== true) this.#held = true;
  }

  /** A chunk is done. @returns whether somebody may have views of it */
  #settle(): boolean {
    const held = this.#held;
    this.#held = false;
    if (this.#last === undefined) return held;
    this.#last = undefined;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const inbound of touched) inbound.settle();
    return held;
  }

  /** For the scanner. */
  onInfo(json: Uint8Array): void {
    this.#held = true;
    try {
      this.processInfo(json);
    } catch (cause) {
      throw natsError(1002, cause, "the server's INFO makes no sense", "protocol");
    }
    const max: unknown = this.info?.max_payload;
    if (typeof max === "number" && max > 0) this.maxPayload = max;
  }

  /** For the scanner. */
  onPing(): void {
    this.processPing();
  }

  /** For the scanner. */
  onPong(): void {
    this.processPong();
  }

  /** For the scanner. */
  onError(text: Uint8Array): void {
    this.#held = true;
    this.processError(text);
  }
}

/** The error of a message that the server wouldn't take: it would end the connection. */
export function tooLarge(length: number, max: number): NatsError {
  const context = `${length} bytes are over the server's max_payload of ${max}`;
  return natsError(1009, undefined, context, "max_payload");
}

function lostEarly(): NatsError {
  return natsError(1002, undefined, "the server ended it before its PONG", "network");
}

function headerBytes(headers: PublishOptions["headers"]): Uint8Array {
  return headers instanceof MsgHdrsImpl ? headers.encode() : NOTHING;
}
