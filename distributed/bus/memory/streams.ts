import type { Jobs, Log, TakenJob } from "../bus.ts";
import { checkName, checkPattern, checkSize, matches } from "../subjects.ts";
import { type BusTimes, type MakeCall, pollTimes } from "./calls.ts";
import type { MemoryConnection } from "./connection.ts";
import {
  appendRecord,
  type Kept,
  type KeptJob,
  nextJobAt,
  offerJob,
  recordsAfter,
  removeJobs,
  takeJob,
} from "./kept.ts";
import type { Servers } from "./shared.ts";

/** Records in order, at servers in memory. */
export function memoryLog(servers: Servers, make: MakeCall, times: BusTimes): Log {
  const { time } = servers;
  return {
    async append(subject, id, given) {
      checkName("subject", subject);
      checkSize(`record ${id}`, given, servers.maxBytes);
      const bytes = given.slice();
      await make({ what: `append ${id}`, ...times }, () => {
        if (!appendRecord(servers.kept(), subject, id, bytes, time.now())) return;
        servers.changed("log", subject);
      });
    },
    async read(subject, on, signal) {
      checkPattern("subject", subject);
      let kept: Kept | null = null;
      let sequence = 0;
      while (!signal.aborted) {
        const batch = await make(
          { what: `read ${subject}`, ...pollTimes(times), signal },
          async (over) => {
            // Servers that lost everything count from 1 again.
            const after = () => kept === null || servers.kept() === kept ? sequence : 0;
            let records = recordsAfter(servers.kept(), subject, after());
            if (records.length === 0) {
              await servers.untilChanged("log", subject, times.attemptMs, over);
              records = recordsAfter(servers.kept(), subject, after());
            }
            return { kept: servers.kept(), records };
          },
        );
        if (batch === null) return;
        if (batch.kept !== kept) sequence = 0;
        kept = batch.kept;
        for (const record of batch.records) {
          await on(record);
          if (signal.aborted) return;
          sequence = record.sequence;
        }
      }
    },
    async remove(subject) {
      checkPattern("subject", subject);
      await make({ what: `remove ${subject}`, ...times }, () => {
        const kept = servers.kept();
        kept.records = kept.records.filter((record) => !matches(subject, record.subject));
      });
    },
  };
}

/** Jobs by queue, at servers in memory. */
export function memoryJobs(
  servers: Servers,
  connection: MemoryConnection,
  make: MakeCall,
  times: BusTimes,
): Jobs {
  const { time, ackWaitMs } = servers;

  const taken = (queue: string, job: KeptJob, deliveries: number): TakenJob => {
    const end = async (what: string) => {
      await make({ what: `${what} job ${job.id}`, ...times }, () => {
        removeJobs(servers.kept(), queue, (one) => one.id === job.id);
      });
    };
    return {
      bytes: job.bytes,
      deliveries,
      working() {
        connection.up(() => {
          // One that was offered again meanwhile is another taker's.
          if (job.deliveries === deliveries) job.takenUntil = time.now() + ackWaitMs;
        });
      },
      done: () => end("done"),
      refuse: () => end("refuse"),
    };
  };

  return {
    async offer(queue, id, given) {
      checkName("queue", queue);
      checkSize(`job ${id}`, given, servers.maxBytes);
      const bytes = given.slice();
      await make({ what: `offer ${id}`, ...times }, () => {
        if (offerJob(servers.kept(), queue, id, bytes, time.now())) servers.changed("jobs", queue);
      });
    },
    async take(queue, signal) {
      checkName("queue", queue);
      while (!signal.aborted) {
        const job = await make(
          { what: `take from ${queue}`, ...pollTimes(times), signal },
          async (over) => {
            const next = () => {
              const found = takeJob(servers.kept(), queue, time.now(), ackWaitMs);
              return found && { found, deliveries: found.deliveries };
            };
            const here = next();
            if (here !== null) return here;
            const givenUp = nextJobAt(servers.kept(), queue) - time.now();
            const wait = Math.min(times.attemptMs, Math.max(givenUp, 0));
            await servers.untilChanged("jobs", queue, wait, over);
            return over.aborted ? null : next();
          },
        );
        if (job !== null) return taken(queue, job.found, job.deliveries);
      }
      return null;
    },
    async remove(queue) {
      checkName("queue", queue);
      await make({ what: `remove ${queue}`, ...times }, () => {
        removeJobs(servers.kept(), queue, ({ takenUntil }) => takenUntil <= time.now());
      });
    },
  };
}
