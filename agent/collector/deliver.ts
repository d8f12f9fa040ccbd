import { describeError, DownpourError, retryAfterMs } from "../../internal/mod.ts";
import { Client, type Response } from "../../http/mod.ts";

/** Names a batch, so that a collector that takes it twice can tell (draft-ietf-httpapi-idempotency-key-header). */
export const KEY_HEADER = "idempotency-key";

/** What became of one try to deliver a batch. */
export type Delivery =
  /** @param duplicates results of it that the collector says it already had */
  | { readonly kind: "taken"; readonly duplicates: number }
  /** Trying again is in vain. */
  | { readonly kind: "refused"; readonly why: string }
  /** @param uncertain whether the collector may have it all the same @param afterMs not before */
  | {
    readonly kind: "failed";
    readonly why: string;
    readonly uncertain: boolean;
    readonly afterMs: number;
  };

/** Delivers batches to a collector. */
export interface Deliverer extends AsyncDisposable {
  deliver(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<Delivery>;
}

/** How to reach a collector. */
export interface DelivererOptions {
  /** `<collector>/push/<job>`. */
  readonly url: string;
  readonly insecure: boolean;
  readonly token: string | null;
  /** Longest time for one try, milliseconds. */
  readonly requestMs: number;
}

/** Statuses that say that this very batch is wrong. */
const REFUSALS = [400, 413, 415, 422];
const ANSWER_BYTES = 64 * 1024;

/** Delivers by `POST`, over connections that are kept. As with go-lo, anything but 200 is an error. */
export function httpDeliverer(options: DelivererOptions): Deliverer {
  const { url, insecure, token, requestMs } = options;
  const client = new Client({
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    timeout: requestMs,
    connectTimeout: requestMs,
    maxRedirects: 0,
    maxBodyBytes: ANSWER_BYTES,
    tls: { insecureSkipVerify: insecure },
    jar: null,
  });
  const failed = (error: unknown): Delivery => (
    { kind: "failed", why: describeError(error), uncertain: wasSent(error), afterMs: 0 }
  );
  return {
    async deliver(key, bytes, signal) {
      let response: Response;
      try {
        response = await client.post(url, {
          body: bytes,
          headers: { [KEY_HEADER]: `"${key}"` },
          name: "push",
          signal,
        });
      } catch (error) {
        if (signal.aborted) return failed(error);
        throw error;
      }
      const { status, error } = response;
      if (error !== null) return failed(error);
      const text = await response.text();
      if (status === 200) return { kind: "taken", duplicates: duplicatesOf(text) };
      const why = `${url} answers ${status}: ${text.slice(0, 200).trim()}`;
      if (REFUSALS.includes(status)) return { kind: "refused", why };
      const afterMs = retryAfterMs(response.headers.get("retry-after"), Date.now());
      // A server that failed may have done so behind the taking of it.
      return { kind: "failed", why, uncertain: status >= 500, afterMs };
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** Whether a request that failed may have reached the collector. */
function wasSent(error: unknown): boolean {
  return !(error instanceof DownpourError && error.phase === "connect");
}

/** What our collector says of a batch; the original's says nothing. */
function duplicatesOf(text: string): number {
  try {
    const { duplicates } = JSON.parse(text);
    return Number.isSafeInteger(duplicates) && duplicates > 0 ? duplicates : 0;
  } catch {
    return 0;
  }
}
