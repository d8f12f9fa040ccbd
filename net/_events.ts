import { nearest, OptionError } from "../internal/mod.ts";
import type { SocketEventHandlers, SocketEvents } from "./socket.ts";

const NAMES: readonly (keyof SocketEvents)[] = [
  "lookup",
  "connect",
  "secureConnect",
  "data",
  "drain",
  "timeout",
  "end",
  "error",
  "close",
];

type Listeners = { [E in keyof SocketEvents]?: Set<(value: SocketEvents[E]) => void> };

/** The listeners of one socket; costs next to nothing until the first is added. */
export class Events {
  #listeners: Listeners | undefined;

  /** @throws {OptionError} as `on` */
  constructor(handlers?: SocketEventHandlers) {
    if (handlers === undefined) return;
    for (const [event, listener] of Object.entries(handlers)) {
      this.on(event as keyof SocketEvents, listener as (value: unknown) => void);
    }
  }

  /** @throws {OptionError} for an event that doesn't exist, or a listener that is no function */
  on<E extends keyof SocketEvents>(
    event: E,
    listener: (value: SocketEvents[E]) => void,
  ): () => void {
    if (!NAMES.includes(event)) {
      const near = nearest(String(event), NAMES);
      const hint = near === null ? `one of ${NAMES.join(", ")}` : `did you mean ${near}`;
      throw new OptionError("event", `a socket has no event ${String(event)}: ${hint}`);
    }
    if (typeof listener !== "function") {
      throw new OptionError(event, `the listener of ${event} is not a function: ${listener}`);
    }
    // Each call is a listener of its own, also of the same function.
    const call = (value: SocketEvents[E]) => listener(value);
    const listeners = this.#listeners ??= {};
    const set: Set<(value: SocketEvents[E]) => void> = listeners[event] ?? new Set();
    (listeners as Record<string, unknown>)[event] = set.add(call);
    return () => void set.delete(call);
  }

  /** True when somebody listens. */
  has(event: keyof SocketEvents): boolean {
    return (this.#listeners?.[event]?.size ?? 0) > 0;
  }

  /** Calls every listener; returns the first error that one threw. */
  emit<E extends keyof SocketEvents>(event: E, value: SocketEvents[E]): Error | undefined {
    let thrown: Error | undefined;
    for (const listener of this.#listeners?.[event] ?? []) {
      const error = thrownBy(listener, value);
      thrown ??= error;
    }
    return thrown;
  }
}

/** Calls `listener`; returns what it threw. */
export function thrownBy<T>(listener: (value: T) => void, value: T): Error | undefined {
  try {
    listener(value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
