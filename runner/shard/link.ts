import type { LinkInfo } from "../link_info.ts";
import type { ShardCommand, ShardEvent } from "./protocol.ts";

/** The parent's end of a shard, wherever that runs: the seam for shards on other machines. */
export interface ShardLink {
  /** For people, for example `pid 4711`; empty when there is nothing to tell. */
  readonly label: string;
  /** Whether it has CPU time and an event loop of its own: only then can it be watched. */
  readonly separate: boolean;
  /** Sends a command. What can't be sent any more is dropped: `ended` tells. */
  send(command: ShardCommand): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
  /** Lets it end; resolves when it has, or was killed for taking too long. */
  close(): Promise<void>;
  /** Resolves when it has ended, with the reason as people read it. Never rejects. */
  readonly ended: Promise<string>;
  /** What is known of it by now; links to this machine have none. */
  info?(): LinkInfo;
}

/**
 * Starts shard `index`, which calls `on` with what it says; `log` takes lines of its stderr. A
 * process may read `readable` beside what all of them may. It takes over from the lost shard
 * `instead`, where that is a number.
 */
export type ShardStarter = (
  index: number,
  on: (event: ShardEvent) => void,
  log: (line: string) => void,
  readable?: readonly string[],
  instead?: number | null,
) => ShardLink;
