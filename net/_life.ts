import { formatDuration } from "../internal/mod.ts";
import type { Closeable } from "../metrics/mod.ts";
import { type Events, thrownBy } from "./_events.ts";
import { watchIdle } from "./_idle.ts";
import { NetError } from "./errors.ts";
import type { Meter } from "./measure.ts";
import type { SocketEvents } from "./socket.ts";

const OUTLIVED = "the socket was closed with the iteration that opened it " +
  "(open it at module level to keep it)";

/**
 * How a socket ends: its events, the error that ended it, and who waits for its end. What the
 * context owns is this, not the socket, so that the two ways to be closed can be told apart.
 */
export class Life implements Closeable {
  /** The socket's listeners. */
  readonly events: Events;
  /** Where what happens to the socket is recorded. */
  readonly meter: Meter;
  readonly #socket: Closeable;
  #closed = false;
  #why = "the socket was closed";
  #error: Error | undefined;
  #done: PromiseWithResolvers<void> | undefined;
  #stopIdle: (() => void) | undefined;

  /** @param socket is closed when it has to end, and calls `end` */
  constructor(events: Events, meter: Meter, socket: Closeable) {
    this.events = events;
    this.meter = meter;
    this.#socket = socket;
    meter.owned?.add(this);
  }

  /** Closes the socket with the place that opened it. */
  close(): void {
    this.#why = OUTLIVED;
    this.#socket.close();
  }

  /**
   * Once `activity()` has stood still for `limitMs`, tells of a timeout and, where no listener closed
   * the socket, calls `onIdle` with the error to end it with.
   *
   * @param limitMs 0 for no limit
   * @param peer for messages
   */
  watchIdle(
    limitMs: number,
    activity: () => number,
    peer: () => string,
    onIdle: (error: NetError) => void,
  ): void {
    if (limitMs === 0) return;
    this.#stopIdle = watchIdle(limitMs, activity, () => {
      this.emit("timeout", undefined);
      if (this.#closed) return;
      const message = `nothing came from or went to ${peer()} for ${formatDuration(limitMs)}`;
      onIdle(new NetError("idle_timeout", message, { phase: "read" }));
    });
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

  /**
   * Adds a listener, and tells it in the next turn what `event` gave before it came, unless it has
   * gone by then.
   *
   * @param past undefined for nothing
   * @throws {OptionError} as `Events.on`
   */
  on<E extends keyof SocketEvents>(
    event: E,
    listener: (value: SocketEvents[E]) => void,
    past: SocketEvents[E] | undefined,
  ): () => void {
    const off = this.events.on(event, listener);
    if (past === undefined) return off;
    let gone = false;
    queueMicrotask(() => {
      if (!gone) this.#endWith(thrownBy(listener, past));
    });
    return () => {
      gone = true;
      off();
    };
  }

  /** Tells the listeners. One that throws ends the socket with what it threw. */
  emit<E extends keyof SocketEvents>(event: E, value: SocketEvents[E]): void {
    this.#endWith(this.events.emit(event, value));
  }

  #endWith(thrown: Error | undefined): void {
    if (thrown === undefined) return;
    this.#error ??= thrown;
    this.#socket.close();
  }

  /** Notes a failure, and tells of it; the first one alone. @returns whether it was the first */
  fail(error: NetError): boolean {
    if (this.#error !== undefined) return false;
    this.#error = error;
    this.meter.failed(error);
    this.emit("error", error);
    return true;
  }

  /** The socket is closed. @returns false if it was already */
  end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#stopIdle?.();
    this.meter.owned?.delete(this);
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
