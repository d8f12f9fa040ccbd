import type { NatsConnection } from "@nats-io/nats-core";
import type { Handler, Inbound } from "./handler.ts";

/** A subscription of nats-core whose messages go past it. */
export interface Route {
  /** Resolves when nothing comes any more. */
  readonly closed: Promise<void | Error>;
  /** Ends it at once. */
  readonly end: () => void;
  /** Ends it on the server; resolves when all that the server had sent has arrived. */
  drain(): Promise<void>;
}

/**
 * Subscribes by nats-core, which keeps it alive over reconnects, and has messages delivered to
 * `inbound` straight from the wire.
 *
 * @param queue a queue group, or empty
 * @param failed is called when the server refuses it
 */
export function route(
  core: NatsConnection,
  handler: Handler,
  subject: string,
  queue: string,
  inbound: Inbound,
  failed: (error: Error) => void,
): Route {
  const callback = (error: Error | null) => {
    if (error !== null) failed(error);
  };
  const subscription = core.subscribe(subject, queue === "" ? { callback } : { callback, queue });
  const sid = subscription.getID();
  handler.route(sid, inbound);
  const closed = subscription.closed.then((error) => {
    handler.route(sid, null);
    return error;
  });
  return {
    closed,
    end() {
      handler.route(sid, null);
      if (!subscription.isClosed()) subscription.unsubscribe();
    },
    drain: () => subscription.drain(),
  };
}
