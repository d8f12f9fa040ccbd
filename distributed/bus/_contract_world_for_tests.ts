import type { Bus, LogRecord } from "./bus.ts";

/** Where the members of a test meet. */
export interface World {
  /** The bus of one more member. Closed at the end of the test. */
  bus(member: string): Promise<Bus>;
  /** Longest silence of a job's taker, milliseconds. */
  readonly ackWaitMs: number;
  sleep(ms: number): Promise<void>;
}

/** Makes a test of a world of its own. */
export type WorldTest = (name: string, fn: (world: World) => Promise<void>) => void;

/** Text as bytes. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Bytes as text. */
export const textOf = (bytes: Uint8Array | undefined | null): string =>
  bytes ? new TextDecoder().decode(bytes) : "nothing";

/** The first records of a subject. */
export async function firstOf(
  log: Bus["log"],
  subject: string,
  count: number,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const abort = new AbortController();
  await log.read(subject, (record) => {
    records.push(record);
    if (records.length === count) abort.abort();
  }, abort.signal);
  return records;
}

/** Waits for what calls `wake`. */
export function waiter() {
  let ready = () => {};
  const self = {
    count: 0,
    wake: (): undefined => {
      self.count++;
      ready();
    },
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await new Promise<void>((resolve) => ready = resolve);
    },
  };
  return self;
}
