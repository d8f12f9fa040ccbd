import { BatchKeys } from "./batch_keys.ts";
import { ResultTotals } from "./metrics.ts";
import type { JobLog, Pushed, ResultStore } from "./store.ts";

/** What became of a push. */
export interface Taken {
  /** Results of it that are kept now, or were before. */
  readonly collected: number;
  /** Of these, kept before: the batch came again. */
  readonly duplicates: number;
  /** Entries of it that are no results. */
  readonly rejected: number;
}

/** A job's results since its run began, in numbers. */
export interface CollectedJob {
  readonly totals: ResultTotals;
  /** Results that came again by their batch's key, and were not counted. */
  readonly duplicates: number;
  /** Entries that are no results. */
  readonly rejected: number;
}

/** Jobs whose numbers are in memory at a time; those of others are made anew from the store. */
const MOST_LOADED = 16;

/** One job in memory. Of its calls one goes on at a time. */
class LoadedJob implements CollectedJob {
  totals = new ResultTotals();
  duplicates = 0;
  rejected = 0;
  /** Calls that go on or wait. */
  users = 0;
  readonly #keys = new BatchKeys();
  readonly #name: string;
  readonly #store: ResultStore;
  #log: JobLog | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, store: ResultStore) {
    this.#name = name;
    this.#store = store;
  }

  /** Calls `use` with the job's log when its turn comes; null when there is no such job. */
  async call<T>(create: boolean, use: (log: JobLog) => Promise<T> | T): Promise<T | null> {
    this.users++;
    const turn = this.#last.then(async () => {
      this.#log ??= await this.#open(create);
      return this.#log === null ? null : await use(this.#log);
    });
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.users--;
    }
  }

  async #open(create: boolean): Promise<JobLog | null> {
    try {
      return await this.#store.open(this.#name, create, {
        result: (result) => this.totals.add(result),
        batch: (key, rejected) => {
          if (key !== null) this.#keys.add(key);
          this.rejected += rejected;
        },
      });
    } catch (error) {
      this.#reset();
      throw error;
    }
  }

  /** The next call opens it anew, from the beginning. */
  #reset(): void {
    this.totals = new ResultTotals();
    this.rejected = 0;
  }

  async push(log: JobLog, pushed: Pushed): Promise<Taken> {
    const { key, results, rejected } = pushed;
    const collected = results.length;
    if (key !== null && this.#keys.has(key)) {
      this.duplicates += collected;
      return { collected, duplicates: collected, rejected };
    }
    await log.append(pushed);
    if (key !== null) this.#keys.add(key);
    for (const result of results) this.totals.add(result);
    this.rejected += rejected;
    return { collected, duplicates: 0, rejected };
  }

  async startRun(log: JobLog): Promise<void> {
    try {
      await log.startRun();
    } catch (error) {
      this.#log = null;
      this.#reset();
      await log[Symbol.asyncDispose]();
      throw error;
    }
    this.totals = new ResultTotals();
    this.duplicates = this.rejected = 0;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#log?.[Symbol.asyncDispose]();
  }
}

/** All jobs of a collector. */
export class CollectedJobs implements AsyncDisposable {
  readonly #store: ResultStore;
  /** Those used last at the end. */
  readonly #loaded = new Map<string, LoadedJob>();
  /** Jobs that are being closed: nobody may open them before that is done. */
  readonly #closing = new Map<string, Promise<void>>();

  constructor(store: ResultStore) {
    this.#store = store;
  }

  /** Takes a push; makes the job where there is none. */
  async push(name: string, pushed: Pushed): Promise<Taken> {
    const taken = await this.#use(name, true, (job, log) => job.push(log, pushed));
    return taken!;
  }

  /** From now on a job's results are those of a new run; what there was stays in the store. */
  async startRun(name: string): Promise<void> {
    await this.#use(name, true, (job, log) => job.startRun(log));
  }

  /** Calls `read` with the numbers of a job; null when there is no such job. */
  read<T>(name: string, read: (job: CollectedJob) => T): Promise<T | null> {
    return this.#use(name, false, (job) => read(job));
  }

  /** Names of all jobs. */
  list(): Promise<string[]> {
    return this.#store.list();
  }

  async #use<T>(
    name: string,
    create: boolean,
    use: (job: LoadedJob, log: JobLog) => Promise<T> | T,
  ): Promise<T | null> {
    for (let closing = this.#closing.get(name); closing !== undefined;) {
      await closing;
      closing = this.#closing.get(name);
    }
    const job = this.#loaded.get(name) ?? new LoadedJob(name, this.#store);
    this.#loaded.delete(name);
    this.#loaded.set(name, job);
    const calling = job.call(create, (log) => use(job, log));
    this.#unload();
    const answer = await calling;
    // There is no such job: it takes no other's place.
    if (answer === null && job.users === 0) this.#forget(name, job);
    return answer;
  }

  /** Closes the jobs that were not used for longest. */
  #unload(): void {
    for (const [name, job] of this.#loaded) {
      if (this.#loaded.size <= MOST_LOADED) return;
      if (job.users === 0) this.#forget(name, job);
    }
  }

  #forget(name: string, job: LoadedJob): void {
    if (this.#loaded.get(name) !== job) return;
    this.#loaded.delete(name);
    this.#closing.set(name, job.close().finally(() => this.#closing.delete(name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, job] of this.#loaded) this.#forget(name, job);
    await Promise.all(this.#closing.values());
  }
}
