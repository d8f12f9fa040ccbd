import type { Strictness } from "./fields.ts";

/** A request as it goes on the wire. */
export interface Outgoing {
  /** The head, with a short body behind it: one write. */
  readonly bytes: Uint8Array;
  /** What follows the first write, already framed; null for nothing. */
  readonly rest: AsyncIterable<Uint8Array> | null;
  /** True for HEAD: the response has no body whatever its head says. */
  readonly headOnly: boolean;
  /** Whether it asks for another protocol (RFC 9110 §7.8). */
  readonly upgrades: boolean;
}

/** What all connections of a client have in common. */
export interface ConnectionOptions {
  /** Most bytes of a body that is kept. */
  readonly maxBodyBytes: number;
  /** How responses are read. */
  readonly strictness: Strictness;
  /** Whether the process may end while the connection is idle; costs a little for each request. */
  readonly letsProcessEnd: boolean;
}

/** Who keeps connections: an object and not a function, as there is one for each virtual user. */
export interface ConnectionOwner<C> {
  /** The connection can't be used any more. */
  forget(connection: C): void;
}
