import type { OutgoingRequest } from "./outgoing_request.ts";
import type { Response } from "./response.ts";

/** Sends one request and gives its response: no redirects, cookies or credentials. */
export type Send = (request: OutgoingRequest) => Promise<Response>;

/** Something between a client and its transport (or the next layer): `next` may be called once. */
export type Layer = (next: Send) => Send;

/**
 * What a client sends with (seed `http.md`, "Client"). Replace it to record, replay or invent
 * responses.
 *
 * A request that fails gives a response with status 0 and an `error`.
 */
export interface Transport {
  /** Sends one request and gives its response. */
  send(request: OutgoingRequest): Promise<Response>;
  /** Lets go of connections. */
  close?(): void;
}
