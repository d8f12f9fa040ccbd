import { describeError, VERSION } from "../../internal/mod.ts";
import { HttpError } from "../api/errors.ts";
import { pointLines } from "./points.ts";
import type { Pushed, ResultStore } from "./store.ts";

/** An InfluxDB 1.x that takes results. */
export interface InfluxTarget {
  /** For example `http://localhost:8086`. */
  readonly url: URL;
  /** Null where it asks for none. */
  readonly user: { readonly name: string; readonly password: string } | null;
}

/** Longest time for one request, milliseconds: less than a pusher waits for its answer. */
const REQUEST_MS = 8000;
const BATCH = 256;

/**
 * Hands results on to InfluxDB 1.x, a database for each job, which is made before its first point.
 * Nothing is kept here: while the database takes none, neither does the collector, and pushers wait.
 */
export function influxStore({ url, user }: InfluxTarget): ResultStore {
  const jobs = new Set<string>();
  const headers: Record<string, string> = { "user-agent": `Downpour/${VERSION}` };
  if (user !== null) {
    const pair = new TextEncoder().encode(`${user.name}:${user.password}`);
    headers["authorization"] = `Basic ${pair.toBase64()}`;
  }

  async function ask(path: string, query: Record<string, string>, body: string): Promise<Answer> {
    const to = new URL(url);
    to.pathname = `${to.pathname.replace(/\/+$/, "")}${path}`;
    for (const [name, value] of Object.entries(query)) to.searchParams.set(name, value);
    try {
      const signal = AbortSignal.timeout(REQUEST_MS);
      const response = await fetch(to, {
        method: "POST",
        headers,
        body,
        signal,
        redirect: "manual",
      });
      return { status: response.status, text: (await response.text()).trim().slice(0, 300) };
    } catch (error) {
      throw unavailable(
        `InfluxDB at ${url.origin} can't be reached: ${describeError(error)}`,
        error,
      );
    }
  }

  async function createDatabase(job: string): Promise<void> {
    const name = job.replace(/[\\"]/g, "\\$&");
    const { status, text } = await ask("/query", { q: `CREATE DATABASE "${name}"` }, "");
    // Errors of a statement come in an answer of 200.
    if (status === 200 && !text.includes('"error"')) return;
    throw unavailable(`InfluxDB at ${url.origin} makes no database: ${status} ${text}`);
  }

  async function write(job: string, lines: string): Promise<void> {
    const { status, text } = await ask("/write", { db: job, precision: "ns" }, lines);
    if (status === 204 || status === 200) return;
    const message = `InfluxDB at ${url.origin} answers ${status}: ${text}`;
    // It wrote what it could of these, and will never take the rest.
    if (status === 400 || status === 413) throw new HttpError(422, message);
    throw unavailable(message);
  }

  return {
    list: () => Promise.resolve([...jobs].sort()),
    async open(job, create) {
      if (!create && !jobs.has(job)) return null;
      await createDatabase(job);
      jobs.add(job);
      let rank = 0;
      return {
        async append({ key, results }: Pushed) {
          if (results.length === 0) return;
          const first = key === null ? rank : key.sequence * BATCH;
          rank += results.length;
          const lines = pointLines(results, first, Date.now());
          try {
            await write(job, lines);
          } catch (error) {
            if (!(error instanceof HttpError && error.message.includes("database not found"))) {
              throw error;
            }
            await createDatabase(job);
            await write(job, lines);
          }
        },
        startRun: () => Promise.resolve(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function unavailable(message: string, cause?: unknown): HttpError {
  return new HttpError(503, message, { "retry-after": "1" }, cause);
}
