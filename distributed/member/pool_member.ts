import { describeError } from "../../internal/mod.ts";
import { ACK_WAIT_MS, type TakenJob } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { beatSubject, jobQueue } from "../names.ts";
import { encodeMessage, type PartBeat, type PartJob, readPartJob } from "../wire/mod.ts";
import { acceptJob } from "./accept.ts";
import { keepCard, type KeptCard } from "./card.ts";
import { checkMember, type MemberOptions } from "./options.ts";
import { Part } from "./part.ts";

/** How often it is said that a job is worked on. */
const WORKING_MS = ACK_WAIT_MS / 4;
const RETRY_MS = 500;
/** How often a coordinator is told of a refusal: nobody keeps what is said live. */
const REFUSALS = 8;
/** How long closing may take: servers that are away are not waited for. */
const CLOSE_MS = 10_000;
/** How many parts that were done are remembered. */
const MOST_DONE = 1024;

/** An agent that is in a pool: takes parts of runs and does them. */
export interface PoolMember {
  /** What it runs, as `run.part`. */
  readonly running: readonly string[];
  /** Takes no more parts; resolves when those that run have ended and it has left the pool. */
  drain(): Promise<void>;
  /**
   * Ends all at once and leaves the pool; after ten seconds without waiting for the servers, and says
   * what is lost by that.
   */
  close(): Promise<void>;
}

/**
 * Joins a pool.
 *
 * @throws {OptionError} for an option that can't be
 * @throws {PoolError} `bus_conflict` when an agent of that name is there
 */
export async function joinPool(options: MemberOptions): Promise<PoolMember> {
  checkMember(options);
  const member = new Member(options);
  await member.enter();
  return member;
}

/** A part that runs, and the job that it came by: another one after an outage. */
interface Entry {
  taken: TakenJob;
  part: Part | null;
}

class Member implements PoolMember {
  readonly #options: MemberOptions;
  readonly #process = crypto.randomUUID();
  readonly #parts = new Map<string, Entry>();
  /** The last parts that were done: a coordinator that takes over may offer one again. */
  readonly #done = new Set<string>();
  readonly #leaving = new AbortController();
  readonly #closing = new AbortController();
  readonly #say: (text: string) => void;
  readonly #refusing = new Set<Promise<void>>();
  #freed: () => void = () => {};
  #card: KeptCard | null = null;
  #taking: Promise<void> = Promise.resolve();
  #left: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#say = options.say ?? (() => {});
  }

  get running(): readonly string[] {
    return [...this.#parts.keys()];
  }

  async enter(): Promise<void> {
    const { bus, clock } = this.#options;
    this.#card = await keepCard(bus.keys, clock, this.#options, () => this.running);
    this.#taking = this.#takeAll();
  }

  drain(): Promise<void> {
    return this.#left ??= this.#leave();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    for (const { part } of this.#parts.values()) part?.kill("its agent was closed");
    const early = new AbortController();
    const left = this.drain().finally(() => early.abort());
    await Promise.race([left, this.#options.clock.sleep(CLOSE_MS, early.signal)]);
    await Promise.all([...this.#parts.values()].map(({ part }) => part?.abandon()));
  }

  async #leave(): Promise<void> {
    this.#leaving.abort();
    await this.#card?.remove();
    await this.#taking;
    await Promise.all(this.#refusing);
  }

  async #takeAll(): Promise<void> {
    const { bus, clock, id, slots } = this.#options;
    const { signal } = this.#leaving;
    const works = new Set<Promise<void>>();
    while (!signal.aborted) {
      if (this.#parts.size >= slots) {
        await this.#oneFree();
        continue;
      }
      try {
        const taken = await bus.jobs.take(jobQueue(id), signal);
        if (taken === null) continue;
        const work = this.#work(taken).finally(() => works.delete(work));
        works.add(work);
      } catch (error) {
        this.#say(`can't take jobs: ${describeError(error)}`);
        await clock.sleep(RETRY_MS, signal);
      }
    }
    await Promise.all(works);
  }

  /** Resolves when a part has ended, or when this agent leaves. */
  #oneFree(): Promise<void> {
    return new Promise((resolve) => {
      this.#freed = resolve;
      this.#leaving.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** Never rejects. */
  async #work(taken: TakenJob): Promise<void> {
    let job: PartJob;
    try {
      job = readPartJob(taken.bytes);
    } catch (error) {
      this.#say(describeError(error));
      return await refuse(taken, describeError(error));
    }
    const name = `${job.run}.${job.part}`;
    const known = this.#parts.get(name);
    if (known !== undefined) {
      // It came again while nobody heard that it is worked on.
      known.taken = taken;
      return taken.working();
    }
    if (this.#done.has(name)) return await refuse(taken, "it was done here");
    const entry: Entry = { taken, part: null };
    this.#parts.set(name, entry);
    const working = new AbortController();
    const saying = this.#sayWorking(entry, working.signal);
    try {
      await this.#do(job, entry);
    } finally {
      working.abort();
      await saying;
      this.#parts.delete(name);
      this.#card?.changed();
      this.#freed();
    }
  }

  async #do(job: PartJob, entry: Entry): Promise<void> {
    const { bus, clock, id, cores, start, signers, spoolBytes } = this.#options;
    try {
      await acceptJob(bus.keys, this.#options, job, this.#process);
    } catch (error) {
      // The servers are away: it comes again.
      if (error instanceof PoolError && error.code === "bus_lost") return;
      this.#tellRefused(job, error);
      return await refuse(entry.taken, describeError(error));
    }
    if (this.#closing.signal.aborted) return await refuse(entry.taken, "its agent was closed");
    this.#say(`does part ${job.part} of run ${job.run}`);
    this.#card?.changed();
    entry.part = new Part({
      ...{ bus, clock, agent: id, job, signers, spoolBytes, say: this.#say },
      shards: Math.min(job.shards ?? cores, cores),
      start: start(job.permissions),
    });
    await entry.part.ended;
    this.#remember(`${job.run}.${job.part}`);
    // Its claim stays until the end of the run: another process of this name does not do it again.
    await entry.taken.done().catch(() => {});
  }

  #remember(part: string): void {
    this.#done.add(part);
    for (const oldest of this.#done) {
      if (this.#done.size <= MOST_DONE) return;
      this.#done.delete(oldest);
    }
  }

  async #sayWorking(entry: Entry, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await this.#options.clock.sleep(WORKING_MS, end);
      if (!end.aborted) entry.taken.working();
    }
  }

  /** Tells the coordinator, beside the work: an agent that closes does not wait for it. */
  #tellRefused(job: PartJob, error: unknown): void {
    const message = describeError(error);
    const code = error instanceof PoolError ? error.code : "bus_refused";
    this.#say(`refuses part ${job.part} of run ${job.run}: ${message}`);
    const { bus, clock, id } = this.#options;
    const beat: PartBeat = {
      ...{ agent: id, sent: 0, spooledBytes: 0, lost: 0, startedAt: null },
      ...{ clockOffsetMs: null, clockErrorMs: null, refused: { code, message } },
    };
    const telling = (async () => {
      for (let n = 0; n < REFUSALS && !this.#leaving.signal.aborted; n++) {
        bus.live.send(beatSubject(job.run, job.part), encodeMessage(beat));
        await clock.sleep(RETRY_MS, this.#leaving.signal);
      }
    })().finally(() => this.#refusing.delete(telling));
    this.#refusing.add(telling);
  }
}

async function refuse(taken: TakenJob, reason: string): Promise<void> {
  await taken.refuse(reason).catch(() => {});
}
