import { createInbox } from "@nats-io/nats-core";
import { currentContext } from "../../metrics/mod.ts";
import { type NatsError, natsError } from "../errors.ts";
import { NumberedSubject } from "../frames.ts";
import type { Inbound } from "../handler.ts";
import { InFlight } from "../in_flight.ts";
import type { MessageFrame } from "../scan.ts";
import { checkPublishSubject } from "../subject.ts";
import { JetStreamFailure } from "./failure.ts";
import { type Host, type Line, lineOf, onReconnect } from "./host.ts";
import type { Ledger } from "./ledger.ts";
import { type PubAck, PubAckReader } from "./pub_ack.ts";
import type { PublishPlan } from "./publish_options.ts";
import { type Place, PublishSeries } from "./series.ts";

/** Pause before a message that nobody took is sent again, in milliseconds (nats.go's). */
const NO_RESPONDERS_PAUSE_MS = 250;
/** Pause before one that the servers are about to store is sent again, in milliseconds. */
const IN_PROCESS_PAUSE_MS = 50;

/** What becomes of a message. */
type Outcome = { readonly ack: PubAck } | { readonly error: NatsError };

/** A message on its way. */
export class Flight {
  /** When the next step is due, by `performance.now()`. */
  deadline: number;
  /** How often it may be sent again. */
  retries: number;
  #outcome: Outcome | undefined;
  #settled: PromiseWithResolvers<PubAck> | undefined;

  /** Made by a publisher. */
  constructor(
    readonly number: number,
    readonly subject: string,
    readonly data: Uint8Array,
    readonly plan: PublishPlan,
    readonly errorCode: 1021 | 1022,
    readonly place: Place,
    /** Number of the message on its connection, from 1. */
    readonly ordinal: number,
    readonly startedAt: number,
  ) {
    this.retries = plan.retries;
    this.deadline = startedAt + plan.timeoutMs;
  }

  /** Resolves with the acknowledgement, or rejects with why there is none. */
  ack(): Promise<PubAck> {
    const outcome = this.#outcome;
    if (outcome === undefined) {
      if (this.#settled === undefined) this.#settled = Promise.withResolvers();
      return this.#settled.promise;
    }
    return "ack" in outcome ? Promise.resolve(outcome.ack) : Promise.reject(outcome.error);
  }

  /** It is over. */
  settle(outcome: Outcome): void {
    this.#outcome = outcome;
    if (this.#settled === undefined) return;
    if ("ack" in outcome) this.#settled.resolve(outcome.ack);
    else this.#settled.reject(outcome.error);
  }
}

/** Publishes to JetStream over one connection: any number in flight, one inbox for the answers. */
export class Publisher implements Inbound {
  /** Acknowledgements are read at once. */
  readonly keepsNothing = true;
  readonly #host: Host;
  readonly #line: Line;
  readonly #ledger: Ledger;
  readonly #series: PublishSeries;
  readonly #reader = new PubAckReader();
  readonly #flights: InFlight<Flight>;
  readonly #inbox: string;
  readonly #replies: NumberedSubject;
  readonly #room: (() => void)[] = [];
  /** Those of `#room` that were let go and have yet to send. */
  #granted = 0;
  readonly #idle: (() => void)[] = [];
  readonly #max: number;
  /** Who waits for room gets it when there is so little in flight: many small writes cost more. */
  readonly #low: number;
  /** When the chunk that is being taken apart came; 0 before its first acknowledgement. */
  #now = 0;
  #subscribed = false;
  #listening = false;

  /** @param max most messages in flight */
  constructor(host: Host, ledger: Ledger, max: number) {
    this.#host = host;
    this.#line = lineOf(host.core);
    this.#ledger = ledger;
    this.#flights = new InFlight(max, (flight) => this.#expired(flight));
    this.#max = max;
    this.#low = Math.floor(max / 2);
    this.#series = new PublishSeries(host.series, (subject) => host.subjectTag(subject));
    this.#inbox = `${createInbox(this.#line.inboxPrefix)}.`;
    this.#replies = new NumberedSubject(this.#inbox);
  }

  /** Messages in flight. */
  get inFlight(): number {
    return this.#flights.size;
  }

  /** Whether one more may go. */
  get hasRoom(): boolean {
    return this.#flights.size + this.#granted < this.#max && this.#room.length === 0;
  }

  /** Calls `send` when one more may go. */
  async whenRoom(send: () => Flight): Promise<Flight> {
    await new Promise<void>((resolve) => this.#room.push(resolve));
    this.#granted--;
    try {
      return send();
    } catch (error) {
      this.#grant(); // Its room is the next one's.
      this.#rest();
      throw error;
    }
  }

  /** Resolves when none is in flight, and none waits for room. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#rest();
    });
  }

  #rest(): void {
    if (this.#idle.length === 0) return;
    if (this.#flights.size + this.#granted + this.#room.length > 0) return;
    for (const done of this.#idle.splice(0)) done();
  }

  /** Sends a message. @throws {NatsError} 1002, 1008, `errorCode` when it can't even be sent */
  publish(subject: string, data: Uint8Array, plan: PublishPlan, errorCode: 1021 | 1022): Flight {
    checkPublishSubject(subject);
    if (!this.#subscribed) this.#subscribe();
    const place = currentContext();
    // Before it is in the books: a script's `subjectName` may throw.
    this.#series.sent(place, subject, data.length + plan.headers.length);
    const flight = new Flight(
      this.#flights.next(),
      subject,
      data,
      plan,
      errorCode,
      place,
      this.#ledger.send(),
      performance.now(),
    );
    this.#flights.add(flight);
    this.#send(flight);
    return flight;
  }

  #subscribe(): void {
    // Refused as an inbox, nothing can be acknowledged: what is sent times out and is in doubt.
    this.#line.subscribe(`${this.#inbox}*`, "", this, () => this.#subscribed = false);
    this.#subscribed = true;
    if (!this.#listening) this.#listen();
  }

  #listen(): void {
    this.#listening = true;
    const { core } = this.#host;
    const stop = onReconnect(core, () => this.#resend());
    void core.closed().then(() => {
      stop();
      const closed = natsError(1002, undefined, "before the acknowledgement came");
      for (const flight of this.#flights.all()) this.#doubt(flight, closed);
      this.#flights.end();
    });
  }

  #send(flight: Flight): void {
    const { subject, plan, data, number } = flight;
    try {
      this.#line.send(subject, this.#replies.of(number), plan.headers, data);
    } catch (error) {
      // Sent before, it may have been stored then.
      if (flight.retries < plan.retries) this.#doubt(flight, error);
      else this.#fail(flight, error);
    }
  }

  #sendAgain(flight: Flight): void {
    flight.retries--;
    this.#series.retried(flight.place, flight.subject);
    this.#flights.expect(flight, performance.now() + flight.plan.timeoutMs);
    this.#send(flight);
  }

  /** After a loss of the connection: the acknowledgements of then won't come. */
  #resend(): void {
    for (const flight of this.#flights.all()) {
      if (flight.retries > 0) this.#sendAgain(flight);
    }
  }

  #expired(flight: Flight): void {
    if (flight.retries > 0) this.#sendAgain(flight);
    else {
      const ms = flight.plan.timeoutMs;
      this.#doubt(flight, natsError(1006, undefined, `no acknowledgement within ${ms} ms`));
    }
  }

  /** An answer, or the word that nobody took the message. Late ones find no flight. */
  deliver(frame: MessageFrame): void {
    const { buffer, subjectStart, subjectEnd, start, end, headerLength } = frame;
    const number = this.#replies.numberIn(buffer, subjectStart, subjectEnd);
    const flight = this.#flights.get(number);
    if (flight === undefined) return;
    if (headerLength > 0 && headerLength === end - start) {
      this.#unanswered(flight);
      return;
    }
    const answer = this.#reader.read(buffer, start + headerLength, end);
    if (answer === null) {
      this.#doubt(flight, new Error("the answer makes no sense"));
    } else if ("failure" in answer) {
      this.#refused(flight, new JetStreamFailure(answer.failure));
    } else this.#ack(flight, answer);
  }

  /** The chunk is done. */
  settle(): void {
    this.#now = 0;
  }

  /** Nobody is subscribed to the subject: no stream takes it, or its leader isn't chosen yet. */
  #unanswered(flight: Flight): void {
    if (flight.retries > 0) {
      this.#flights.expect(flight, performance.now() + NO_RESPONDERS_PAUSE_MS);
      return;
    }
    const context = `no stream takes ${flight.subject}`;
    this.#fail(flight, natsError(1004, undefined, context, "no_responders"));
  }

  /** Refused; but one that was sent before, and isn't stored by a majority yet, may still be. */
  #refused(flight: Flight, failure: JetStreamFailure): void {
    if (failure.code !== "duplicate_in_process") this.#fail(flight, failure);
    else if (flight.retries === 0) this.#doubt(flight, failure);
    else this.#flights.expect(flight, performance.now() + IN_PROCESS_PAUSE_MS);
  }

  #ack(flight: Flight, outcome: Outcome & { readonly ack: PubAck }): void {
    const { stream, duplicate } = outcome.ack;
    if (this.#now === 0) this.#now = performance.now();
    this.#ledger.ack(outcome.ack);
    this.#series.acked(flight.place, stream, this.#now - flight.startedAt, duplicate);
    this.#end(flight, outcome);
  }

  #fail(flight: Flight, cause: unknown): void {
    this.#ledger.fail();
    const error = this.#errorOf(flight, cause);
    this.#series.failed(flight.place, flight.subject, error);
    this.#end(flight, { error });
  }

  #doubt(flight: Flight, cause: unknown): void {
    const { ordinal: number, subject, plan: { msgID }, startedAt } = flight;
    const error = this.#errorOf(flight, cause);
    const sentAt = performance.timeOrigin + startedAt;
    this.#ledger.doubt({ number, subject, msgID, sentAt, reason: error.message });
    this.#series.inDoubt(flight.place, subject, error);
    this.#end(flight, { error });
  }

  #errorOf({ errorCode, subject }: Flight, cause: unknown): NatsError {
    return natsError(errorCode, cause, subject);
  }

  #end(flight: Flight, outcome: Outcome): void {
    this.#flights.delete(flight);
    flight.settle(outcome);
    this.#grant();
    this.#rest();
  }

  #grant(): void {
    const taken = this.#flights.size + this.#granted;
    if (taken > this.#low || this.#room.length === 0) return;
    for (const go of this.#room.splice(0, this.#max - taken)) {
      this.#granted++;
      go();
    }
  }
}
