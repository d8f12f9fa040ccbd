import type { Closeable } from "../metrics/mod.ts";
import type { Events } from "./_events.ts";
import type { NetError } from "./errors.ts";
import type { Meter } from "./measure.ts";
import type { SocketEvents } from "./socket.ts";

const OUTLIVED = "the socket was closed with the iteration that opened it " +
  "(open it at module level to keep it)";

/** How a socket ends: its events, the error that ended it, and who waits for its end. */
export class Life {
  readonly #events: Events;
  readonly #meter: Meter;
  readonly #socket: Closeable;
  readonly #leash: Closeable | undefined;
  #closed = false;
  #why = "the socket was closed";
  #error: Error | undefined;
  #done: PromiseWithResolvers<void> | undefined;

  /** @param socket is closed when it has to end, and calls `end` */
  constructor(events: Events, meter: Meter, socket: Closeable) {
    this.#events = events;
    this.#meter = meter;
    this.#socket = socket;
    if (meter.owned === null) return;
    this.#leash = {
      close: () => {
        this.#why = OUTLIVED;
        socket.close();
      },
    };
    meter.owned.add(this.#leash);
  }

  /** Why it is closed, for messages. */
  get why(): string {
    return this.#why;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What ended the socket, or a thing it does. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Tells the listeners. One that throws ends the socket with what it threw. */
  emit<E extends keyof SocketEvents>(event: E, value: SocketEvents[E]): void {
    const thrown = this.#events.emit(event, value);
    if (thrown === undefined) return;
    this.#error ??= thrown;
    this.#socket.close();
  }

  /** Notes a failure, and tells of it; the first one alone. @returns whether it was the first */
  fail(error: NetError): boolean {
    if (this.#error !== undefined) return false;
    this.#error = error;
    this.#meter.failed(error);
    this.emit("error", error);
    return true;
  }

  /** The socket is closed. @returns false if it was already */
  end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    if (this.#leash !== undefined) this.#meter.owned?.delete(this.#leash);
    return true;
  }

  /** Tells that the socket has closed. */
  tellEnd(): void {
    this.emit("close", undefined);
    this.settle();
  }

  /** See `Socket.done`. */
  done(): Promise<void> {
    if (this.#done === undefined) {
      this.#done = Promise.withResolvers();
      if (this.#closed || this.#error !== undefined) this.settle();
    }
    return this.#done.promise;
  }

  /** Lets go of those who wait for the end. */
  settle(): void {
    if (this.#error === undefined) this.#done?.resolve();
    else this.#done?.reject(this.#error);
  }
}
