import { describeError } from "../../internal/mod.ts";
import type { Clock } from "../collector/clock.ts";
import { AgentError } from "../errors.ts";
import { type JobCounts, type JobState, NO_COUNTS } from "../job.ts";
import {
  cancelJob,
  enqueue,
  getJob,
  type QueueRequest,
  type Server,
  upload,
} from "./agent_client.ts";

/** How the job of one host stands. */
export interface HostProgress {
  /** The host as it was named. */
  readonly host: string;
  /** Its part of the users. */
  readonly users: number;
  /** `sending` before it is queued; null when it is not known, as of a host that is down. */
  readonly state: JobState | "sending" | null;
  /** How much of the job's duration is over, 0 to 1. */
  readonly progress: number;
  /** What it has done so far. */
  readonly counts: JobCounts;
  /** A script's exit code. */
  readonly exitCode: number | null;
  /** What failed, naming the host; null for nothing so far. */
  readonly failure: string | null;
}

/** A host that was not heard of for so long is lost, milliseconds. */
const PATIENCE_MS = 30_000;
const POLL_MS = 1000;

/** The part of a job that one host has. What fails here fails here alone: `progress` says it. */
export class HostRun {
  readonly #agent: Server;
  readonly #clock: Clock;
  #progress: HostProgress;
  #upload: string | null = null;
  /** Where the job is to be seen. */
  #location: string | null = null;

  constructor(agent: Server, users: number, clock: Clock) {
    this.#agent = agent;
    this.#clock = clock;
    this.#progress = {
      host: agent.host.name,
      users,
      state: "sending",
      progress: 0,
      counts: NO_COUNTS,
      exitCode: null,
      failure: null,
    };
  }

  /** How it stands. */
  get progress(): HostProgress {
    return this.#progress;
  }

  /** Whether nothing has failed. */
  get ok(): boolean {
    return this.#progress.failure === null;
  }

  /** Uploads what runs. */
  async send(path: string, signal: AbortSignal): Promise<void> {
    await this.#attempt(async () => {
      this.#upload = await upload(this.#agent, path, signal);
    });
  }

  /** Queues the job. */
  async queue(kind: "binary" | "script", job: Omit<QueueRequest, "users">): Promise<void> {
    await this.#attempt(async () => {
      const { users } = this.#progress;
      this.#location = await enqueue(this.#agent, { ...job, users, [kind]: this.#upload! });
      this.#change({ state: "queued" });
      if (this.#location === null) {
        throw new AgentError(
          "job_unseen",
          `${this.#agent.host.name} has queued the job, and can't show it: it is a go-lo agent`,
        );
      }
    });
  }

  /** Follows the job until it is over; cancels it when `signal` aborts. */
  async follow(signal: AbortSignal, onChange: () => void): Promise<void> {
    if (this.#location === null || !this.ok) return;
    let cancelled = false;
    let heardAt = this.#clock.now();
    const never = new AbortController().signal;
    for (;;) {
      try {
        if (signal.aborted && !cancelled) {
          await cancelJob(this.#agent, this.#location);
          cancelled = true;
        }
        const { state, progress, counts, exitCode, error } = await getJob(
          this.#agent,
          this.#location,
        );
        heardAt = this.#clock.now();
        const failure = error === null && (state !== "failed" && state !== "interrupted")
          ? null
          : `${this.#agent.host.name}: the job ${verbOf(state)}: ${
            error?.message ?? "no reason given"
          }`;
        this.#change({ state, progress, counts, exitCode, failure });
        onChange();
        if (isOver(state)) return;
      } catch (error) {
        const gone = error instanceof AgentError && error.code === "host_refused";
        const silentMs = this.#clock.now() - heardAt;
        if (gone || silentMs >= PATIENCE_MS) {
          const since = gone ? "" : `, for ${Math.round(silentMs / 1000)} s`;
          this.#change({ state: null, failure: describeError(error) + since });
          onChange();
          return;
        }
      }
      await this.#clock.sleep(POLL_MS, signal.aborted ? never : signal);
    }
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    if (!this.ok) return;
    try {
      await step();
    } catch (error) {
      const state = this.#progress.state === "queued" ? "queued" : null;
      this.#change({ state, failure: describeError(error) });
    }
  }

  #change(change: Partial<HostProgress>): void {
    this.#progress = { ...this.#progress, ...change };
  }
}

/** The results are at the collector when a job cools down. */
function isOver(state: JobState): boolean {
  return ["cooling", "done", "failed", "cancelled", "interrupted"].includes(state);
}

function verbOf(state: JobState): string {
  return state === "cancelled"
    ? "was cancelled"
    : state === "interrupted"
    ? "was interrupted"
    : "failed";
}
