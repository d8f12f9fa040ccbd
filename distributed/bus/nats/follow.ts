import type { JetStreamMessage, PullSubscription, StreamInfo } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import { verdictOf } from "./failures.ts";
import { checkOpen, type NatsLink, untilConnected } from "./link.ts";
import type { NatsBusSettings } from "./options.ts";

/** Messages asked for ahead: as many as may wait here. */
const BATCH = 64;
/** How long one request for messages lasts; heartbeats come within half of it. Milliseconds. */
const PULL_MS = 4000;
/** Seconds after which the servers forget a reader that went without a word. */
const READER_S = 30;
/** Between two attempts, milliseconds. */
const PAUSE_MS = 100;

/** What is followed. */
export interface Followed {
  /** Names it in errors. */
  readonly what: string;
  readonly stream: string;
  /** Its subjects that count. */
  readonly filter: string;
  /** Every message, or the last of each subject and those to come. */
  readonly from: "all" | "last_per_subject";
  readonly on: (message: JetStreamMessage) => void | Promise<void>;
  /** Everything that was there has been handed over; called again after each outage. */
  readonly onCaughtUp?: () => void;
  /** The stream was made anew: it begins from its first message. */
  readonly onReset?: () => void;
  readonly signal: AbortSignal;
}

/** How far a reader is. */
interface Place {
  sequence: number;
  created: string | null;
}

/**
 * Hands over a stream's messages in order, each once, until aborted: behind an outage, a new leader or a
 * lost consumer it goes on where it was. Nothing is acknowledged, so any number may read.
 *
 * @throws {PoolError} `bus_refused`, `bus_lost` when the bus is closed; and what `on` throws
 */
export async function follow(
  link: NatsLink,
  settings: NatsBusSettings,
  makeStores: () => Promise<void>,
  followed: Followed,
): Promise<void> {
  const { what, signal } = followed;
  const place: Place = { sequence: 0, created: null };
  const own = new HandlerErrors(followed.on);
  while (!signal.aborted) {
    checkOpen(link, what);
    await untilConnected(link, settings, Infinity, signal);
    try {
      await readOnce(link, followed, place, own);
    } catch (error) {
      if (own.is(error)) throw own.reason;
      if (signal.aborted) return;
      checkOpen(link, what);
      const verdict = verdictOf(what, error, link.connection);
      if (verdict instanceof PoolError && verdict.code !== "bus_lost") throw verdict;
      if (verdict === "missing") await makeStores().catch(() => {}); // The next attempt says so.
      await settings.time.sleep(PAUSE_MS, signal);
    }
  }
}

/** Tells what `on` throws from what the servers say. */
class HandlerErrors {
  reason: unknown;
  #failed = false;
  readonly #on: Followed["on"];

  constructor(on: Followed["on"]) {
    this.#on = on;
  }

  async call(message: JetStreamMessage): Promise<void> {
    try {
      await this.#on(message);
    } catch (error) {
      this.#failed = true;
      this.reason = error;
      throw error;
    }
  }

  is(error: unknown): boolean {
    return this.#failed && error === this.reason;
  }
}

/** Reads with one consumer, until that is lost or `signal` aborts. */
async function readOnce(
  { js }: NatsLink,
  followed: Followed,
  place: Place,
  handler: HandlerErrors,
): Promise<void> {
  const { stream, filter, signal } = followed;
  seek(followed, place, await js.getStreamInfo(stream));
  const { name, num_pending: there } = await js.addConsumer(stream, {
    name: `read-${crypto.randomUUID()}`,
    filterSubject: filter,
    ackPolicy: "none",
    memoryStorage: true,
    replicas: 1,
    inactiveThreshold: READER_S,
    ...(place.sequence === 0
      ? { deliverPolicy: followed.from }
      : { deliverPolicy: "by_start_sequence", optStartSeq: place.sequence + 1 }),
  });
  let left = there;
  if (left === 0) followed.onCaughtUp?.();
  let messages: PullSubscription | undefined;
  const end = () => messages?.unsubscribe();
  signal.addEventListener("abort", end);
  try {
    if (signal.aborted) return;
    messages = await js.pullSubscribe(stream, filter, name);
    if (signal.aborted) return;
    for await (const message of messages.consume({ batch: BATCH, expires: PULL_MS })) {
      // A consumer that was lost and found may begin before where it was.
      if (message.seq > place.sequence) {
        await handler.call(message);
        if (signal.aborted) return;
        place.sequence = message.seq;
      }
      if (--left === 0) followed.onCaughtUp?.();
    }
  } finally {
    signal.removeEventListener("abort", end);
    messages?.unsubscribe();
    // Where it can't be said, the servers forget it by themselves.
    js.deleteConsumer(stream, name).catch(() => {});
  }
}

/** Begins anew when the stream was made anew, and goes back where it lost its last messages. */
function seek(followed: Followed, place: Place, { created, state }: StreamInfo): void {
  if (place.created !== null && place.created !== created) {
    place.sequence = 0;
    followed.onReset?.();
  }
  place.created = created;
  place.sequence = Math.min(place.sequence, state.last_seq);
}
