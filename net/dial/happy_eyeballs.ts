import { type Clock, SYSTEM_CLOCK } from "../clock.ts";

/** How `race` goes about it. */
export interface RaceOptions {
  /** Ends the race: it rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Milliseconds that an attempt has for itself before the next begins. @default {250} */
  readonly delayMs?: number;
  /** Attempts under way at once; the oldest makes room for the next. @default {8} */
  readonly maxAtOnce?: number;
  /** Whether an error makes further attempts pointless: then the race fails with it. */
  readonly isFinal?: (error: unknown) => boolean;
  /** What times the delays. Default: the system's clock. */
  readonly clock?: Pick<Clock, "after">;
}

/**
 * Addresses in the order to try them (RFC 8305 §4): the families take turns, the family of the
 * first address begins, and within a family the resolver's order stays (RFC 6724 is its job).
 */
export function interleave<A>(addresses: readonly A[], familyOf: (address: A) => 4 | 6): A[] {
  if (addresses.length < 2) return [...addresses];
  const first = familyOf(addresses[0]!);
  const own = addresses.filter((address) => familyOf(address) === first);
  const other = addresses.filter((address) => familyOf(address) !== first);
  const turns: A[] = [];
  for (let i = 0; i < Math.max(own.length, other.length); i++) {
    turns.push(...own.slice(i, i + 1), ...other.slice(i, i + 1));
  }
  return turns;
}

/**
 * Connects to the first address that answers (Happy Eyeballs, RFC 8305 §5). An attempt begins when
 * the one before has failed or has been under way for `delayMs`; the first to succeed wins, the
 * others are aborted, and a connection that one of them makes nevertheless is closed.
 *
 * @param addresses at least one, in the order to try them
 * @param connect makes one connection; aborts with its signal
 * @throws {AggregateError} when all failed: their errors in the order of the addresses
 */
export function race<A, C extends { close(): void }>(
  addresses: readonly A[],
  connect: (address: A, signal: AbortSignal) => Promise<C>,
  options: RaceOptions,
): Promise<C> {
  const { signal, delayMs = 250, maxAtOnce = 8, isFinal, clock = SYSTEM_CLOCK } = options;
  const { promise, resolve, reject } = Promise.withResolvers<C>();
  const underWay = new Set<AbortController>();
  const errors: unknown[] = new Array(addresses.length);
  let started = 0;
  let failed = 0;
  let over = false;
  let cancelTimer = () => {};

  const end = () => {
    over = true;
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
    for (const attempt of underWay) attempt.abort();
  };
  const fail = (reason: unknown) => {
    end();
    reject(reason);
  };
  const onAbort = () => fail(signal.reason);
  const onDelay = () => {
    const [oldest] = underWay;
    if (underWay.size < maxAtOnce) startNext();
    else oldest?.abort(); // Its failure starts the next.
  };
  const startNext = () => {
    if (started === addresses.length) return;
    cancelTimer();
    const index = started++;
    if (started < addresses.length) cancelTimer = clock.after(delayMs, onDelay);
    void attempt(index);
  };
  const attempt = async (index: number) => {
    const controller = new AbortController();
    underWay.add(controller);
    try {
      const conn = await connect(addresses[index]!, controller.signal);
      underWay.delete(controller);
      if (over) return conn.close();
      end();
      resolve(conn);
    } catch (error) {
      underWay.delete(controller);
      if (over) return;
      errors[index] = error;
      failed++;
      if (isFinal?.(error)) fail(error);
      else if (failed === addresses.length) {
        fail(new AggregateError(errors, "all addresses failed"));
      } else startNext();
    }
  };

  if (signal.aborted) reject(signal.reason);
  else {
    signal.addEventListener("abort", onAbort);
    startNext();
  }
  return promise;
}
