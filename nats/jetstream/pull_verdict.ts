import { natsError } from "../errors.ts";
import { JetStreamFailure } from "./failure.ts";
import type { PulledConsumer, PullStatus } from "./pull_inbox.ts";

/** What a status means for who pulls. */
export type Verdict =
  /** The server is there. */
  | { readonly means: "alive" }
  /** The request is over. */
  | { readonly means: "over" }
  /** The request is gone, the consumer isn't: ask again. */
  | { readonly means: "again" }
  /** Nobody took the request: the consumer is gone, or its leader not chosen yet. */
  | { readonly means: "unknown" }
  /** It is no use to ask again. */
  | { readonly means: "failed"; readonly error: Error };

const ALIVE: Verdict = { means: "alive" };
const OVER: Verdict = { means: "over" };
const AGAIN: Verdict = { means: "again" };
const UNKNOWN: Verdict = { means: "unknown" };

/** Judges a status of a pull request (ADR-13, ADR-37 of NATS, and what nats-server 2.15 sends). */
export function verdictOf(
  { code, description }: PullStatus,
  { stream, consumer }: PulledConsumer,
): Verdict {
  if (code === 100) return ALIVE;
  if (code === 404 || code === 408) return OVER;
  if (code === 503) return UNKNOWN;
  if (code === 409) {
    if (description === "leadership change" || description === "server shutdown") return AGAIN;
    if (description === "batch completed") return OVER;
    const missing = description === "stream deleted"
      ? 1004
      : description === "consumer deleted"
      ? 1005
      : null;
    if (missing !== null) {
      return { means: "failed", error: natsError(missing, undefined, `${stream}.${consumer}`) };
    }
  }
  const failure = new JetStreamFailure({ code, errCode: 0, description: `${code} ${description}` });
  return { means: "failed", error: natsError(1032, failure, `${stream}.${consumer}`) };
}
