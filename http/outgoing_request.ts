import type { BodyInput } from "./body.ts";

/**
 * A request as it is about to be sent, for events, layers and transports: all of it may be changed,
 * and is checked again afterwards.
 */
export interface OutgoingRequest {
  /** A UUIDv4 (RFC 9562); redirects and other legs of one call share it. */
  readonly id: string;
  /** How often this call was redirected before: 0 at first. */
  readonly hop: number;
  /** Request method. */
  method: string;
  /** Absolute URL. */
  url: string;
  /** Header fields by name, in the case they are sent in; a list repeats the field. */
  headers: Record<string, string | string[]>;
  /** Text where it was given as text, JSON or a form; null for none. */
  body: BodyInput | null;
}
