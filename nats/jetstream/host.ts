import type { NatsConnection } from "@nats-io/nats-core";
import type { Dependent } from "../dependent.ts";
import type { NatsSeries } from "../metrics.ts";

export { type Line, lineOf } from "../line.ts";

/** What JetStream needs of a connection. */
export interface Host {
  /** nats-core's connection. */
  readonly core: NatsConnection;
  /** Where its samples go. */
  readonly series: NatsSeries;
  /** The value of the tag `subject`. */
  subjectTag(subject: string): string;
  /** Tells `dependent` of the connection's end. Returns what stops that. */
  depend(dependent: Dependent): () => void;
}

/** Bytes of nothing. */
export const NOTHING = new Uint8Array(0);

/** Called whenever a connection was made again. */
type Listener = () => void;

const listeners = new WeakMap<NatsConnection, Set<Listener>>();

/**
 * Calls `listener` after every reconnect until the connection ends.
 *
 * @returns what ends it earlier
 */
export function onReconnect(core: NatsConnection, listener: Listener): () => void {
  let all = listeners.get(core);
  if (all === undefined) {
    listeners.set(core, all = new Set());
    void watch(core, all);
  }
  all.add(listener);
  return () => void all.delete(listener);
}

async function watch(core: NatsConnection, all: ReadonlySet<Listener>): Promise<void> {
  for await (const { type } of core.status()) {
    if (type === "reconnect") { for (const listener of [...all]) listener(); }
  }
}
