import { nearest, OptionError } from "../internal/mod.ts";
import {
  CLIENT_EVENTS,
  type ClientEvent,
  type ClientEventHandlers,
  type ClientEvents,
  type ClientEventType,
  type ClientListener,
} from "./events.ts";

type AnyListener = (event: { type: ClientEventType; data: unknown }) => unknown;

/** Listeners of a client, or of one call behind those of its client. */
export class Emitter {
  readonly #before: Emitter | undefined;
  readonly #listeners = new Map<ClientEventType, AnyListener[]>();

  /** @param before called first @param handlers @throws {OptionError} */
  constructor(before?: Emitter, handlers: ClientEventHandlers = {}) {
    this.#before = before;
    for (const [type, listener] of Object.entries(handlers)) {
      this.on(type as ClientEventType, listener as ClientListener<ClientEventType>);
    }
  }

  /** Adds a listener; returns what takes it away. @throws {OptionError} for an unknown event */
  on<T extends ClientEventType>(type: T, listener: ClientListener<T>): () => void {
    if (!CLIENT_EVENTS.includes(type)) {
      const near = nearest(String(type), CLIENT_EVENTS);
      const hint = near === null ? `one of ${CLIENT_EVENTS.join(", ")}` : `did you mean ${near}`;
      throw new OptionError("event", `a client has no event ${String(type)}: ${hint}`);
    }
    if (typeof listener !== "function") {
      throw new OptionError("event", `the listener of ${type} is not a function: ${listener}`);
    }
    const call: AnyListener = (event) => listener(event as ClientEvent<T>);
    this.#listeners.set(type, [...this.#listeners.get(type) ?? [], call]);
    return () => {
      const rest = this.#listeners.get(type)?.filter((one) => one !== call) ?? [];
      if (rest.length > 0) this.#listeners.set(type, rest);
      else this.#listeners.delete(type);
    };
  }

  /** Whether somebody listens. */
  has(type: ClientEventType): boolean {
    return this.#listeners.has(type) || (this.#before?.has(type) ?? false);
  }

  /** Whether one call has such a listener of its own. */
  hasOfCall(type: ClientEventType): boolean {
    return this.#before !== undefined && this.#listeners.has(type);
  }

  /** Whether anybody listens to anything. */
  get any(): boolean {
    return this.#listeners.size > 0 || (this.#before?.any ?? false);
  }

  /** Calls the listeners one after the other, each when the one before has finished. */
  async emit<T extends ClientEventType>(type: T, data: ClientEvents[T]): Promise<void> {
    await this.#before?.emit(type, data);
    await this.emitOwn(type, data);
  }

  /** The same without those of the one before. */
  async emitOwn<T extends ClientEventType>(type: T, data: ClientEvents[T]): Promise<void> {
    for (const listener of this.#listeners.get(type) ?? []) await listener({ type, data });
  }
}
