import type { TurnResult } from "./measure.ts";

/** One turn of one client. What is counted depends on its case: messages or MB. */
export interface NetSample {
  readonly perSecond: number;
  /** User and system CPU of the client, by what is counted. */
  readonly cpuUsEach: number;
  /** Processors that the client kept busy: well below 1, it waited for the server or for others. */
  readonly cores: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Datagrams that were sent again. */
  readonly resent: number;
}

/** The samples of clients by their names: one a turn, the same turns for all of a case. */
export type NetResults = Map<string, NetSample[]>;

/** The figures of a turn. @param unitCount how much of the client's count is one */
export function toSample(result: TurnResult, unitCount: number): NetSample {
  const units = result.count / unitCount;
  if (!(units > 0)) throw new Error("read a client's result: it did nothing");
  return {
    perSecond: units / result.seconds,
    cpuUsEach: (result.cpuSeconds / units) * 1e6,
    cores: result.cpuSeconds / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    resent: result.resent,
  };
}
