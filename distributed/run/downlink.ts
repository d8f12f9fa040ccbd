import type { Clock } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { downSubject } from "../names.ts";
import { encodeMessage, type PartCommand, readCommandAnswer } from "../wire/mod.ts";

/** Longest command that is sent as it is, bytes of its JSON; longer ones are blobs. */
const MAX_INLINE = 64 * 1024;
/** How long a part has to say that it took a command, and the wait before it is told again. */
const ANSWER_MS = 2000;
const AGAIN_MS = 100;

/** Commands to one part. */
export interface Downlink {
  /**
   * Sends one behind those before it, again and again until the part has taken it.
   *
   * @param pack makes the command's JSON; null for a key without a command
   */
  send(key: string, pack: (() => Promise<string>) | null): void;
  /** Sends a key without a command once, and what was merged; whether it is heard is no matter. */
  tell(key: string): void;
}

/** What commands go by. */
export interface DownlinkOptions {
  readonly bus: Bus;
  readonly time: Pick<Clock, "sleep">;
  readonly run: string;
  readonly part: number;
  readonly epoch: number;
  /** Sequence up to which everything of the part was merged. */
  readonly merged: () => number;
  /** Nothing is sent any more. */
  readonly signal: AbortSignal;
  /** Another coordinator commands the part, with that epoch. */
  readonly fenced: (epoch: number) => void;
  /** The part takes no commands of this run. */
  readonly refused: () => void;
}

/** The way down to a part: commands in order, each until it was taken. */
export function openDownlink(options: DownlinkOptions): Downlink {
  const { bus, time, run, part, epoch, merged, signal, fenced, refused } = options;
  const subject = downSubject(run, part);
  let last: Promise<void> = Promise.resolve();

  const deliver = async (key: string, pack: (() => Promise<string>) | null): Promise<void> => {
    while (!signal.aborted) {
      try {
        const { command, blob } = await short(bus, pack === null ? null : await pack());
        const message: PartCommand = { epoch, key, command, blob, confirmed: merged() };
        const bytes = await bus.live.request(subject, encodeMessage(message), ANSWER_MS);
        const answer = readCommandAnswer(bytes);
        if (answer.taken) return;
        if (answer.epoch > epoch) return fenced(answer.epoch);
        return refused();
      } catch (error) {
        // Nobody there yet, or not at the moment: whether the part is lost others say.
        if (!(error instanceof PoolError)) throw error;
        await time.sleep(AGAIN_MS, signal);
      }
    }
  };

  return {
    send(key, pack) {
      last = last.then(() => deliver(key, pack));
    },
    tell(key) {
      const message: PartCommand = {
        ...{ epoch, key, command: null, blob: null },
        confirmed: merged(),
      };
      bus.live.request(subject, encodeMessage(message), ANSWER_MS).catch(() => {});
    },
  };
}

/** A command as it travels: by itself, or as a blob where it is long. */
async function short(
  bus: Bus,
  command: string | null,
): Promise<Pick<PartCommand, "command" | "blob">> {
  if (command === null || command.length <= MAX_INLINE) return { command, blob: null };
  return { command: null, blob: await bus.blobs.put(new TextEncoder().encode(command)) };
}
