import { NetError, type Socket } from "../../net/mod.ts";
import { PACKET_METRICS } from "../metrics.ts";
import type { SessionGroup } from "./group.ts";
import type { Intake } from "./intake.ts";
import type { Block } from "./payload.ts";
import type { Responses } from "./responses.ts";
import { Sampler } from "./sampler.ts";
import type { Schedule, Step } from "./schedule.ts";
import type { ActionSeries, EndpointSeries } from "./series.ts";

/** Datagrams in a row that the system didn't take before a session gives up. */
const MAX_REFUSED = 100;

/** What an outlet is made of. */
export interface OutletParts {
  readonly group: SessionGroup;
  readonly series: EndpointSeries;
  readonly socket: Socket;
  readonly schedule: Schedule;
  readonly responses: Responses;
  readonly intake: Intake;
  /** What the schedule has due is written; responses may still wait. */
  readonly onSent: () => void;
  /** Nothing is left to write. */
  readonly onIdle: () => void;
  /** The session can't go on. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes what a session sends: responses first, then what its schedule has due. One write is under
 * way at a time, so that a peer that doesn't read stops this session and costs no more memory.
 */
export class Outlet {
  readonly #parts: OutletParts;
  readonly #sampler: Sampler;
  readonly #datagrams: boolean;
  #writing = false;
  #sending = false;
  #ended = false;
  #refused = 0;
  /** What of the socket's bytes is counted. */
  #counted = 0;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.#sampler = new Sampler(parts.group.settings.sampleRate);
    this.#datagrams = parts.group.settings.transport === "udp";
  }

  /** Whether a write is under way. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Whether what the schedule had due is being written. */
  get sending(): boolean {
    return this.#sending;
  }

  /** Writes on, if there is anything to write. */
  wake(): void {
    if (!this.#writing && !this.#ended) this.#run();
  }

  /** Nothing more is written. */
  end(): void {
    this.#ended = true;
  }

  async #run(): Promise<void> {
    const { schedule, responses, intake, socket, series, onSent, onIdle, onError } = this.#parts;
    this.#writing = true;
    while (!this.#ended) {
      let step: Step | null = null;
      let block: Block | null = null;
      let bytes: Uint8Array;
      let copies: number;
      let to: ActionSeries;
      if (responses.waiting) {
        bytes = responses.take();
        copies = responses.taken;
        to = series.action("response");
        intake.freed();
      } else {
        const due = schedule.due();
        if (due === 0) break;
        step = schedule.step;
        block = step.packet.take(this.#datagrams ? 1 : due);
        bytes = block.bytes;
        copies = block.copies;
        to = series.action(schedule.flooding ? "flood" : step.action);
        schedule.sent(copies);
        this.#sending = true;
      }
      const timed = this.#sampler.take(copies);
      const begin = timed ? performance.now() : 0;
      if (timed) intake.asked(begin);
      try {
        await socket.write(bytes);
        if (timed) to.sending.add(performance.now() - begin);
        this.#refused = 0;
      } catch (error) {
        this.#sending = false;
        this.#count(to, step === null ? 0 : this.#partOf(step.packet.size));
        if (this.#isRefusal(error)) continue;
        this.#writing = false;
        return onError(error);
      }
      this.#count(to, copies);
      if (block === null) continue;
      step!.packet.release(block);
      this.#sending = false;
      if (!this.#ended && !schedule.isDue) onSent();
    }
    this.#writing = false;
    if (!this.#ended) onIdle();
  }

  /** Copies of a block that went out whole although its write failed. */
  #partOf(size: number): number {
    return Math.floor((this.#parts.socket.bytesOut - this.#counted) / size);
  }

  #count(to: ActionSeries, packets: number): void {
    const { socket: { bytesOut }, group: { totals } } = this.#parts;
    const bytes = bytesOut - this.#counted;
    this.#counted = bytesOut;
    to.packets.add(packets);
    to.bytes.add(bytes);
    totals.packetsSent += packets;
    totals.bytesSent += bytes;
  }

  /** Whether a datagram failed alone: the next one may go. */
  #isRefusal(error: unknown): boolean {
    if (!this.#datagrams || this.#ended || !(error instanceof NetError)) return false;
    if (error.code === "socket_closed" || error.code === "connection_refused") return false;
    this.#parts.series.count(PACKET_METRICS.datagramFaults, "reason", error.code);
    return ++this.#refused < MAX_REFUSED;
  }
}
