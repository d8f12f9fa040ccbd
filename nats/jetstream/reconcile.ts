import { currentContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import type { AckedStream } from "./acked.ts";
import { requireStream, STREAM_MISSING } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Api } from "./manager.ts";
import { booksOf } from "./publish.ts";
import { lengthOf, mergeRanges, type SequenceRange } from "./sequence_log.ts";
import { JETSTREAM_METRICS } from "./series.ts";

/** Acknowledged messages that a stream doesn't hold. */
export interface MissingRange extends SequenceRange {
  /**
   * Where they would be: `before` the stream's first (purged, expired, over a limit, or done with in a
   * work queue), `deleted` between its first and last, `after` its last (the server lost them), or
   * `reused`: stored twice under one sequence, so the first of them was lost.
   */
  readonly where: "before" | "deleted" | "after" | "reused";
}

/** What a stream still holds of the messages that it acknowledged to one connection. */
export interface Reconciliation {
  /** The stream. */
  readonly stream: string;
  /** Messages that it acknowledged; what was stored once counts once. */
  readonly acked: number;
  /** Those that it doesn't hold. */
  readonly missing: number;
  /** Those that nobody can tell of: see {@link ReconcileCalls.reconcile}. */
  readonly unchecked: number;
  /** The first 1,000 ranges of missing ones. */
  readonly ranges: readonly MissingRange[];
}

/** Comparing what was acknowledged with what is there. */
export interface ReconcileCalls {
  /**
   * Compares the sequences that `stream` acknowledged to this connection so far with those that it
   * holds now: a PubAck says that the server has a message, not that it keeps it. What is missing and
   * wasn't before is added to `nats_js_missing`.
   *
   * Remembered are the first 100 streams, and of each at least 100,000 runs of sequences that follow
   * each other. What comes on top is `unchecked` (of all other streams together), and so is all between
   * the first and last message of a stream with over a million deleted ones. A lost message whose
   * sequence went to another connection's can't be told from one that is there.
   *
   * @throws {NatsError} 1002, 1014, 1015, 1017 the stream is gone, 1020
   */
  reconcile(stream: string): Promise<Reconciliation>;
}

/** Most ranges that are listed one by one. */
const MAX_LISTED = 1000;
/** Most deleted messages whose sequences are asked for: the server sends all of them at once. */
const MAX_DELETED = 1_000_000;

/** The calls of reconciling over one connection. */
export function reconcileCalls(host: Host, api: Api): ReconcileCalls {
  const { ledger } = booksOf(host);
  return {
    async reconcile(stream) {
      const context = requireStream(stream, "reconcile");
      const acked = ledger.sequences.of(stream);
      // Before the stream is asked: what is acknowledged meanwhile may not be in its answer.
      const known = acked === undefined
        ? { acked: [], reused: [], overflow: ledger.sequences.overflow }
        : knownOf(acked);
      const found = compare(stream, known, await heldOf(api, context));
      if (acked !== undefined && found.missing > acked.counted) {
        const sink = host.series.sink(
          currentContext(),
          JETSTREAM_METRICS.missing,
          "stream",
          stream,
        );
        sink.add(found.missing - acked.counted);
        acked.counted = found.missing;
      }
      return found;
    },
  };
}

/** What was acknowledged. */
interface Known {
  /** All sequences. */
  readonly acked: readonly SequenceRange[];
  /** Those under which more than one message was stored, once for each too many. */
  readonly reused: readonly SequenceRange[];
  /** Acknowledgements that weren't kept. */
  readonly overflow: number;
}

function knownOf({ stored, duplicates }: AckedStream): Known {
  const { merged, repeated } = mergeRanges(stored.ranges());
  return {
    acked: mergeRanges([...merged, ...duplicates.ranges()]).merged,
    reused: repeated,
    overflow: stored.overflow + duplicates.overflow,
  };
}

/** What a stream holds. */
interface Held {
  /** Sequences of its first and last message. */
  readonly first: number;
  readonly last: number;
  /** Those in between that were deleted, ascending; null for too many. */
  readonly deleted: readonly SequenceRange[] | null;
}

async function heldOf(api: Api, stream: string): Promise<Held> {
  const call = { errorCode: 1020, context: stream, missing: STREAM_MISSING } as const;
  return await api.ask(call, async ({ streams }) => {
    let { state } = await streams.info(stream);
    const isPlenty = () => (state.num_deleted ?? 0) > MAX_DELETED;
    const isWhole = (state.num_deleted ?? 0) === 0;
    if (!isWhole && !isPlenty()) {
      ({ state } = await streams.info(stream, { deleted_details: true }));
    }
    const { first_seq: first, last_seq: last } = state;
    return { first, last, deleted: isPlenty() ? null : rangesOf(state.deleted ?? []) };
  });
}

/** Sequences as the server lists them. */
function rangesOf(sequences: readonly unknown[]): SequenceRange[] {
  const ranges = sequences.map((sequence) => {
    if (typeof sequence === "number" && Number.isSafeInteger(sequence)) {
      return { first: sequence, last: sequence };
    }
    throw natsError(1020, undefined, `a deleted message has no sequence: ${String(sequence)}`);
  });
  return mergeRanges(ranges).merged;
}

function compare(stream: string, known: Known, { first, last, deleted }: Held): Reconciliation {
  const { acked, reused, overflow } = known;
  const inside = common(acked, [{ first, last }]);
  const parts = [
    ["before", common(acked, [{ first: 0, last: first - 1 }])],
    ["deleted", deleted === null ? [] : common(inside, deleted)],
    ["after", common(acked, [{ first: Math.max(first, last + 1), last: Infinity }])],
    ["reused", reused],
  ] as const;
  const ranges: MissingRange[] = [];
  let missing = 0;
  for (const [where, found] of parts) {
    missing += lengthOf(found);
    for (const range of found.slice(0, MAX_LISTED - ranges.length)) {
      ranges.push({ ...range, where });
    }
  }
  return {
    stream,
    acked: lengthOf(acked) + lengthOf(reused) + overflow,
    missing,
    unchecked: overflow + (deleted === null ? lengthOf(inside) : 0),
    ranges,
  };
}

/** What two ascending lists of ranges have in common. */
function common(one: readonly SequenceRange[], other: readonly SequenceRange[]): SequenceRange[] {
  const both: SequenceRange[] = [];
  for (let i = 0, k = 0; i < one.length && k < other.length;) {
    const [a, b] = [one[i]!, other[k]!];
    const first = Math.max(a.first, b.first);
    const last = Math.min(a.last, b.last);
    if (first <= last) both.push({ first, last });
    if (a.last < b.last) i++;
    else k++;
  }
  return both;
}
