import type { Address } from "../address.ts";

/**
 * Sends a query to a server and waits for the reply. Rejects with `signal.reason` when it aborts,
 * otherwise with what the system said; leaves nothing open.
 *
 * @param isReply says whether a message is the reply to the query
 */
export type Exchange = (
  server: Address,
  query: Uint8Array,
  isReply: (message: Uint8Array) => boolean,
  signal: AbortSignal,
) => Promise<Uint8Array>;
