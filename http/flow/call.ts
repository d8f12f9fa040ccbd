import type { Auth } from "../auth/mod.ts";
import type { Emitter } from "../emitter.ts";
import type { OutgoingRequest } from "../outgoing_request.ts";
import { outgoingOf, preparedOf } from "../outgoing.ts";
import type { Pool } from "../pool.ts";
import type { Prepared } from "../prepare.ts";
import type { Response } from "../response.ts";
import type { Retry } from "../retry.ts";
import type { Layer, Transport } from "../sending.ts";
import type { Settings } from "../settings.ts";
import type { CallConnections } from "./connections.ts";

/** What a call goes through that is more than sending. */
export interface Flow {
  readonly pool: Pool;
  /** Of the caller's own making; null for `pool`. */
  readonly transport: Transport | null;
  readonly layers: readonly Layer[];
  readonly events: Emitter;
  /** Credentials that depend on what the server asks. */
  readonly digest: Auth | null;
  readonly retry: Retry | null;
}

/** One call: what its layers share. */
export interface FlowCall extends Flow {
  /** A UUIDv4 (RFC 9562). */
  readonly id: string;
  /** What the caller asked for. */
  readonly first: Prepared;
  readonly settings: Settings;
  readonly connections: CallConnections;
  /** Records an attempt whose listeners aren't done with it: a failed one waits for `requestFailed`. */
  unrecorded: (() => Promise<void>) | undefined;
  /** What was answered last; its body may still be to come. */
  last: Response | undefined;
}

/** Sends one request of a call. Layers of the flow take one and give one. */
export type Leg = (request: Prepared, hop: number) => Promise<Response>;

/** Lets listeners change a request. */
export async function changed(
  { events, first, id }: FlowCall,
  type: "requestCreated" | "requestToBeSent",
  request: Prepared,
  hop: number,
): Promise<Prepared> {
  if (!events.has(type)) return request;
  const outgoing: OutgoingRequest = outgoingOf(request, id, hop);
  await events.emit(type, outgoing);
  return preparedOf(outgoing, first.target.urlName);
}

/** A response that its caller doesn't get gives its connection back, unless a listener has read it. */
export async function spent({ settings }: FlowCall, response: Response): Promise<void> {
  const { error, bodyUsed } = response;
  if (settings.mode === "stream" && error === null && !bodyUsed) await response.body.cancel();
}

/** Records an attempt if one waits for that. */
export async function recorded(call: FlowCall): Promise<void> {
  const record = call.unrecorded;
  call.unrecorded = undefined;
  await record?.();
}

/** Whether a request can be sent again. */
export function isRepeatable({ body }: Prepared): boolean {
  return !body?.stream || body.repeatable === true;
}
