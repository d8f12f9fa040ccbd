import { describeError, formatDuration } from "../../internal/mod.ts";
import type { LinkInfo } from "../../runner/mod.ts";
import type { Clock, ShardEvent, ShardLink } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { CLOSE, CONFIRM, type PartBeat } from "../wire/mod.ts";
import { openDownlink } from "./downlink.ts";
import { Inbox } from "./inbox.ts";
import { onceOnly } from "./once.ts";
import { PartWatch } from "./part_watch.ts";
import type { Packer } from "./shared_blobs.ts";

/** How long a part has to say goodbye once it was told to end. */
const GOODBYE_MS = 5000;
/** How often a part is told what need not be kept. */
const CONFIRM_MS = 5000;

/** What all parts of a run share. */
export interface RunLine {
  readonly bus: Bus;
  readonly time: Pick<Clock, "now" | "sleep">;
  readonly run: string;
  readonly epoch: number;
  /** How long a part may say nothing until it is given up, milliseconds. */
  readonly lossAfterMs: number;
  readonly packer: Packer;
  /** Another coordinator commands the run, with that epoch. */
  readonly fenced: (epoch: number) => void;
}

/** Which part, and who listens. */
export interface PartEnds {
  readonly part: number;
  readonly agent: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly on: (event: ShardEvent) => void;
  readonly log: (line: string) => void;
}

/** How the records of a part stand. */
export interface PartCount {
  readonly part: number;
  readonly agent: string;
  readonly merged: number;
  /** Records that it sent; null when it never said. */
  readonly sent: number | null;
}

/** A part of a run as its coordinator's shard, and for whoever hands on what came from it. */
export interface PartLink {
  /** What the coordinator of the run has. */
  readonly link: ShardLink;
  /** Takes a record of the log. */
  record(bytes: Uint8Array): void;
  /** Takes a heartbeat. */
  beat(beat: PartBeat): void;
  /** Time has passed; whether this end was connected meanwhile. */
  passed(ms: number, connected: boolean): void;
  /** Ends it here, without a word to the part. */
  end(reason: string): void;
  /** Whether it was heard of. */
  readonly known: boolean;
  /** Whether it was given up. */
  readonly lost: boolean;
  /** Bytes of what came and waits for a call. */
  readonly waitingBytes: number;
  count(): PartCount;
}

/** Links a part of a run, which an agent runs, to its coordinator. */
export function linkPart(line: RunLine, { part, agent, labels, on, log }: PartEnds): PartLink {
  const { bus, time, run, epoch, lossAfterMs, packer } = line;
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const { promise: goodbye, resolve: saidGoodbye } = Promise.withResolvers<void>();
  const over = new AbortController();
  const inbox = new Inbox(on, (reason) => end(reason, true));
  const watch = new PartWatch(lossAfterMs);
  let last: PartBeat | null = null;
  let silent = false;
  let lost = false;
  let confirmed = 0;
  let unconfirmedMs = 0;

  const end = (reason: string, isLoss: boolean) => {
    if (over.signal.aborted) return;
    lost = isLoss;
    silent = false;
    over.abort();
    saidGoodbye();
    // Who doesn't hear it is told by the end of the run.
    if (isLoss) downlink.tell(CLOSE);
    resolve(reason);
  };
  const downlink = openDownlink({
    ...{ bus, time, run, part, epoch, signal: over.signal },
    merged: () => inbox.merged,
    fenced: line.fenced,
    refused: () => end("its agent does not run it any more", true),
  });
  const heard = () => {
    watch.heard();
    if (!silent) return;
    silent = false;
    log(`agent ${agent} is heard of again`);
  };
  let order: Promise<void> = Promise.resolve();

  return {
    link: {
      label: `agent ${agent}`,
      separate: true,
      ended,
      send(command) {
        order = order.then(async () => {
          const { key, id } = await onceOnly(command, epoch);
          inbox.ask(id, command.id);
          downlink.send(key, () => packer.pack(command, id));
        });
      },
      kill() {
        if (over.signal.aborted) return;
        end("it was killed", false);
        downlink.tell(CLOSE);
      },
      async close() {
        await order;
        if (over.signal.aborted) return;
        downlink.send(CLOSE, null);
        const waiting = new AbortController();
        await Promise.race([goodbye, time.sleep(GOODBYE_MS, waiting.signal)]);
        waiting.abort();
        end("it was closed", false);
      },
      info: (): LinkInfo => ({
        agent,
        labels,
        clockOffsetMs: last?.clockOffsetMs ?? null,
        clockErrorMs: last?.clockErrorMs ?? null,
        startedAt: last?.startedAt ?? null,
        lost: inbox.end?.lost ?? last?.lost ?? 0,
        missing: lost ? Math.max(last?.sent ?? 0, inbox.seen) - inbox.merged : 0,
        silent,
      }),
    },
    record(bytes) {
      heard();
      if (over.signal.aborted) return;
      try {
        inbox.push(bytes);
      } catch (error) {
        return end(`it broke the protocol: ${describeError(error)}`, true);
      }
      if (inbox.end === null) return;
      // So it need not stay for what it said.
      downlink.tell(CONFIRM);
      saidGoodbye();
    },
    beat(beat) {
      heard();
      last = beat;
      if (over.signal.aborted) return;
      if (beat.refused !== null) return end(beat.refused.message, true);
      on({ kind: "heartbeat" });
    },
    passed(ms, connected) {
      if (over.signal.aborted) return;
      const state = connected ? watch.passed(ms) : "heard";
      // Whether it is lost is decided here, by what could be heard.
      on({ kind: "heartbeat" });
      if (state === "lost") {
        const limit = formatDuration(watch.quietMs);
        return end(
          watch.known
            ? `nothing was heard of its agent for ${limit}`
            : `its agent did not take it within ${limit}`,
          true,
        );
      }
      if (state === "silent" && !silent) {
        silent = true;
        log(`agent ${agent} says nothing: it is given up after ${formatDuration(lossAfterMs)}`);
      }
      unconfirmedMs += ms;
      if (unconfirmedMs < CONFIRM_MS || inbox.merged === confirmed) return;
      unconfirmedMs = 0;
      confirmed = inbox.merged;
      downlink.tell(CONFIRM);
    },
    end: (reason) => end(reason, false),
    get known() {
      return watch.known;
    },
    get lost() {
      return lost;
    },
    get waitingBytes() {
      return over.signal.aborted ? 0 : inbox.waitingBytes;
    },
    count: () => ({ part, agent, merged: inbox.merged, sent: inbox.end?.sent ?? null }),
  };
}
