import type { SessionGroup } from "./group.ts";
import type { Responses } from "./responses.ts";
import { Sampler } from "./sampler.ts";
import type { EndpointSeries } from "./series.ts";

/** Takes a packet: the bytes from `start` to before `end`, which are the caller's again afterwards. */
export type Deliver = (bytes: Uint8Array, start: number, end: number) => void;

/** What a session does with whole packets: measures them, has them answered, hands them on. */
export class Intake {
  /** Where `receive` gets its packets; null where nobody wants them. */
  deliver: Deliver | null = null;
  /** Whether `deliver` can take no more for now. */
  blocked = false;
  readonly #group: SessionGroup;
  readonly #series: EndpointSeries;
  readonly #responses: Responses;
  readonly #sampler: Sampler;
  #answers: boolean;
  #wantedAt = performance.now();
  #askedAt = 0;
  #room: PromiseWithResolvers<void> | null = null;

  constructor(group: SessionGroup, series: EndpointSeries, responses: Responses) {
    this.#group = group;
    this.#series = series;
    this.#responses = responses;
    this.#answers = group.handler.answers;
    this.#sampler = new Sampler(group.settings.sampleRate);
  }

  /** A timed packet is on its way out: the next that comes in is its response. */
  asked(at: number): void {
    if (this.#askedAt === 0) this.#askedAt = at;
  }

  /** Bytes came. */
  read(count: number): void {
    this.#series.received.bytes.add(count);
    this.#group.totals.bytesReceived += count;
  }

  /** A whole packet came; it is not kept. @throws {PacketError} what ends the session */
  take(bytes: Uint8Array, start: number, end: number): void {
    const { handler, totals } = this.#group;
    const timed = this.#sampler.take(1);
    const cameAt = timed || this.#askedAt !== 0 ? performance.now() : 0;
    totals.packetsReceived++;
    this.#series.received.packets.add(1);
    if (timed) this.#series.reading.add(cameAt - this.#wantedAt);
    if (this.#askedAt !== 0) {
      this.#series.responding.add(cameAt - this.#askedAt);
      this.#askedAt = 0;
    }
    if (this.#answers) {
      const size = handler.respond(this.#series, bytes, start, end);
      if (timed) this.#series.parsing.add(performance.now() - cameAt);
      if (size > 0) this.#responses.add(handler.buffer, size);
    }
    this.deliver?.(bytes, start, end);
    if (this.#sampler.next) this.#wantedAt = performance.now();
  }

  /** Whether reading has to wait: responses, or packets that nobody took, pile up. */
  get full(): boolean {
    return this.blocked || this.#responses.full;
  }

  /** Resolves when it is no longer full, or the session has ended. */
  hasRoom(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Some of what piled up is gone. */
  freed(): void {
    if (this.#room === null || this.full) return;
    this.end();
  }

  /** What comes is answered no more. */
  hush(): void {
    this.#answers = false;
  }

  /** Nothing can be answered any more, nor does anybody wait for packets. */
  mute(): void {
    this.#answers = this.blocked = false;
    this.deliver = null;
    this.freed();
  }

  /** Lets go of a reader that waits. */
  end(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}
