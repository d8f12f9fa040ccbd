import { describeError } from "../../internal/mod.ts";
import type { Clock, ShardCommand, ShardStarter } from "../../runner/remote/mod.ts";
import type { Bus, Entry } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { beatSubject, downSubject, endKey, leaseKey, runKeys } from "../names.ts";
import {
  encodeMessage,
  type PartBeat,
  type PartCommand,
  type PartJob,
  readLease,
} from "../wire/mod.ts";
import { Intake } from "./intake.ts";
import { PartRelay } from "./relay.ts";
import { RunClock } from "./run_clock.ts";
import { checkSignature } from "./signature.ts";
import { onThisMachine } from "./times.ts";
import { unpackCommand } from "./unpack.ts";
import { Uplink } from "./uplink.ts";

/** How long a start waits for the first measurement. */
const MEASURED_WITHIN_MS = 3000;
/** A part that runs no load ends when nothing was heard of any coordinator for so long. */
const ORPHAN_MS = 600_000;
/** A coordinator that renews its lease is heard of more often than that. */
const ALIVE_MS = 5000;
/** How long to wait before something that the servers did not do is asked again. */
const RETRY_MS = 250;
const LOOK_MS = 1000;
/** A coordinator hears of it no more often than that, whatever it asks for. */
const LEAST_BEAT_MS = 50;
/** How long the servers have to store what a part says that is killed. */
const LEAVE_MS = 2000;

/** A part of a run to do. */
export interface PartOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Id of this agent. */
  readonly agent: string;
  readonly job: PartJob;
  /** Most shards. */
  readonly shards: number;
  readonly start: ShardStarter;
  readonly signers: readonly string[];
  readonly spoolBytes?: number | undefined;
  say(text: string): void;
}

/** A part of a run on this machine: from its job to the end of the run. */
export class Part {
  /** Resolves when it has ended, and all of it is gone here. Never rejects. */
  readonly ended: Promise<void>;
  readonly #options: PartOptions;
  readonly #uplink: Uplink;
  readonly #relay: PartRelay;
  readonly #intake: Intake;
  /** Aborts when there is nothing more to do here. */
  readonly #gone = new AbortController();
  /** Aborts when nobody is waited for any more. */
  readonly #hurry = new AbortController();
  readonly #closing = Promise.withResolvers<{ reason: string | null; now: boolean }>();
  readonly #runClock: RunClock;
  #startedAt: number | null = null;
  #loading = false;
  #runIsOver = false;
  #toldLost = false;
  #heardAt: number;
  #orders: Promise<void> = Promise.resolve();

  constructor(options: PartOptions) {
    this.#options = options;
    const { bus, clock, job: { run, part }, spoolBytes, say, start, shards } = options;
    this.#heardAt = clock.now();
    this.#uplink = new Uplink({ bus, clock, run, part, spoolBytes, say });
    this.#relay = new PartRelay({
      start,
      shards,
      clock,
      post: (event) => this.#uplink.post(event),
      hasRoom: (what) => this.#uplink.hasRoom(what),
      left: () => this.#uplink.left(),
      lost: (reason) => this.#end(reason, true),
    });
    this.#intake = new Intake({
      confirm: (sequence) => this.#uplink.confirm(sequence),
      take: (command) => this.#take(command),
      close: () => this.#end(null, false),
    });
    this.#runClock = new RunClock({
      ...{ live: bus.live, run, clock, signal: this.#gone.signal },
      epoch: () => this.#intake.epoch,
      loading: () => this.#loading,
    });
    this.ended = this.#run().catch((error: unknown) => say(describeError(error)));
  }

  /** Ends it at once; the coordinator is told why, and not waited for. */
  kill(reason: string): void {
    this.#end(reason, true);
    this.#hurry.abort();
  }

  /** Waits for nothing any more, after `kill`; resolves when its shards are gone. */
  async abandon(): Promise<void> {
    this.#tellLost();
    this.#gone.abort();
    await this.#relay.kill();
  }

  async #run(): Promise<void> {
    const { bus, agent, say, job: { run, part } } = this.#options;
    const { signal } = this.#gone;
    const going = [this.#beat(), this.#runClock.measure(), this.#watch(), this.#look()];
    try {
      await this.#untilDone(() =>
        bus.live.handle(downSubject(run, part), (bytes) => this.#answer(bytes), signal)
      );
      const { reason, now } = await this.#closing.promise;
      await (now ? this.#relay.kill() : this.#relay.close());
      this.#uplink.bye(reason);
      await this.#uplink.confirmed(AbortSignal.any([signal, this.#hurry.signal]));
      if (!signal.aborted && this.#hurry.signal.aborted) await this.#stored();
      if (this.#hurry.signal.aborted) this.#tellLost();
      if (reason !== null) say(`part ${part} of run ${run} ended on ${agent}: ${reason}`);
    } finally {
      this.#gone.abort();
      this.#uplink.close();
      await Promise.all([this.#relay.kill(), ...going]);
    }
  }

  /** Waits a little for the servers. */
  async #stored(): Promise<void> {
    const late = new AbortController();
    const stored = this.#uplink.stored(AbortSignal.any([this.#gone.signal, late.signal]));
    await Promise.race([stored, this.#options.clock.sleep(LEAVE_MS, late.signal)]);
    late.abort();
  }

  /** Says, once, what nobody will hear. */
  #tellLost(): void {
    const { say, job: { run, part } } = this.#options;
    const { unsent } = this.#uplink;
    if (this.#toldLost || this.#runIsOver || unsent === 0) return;
    this.#toldLost = true;
    say(
      `part ${part} of run ${run} ends, and ${unsent} ${unsent === 1 ? "record" : "records"} ` +
        "of what it said are lost: no server took them",
    );
  }

  #end(reason: string | null, now: boolean): void {
    this.#closing.resolve({ reason, now });
  }

  /** The run is over, or nobody will ask any more: what is left to say has no listener. */
  #leave(reason: string): void {
    this.#runIsOver = true;
    this.#end(reason, true);
    this.#gone.abort();
  }

  #answer(bytes: Uint8Array): Uint8Array | void {
    try {
      this.#heardAt = this.#options.clock.now();
      return this.#intake.answer(bytes);
    } catch (error) {
      this.#options.say(describeError(error));
    }
  }

  /** Commands are unpacked in their order; what they ask for may go on beside each other. */
  #take(command: PartCommand): void {
    this.#orders = this.#orders.then(async () => {
      const found = await this.#unpack(command);
      if (found === null || this.#gone.signal.aborted) return;
      if (found.call === "start") return await this.#begin(found, command.epoch);
      const offset = found.call === "control" && "at" in found.args
        ? await this.#runClock.within(MEASURED_WITHIN_MS, command.epoch)
        : null;
      void this.#relay.handle(onThisMachine(found, offset?.offsetMs ?? 0, 0));
    }).catch((error: unknown) => this.#end(describeError(error), true));
  }

  async #unpack(command: PartCommand): Promise<ShardCommand | null> {
    const { bus, job, signers } = this.#options;
    return await this.#untilDone(() =>
      unpackCommand(command, bus.blobs, (bundle) => checkSignature(bundle, job, signers))
    );
  }

  async #begin(command: ShardCommand & { call: "start" }, epoch: number): Promise<void> {
    const { clock } = this.#options;
    const heardAt = clock.now();
    const offset = await this.#runClock.within(MEASURED_WITHIN_MS, epoch);
    const now = clock.now();
    // Without a measurement the way of the command is all that is known: a late start, at worst.
    const apart = offset?.offsetMs ?? heardAt - command.args.sentAt;
    const here = onThisMachine(command, apart, now) as typeof command;
    this.#startedAt = Math.max(now, here.args.joinAt ?? here.args.startAt);
    this.#loading = true;
    this.#relay.handle(here).then(() => {
      this.#loading = false;
    });
  }

  async #beat(): Promise<void> {
    const { bus, clock, job: { run, part, beatMs } } = this.#options;
    while (!this.#gone.signal.aborted) {
      bus.live.send(beatSubject(run, part), encodeMessage(this.#state()));
      await clock.sleep(Math.max(LEAST_BEAT_MS, beatMs), this.#gone.signal);
    }
  }

  #state(): PartBeat {
    const { offset } = this.#runClock;
    return {
      agent: this.#options.agent,
      sent: this.#uplink.sent,
      spooledBytes: this.#uplink.spooledBytes,
      lost: this.#uplink.lost,
      clockOffsetMs: offset?.offsetMs ?? null,
      clockErrorMs: offset?.errorMs ?? null,
      startedAt: this.#startedAt === null || offset === null
        ? null
        : this.#startedAt - offset.offsetMs,
      refused: null,
    };
  }

  /** Learns of new coordinators, and of the end of the run. */
  async #watch(): Promise<void> {
    const { bus, job: { run } } = this.#options;
    const on = (key: string, entry: Entry | null) => {
      if (entry === null) return;
      if (key === endKey(run)) return this.#leave("the run is over");
      if (key !== leaseKey(run)) return;
      this.#heardAt = this.#options.clock.now();
      try {
        this.#intake.fence(readLease(entry.value).epoch);
      } catch (error) {
        this.#options.say(describeError(error));
      }
    };
    await this.#untilDone(() => bus.keys.watch(runKeys(run), on, this.#gone.signal))
      .catch((error: unknown) => this.#end(describeError(error), true));
  }

  /** Sees to it that what a coordinator misses comes again, and that a part without one ends. */
  async #look(): Promise<void> {
    const { clock } = this.#options;
    let loadedAt = clock.now();
    while (!this.#gone.signal.aborted) {
      await clock.sleep(LOOK_MS, this.#gone.signal);
      const now = clock.now();
      if (this.#loading) loadedAt = now;
      if (now - this.#heardAt < ALIVE_MS) this.#uplink.repeatStuck();
      if (now - Math.max(this.#heardAt, loadedAt) > ORPHAN_MS) {
        this.#leave("nobody commands its run any more");
      }
    }
  }

  /** Asks again while the servers are away; null when the part is gone before. */
  async #untilDone<T>(work: () => Promise<T>): Promise<T | null> {
    const { clock } = this.#options;
    while (!this.#gone.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PoolError && error.code === "bus_lost")) throw error;
        await clock.sleep(RETRY_MS, this.#gone.signal);
      }
    }
    return null;
  }
}
