import { formatAddress, NetError, type Socket, TCP, UDP, type UdpSocket } from "../../net/mod.ts";
import { DownpourError } from "../../internal/mod.ts";
import { PacketError } from "../errors.ts";
import { PACKET_METRICS } from "../metrics.ts";
import type { Endpoint } from "../plan.ts";
import type { SessionGroup } from "./group.ts";
import { Incoming } from "./incoming.ts";
import { type Deliver, Intake } from "./intake.ts";
import { Outlet } from "./outlet.ts";
import { readDatagrams } from "./read_datagrams.ts";
import { dropStream, readStream } from "./read_stream.ts";
import { DatagramResponses, StreamResponses } from "./responses.ts";
import { Schedule, type Step } from "./schedule.ts";
import type { EndpointSeries } from "./series.ts";

/** An open connection, and what goes in and out of it. */
interface Line {
  readonly socket: Socket;
  readonly intake: Intake;
  readonly outlet: Outlet;
}

/** Where a session is in its life; one that has ended may connect again. */
export type SessionState = "new" | "connecting" | "open" | "ended";

/** One connection of a packet load, or one UDP socket, with what it sends and how it answers. */
export class Session {
  /** See `SessionState`. */
  state: SessionState = "new";
  /** What ended it, if that was a failure. */
  error: DownpourError | null = null;
  readonly #group: SessionGroup;
  readonly #endpoint: string;
  readonly #series: EndpointSeries;
  readonly #schedule: Schedule;
  #line: Line | null = null;
  /** Counts the ends: what a connection that is over still has to say is for nobody. */
  #ends = 0;
  #deliver: Deliver | null = null;
  #draining = false;
  #peerEnded = false;
  #linger: number | undefined;
  #idle: PromiseWithResolvers<void> | null = null;
  #done: PromiseWithResolvers<void> | null = null;

  /** @param steps what it sends, as far as that is known now */
  constructor(group: SessionGroup, endpoint: Endpoint, steps: readonly Step[]) {
    this.#group = group;
    this.#endpoint = formatAddress(endpoint);
    this.#series = group.series(this.#endpoint);
    this.#schedule = new Schedule(steps, group.settings.repeat);
  }

  /** Where it connects to, `host:port`. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** Connects; resolves when that is done, or has failed: then `error` says why. */
  async connect(): Promise<void> {
    if (this.state === "connecting" || this.state === "open") return;
    const { totals } = this.#group;
    this.state = "connecting";
    this.error = null;
    this.#draining = this.#peerEnded = false;
    this.#schedule.resume();
    const ends = this.#ends;
    totals.connections++;
    this.#series.connections.add(1);
    const begin = performance.now();
    let socket;
    try {
      socket = await this.#open();
    } catch (error) {
      if (ends === this.#ends) this.#connectFailed(error);
      return;
    }
    if (ends !== this.#ends) return socket.close(); // Disconnected meanwhile.
    this.#series.connecting.add(performance.now() - begin);
    this.#series.opened.add(1);
    totals.open++;
    this.state = "open";
    this.#begin(socket);
  }

  #open(): Promise<Socket> {
    const { settings: { transport }, signal } = this.#group;
    const api = transport === "tcp" ? TCP : UDP;
    return api.open(this.#endpoint, { signal });
  }

  #begin(socket: Socket): void {
    const { settings, handler, bufferBytes } = this.#group;
    const isTcp = settings.transport === "tcp";
    const responses = isTcp ? new StreamResponses() : new DatagramResponses();
    const intake = new Intake(this.#group, this.#series, responses);
    intake.deliver = this.#deliver;
    const end = this.#ender();
    const outlet = new Outlet({
      ...{ group: this.#group, series: this.#series, schedule: this.#schedule },
      ...{ socket, intake, responses },
      onSent: () => this.#onSent(),
      onIdle: () => this.#onIdle(),
      onError: end,
    });
    this.#line = { socket, intake, outlet };
    if (settings.read) {
      const { headerSize, bodyMax } = settings;
      const flush = () => {
        if (responses.waiting) outlet.wake();
      };
      const reading = isTcp
        ? readStream(
          socket,
          new Incoming({
            ...{ headerSize, bodyMax, readBytes: bufferBytes },
            bodySize: handler.bodySizeOf(this.#series),
          }),
          intake,
          flush,
        )
        : readDatagrams(socket as UdpSocket, headerSize + bodyMax, intake, this.#series, flush);
      reading.then(() => this.#onPeerEnd(socket), end);
    }
    outlet.wake();
  }

  /** Appends to what it sends. */
  give(step: Step): void {
    this.#schedule.give(step);
  }

  /** Steps that it keeps. */
  get steps(): number {
    return this.#schedule.length;
  }

  /** So many more copies of what it has to send are due, once it is connected. */
  send(copies: number): void {
    this.#schedule.release(copies);
    this.#line?.outlet.wake();
  }

  /** All that it has to send is due, as fast as it goes. */
  flood(): void {
    this.#schedule.flood();
    this.#line?.outlet.wake();
  }

  /** Finishes what is due, then disconnects. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#schedule.drain();
    const line = this.#line;
    if (line === null) {
      if (this.state !== "connecting" || !this.#schedule.isDue) this.#end(null);
    } else {
      if (!line.outlet.sending && !this.#schedule.isDue) line.intake.hush();
      if (!line.outlet.writing) line.outlet.wake(); // Comes to `#onIdle`, now or later.
    }
  }

  /** Ends at once. */
  disconnect(): void {
    this.#end(null);
  }

  /** Resolves when all that is due is sent, whatever has to be answered, or when it has ended. */
  idle(): Promise<void> {
    if (this.state === "ended") return Promise.resolve();
    if (this.#line?.outlet.sending !== true && !this.#schedule.isDue) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Resolves when it has ended. */
  done(): Promise<void> {
    if (this.state === "ended") return Promise.resolve();
    this.#done ??= Promise.withResolvers();
    return this.#done.promise;
  }

  /** Has whole packets handed to `deliver`, after they were answered. */
  onPacket(deliver: Deliver): void {
    this.#deliver = deliver;
    if (this.#line !== null) this.#line.intake.deliver = deliver;
  }

  /** Pauses reading, or goes on. */
  block(blocked: boolean): void {
    const intake = this.#line?.intake;
    if (intake === undefined) return;
    intake.blocked = blocked;
    intake.freed();
  }

  /** A peer that talks without end keeps answers coming: neither `idle` nor `drain` waits for those. */
  #onSent(): void {
    this.#idle?.resolve();
    this.#idle = null;
    if (this.#draining) this.#line?.intake.hush();
  }

  #onIdle(): void {
    this.#onSent();
    if (this.#peerEnded || (this.#draining && this.#group.settings.transport === "udp")) {
      this.#end(null);
    } else if (this.#draining && this.#linger === undefined) this.#shut();
  }

  /**
   * Tells the peer that this was all, and waits a moment for it to end as well: closing at once,
   * with bytes unread, throws away what is still on its way to the peer (RFC 9293 §3.10.4).
   */
  #shut(): void {
    const { socket, intake } = this.#line!;
    const { settings, lingerMs } = this.#group;
    // In Deno timers are numbers; the types also know Node's.
    this.#linger = setTimeout(() => this.#end(null), lingerMs) as unknown as number;
    intake.mute();
    const end = this.#ender();
    const over = () => end(null);
    socket.closeWrite().catch(over);
    if (!settings.read) dropStream(socket).then(over, over);
  }

  #onPeerEnd(socket: Socket): void {
    if (this.#line?.socket !== socket) return;
    this.#peerEnded = true;
    if (!this.#draining) this.#group.totals.closedByPeer++;
    if (!this.#line.outlet.writing) this.#end(null);
  }

  #connectFailed(error: unknown): void {
    const { totals } = this.#group;
    const reason = error instanceof DownpourError ? error.code : "unknown";
    const what = error instanceof Error ? error.message : String(error);
    this.error = new PacketError("connect_failed", what, { phase: "connect", cause: error });
    totals.connectionsFailed++;
    this.#series.count(PACKET_METRICS.connectionsFailed, "reason", reason);
    this.#note(reason);
    this.#settle();
  }

  /** `#end`, for as long as the connection is the one of now. */
  #ender(): (error: unknown) => void {
    const ends = this.#ends;
    return (error) => {
      if (ends === this.#ends) this.#end(error);
    };
  }

  /** @param error null where it ended as it should */
  #end(error: unknown): void {
    if (this.state === "ended") return;
    const wasOpen = this.state === "open";
    const line = this.#line;
    if (wasOpen) {
      this.#group.totals.open--;
      this.#series.closed.add(1);
    }
    // Closed with the iteration that opened it, or drained to its end.
    const isFailure = error !== null && !isClosed(error) && this.#linger === undefined;
    if (wasOpen && isFailure) this.#failed(error);
    this.#settle();
    line?.outlet.end();
    line?.intake.end();
    line?.socket.close();
  }

  #failed(error: unknown): void {
    const reason = error instanceof DownpourError ? error.code : "unknown";
    this.error = error instanceof DownpourError
      ? error
      : new PacketError("session_closed", String(error), { cause: error });
    this.#group.totals.sessionsFailed++;
    this.#series.count(PACKET_METRICS.sessionsFailed, "reason", reason);
    this.#note(reason);
  }

  #note(reason: string): void {
    const { reasons } = this.#group.totals;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }

  #settle(): void {
    this.state = "ended";
    this.#ends++;
    this.#line = null;
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#idle?.resolve();
    this.#done?.resolve();
    this.#idle = this.#done = null;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof NetError && error.code === "socket_closed";
}
