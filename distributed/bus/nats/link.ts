import type { JetStreamManager } from "@nats-io/jetstream";
import { connect, type Connection, type JetStream, jetStream } from "../../../nats/mod.ts";
import { NatsError } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import { matches } from "../subjects.ts";
import { lostError, refused } from "./failures.ts";
import type { NatsBusSettings } from "./options.ts";

/** Between two attempts to connect at first, milliseconds. */
const CONNECT_PAUSE_MS = 250;

/** A connection to NATS and what is known of it. */
export interface NatsLink {
  readonly connection: Connection;
  readonly js: JetStream;
  /** Whether it is connected right now. */
  readonly connected: boolean;
  /** Calls `on` with each change of `connected`. Returns what ends that. */
  watch(on: (connected: boolean) => void): () => void;
  /** Aborted when it is closed for good. */
  readonly ended: AbortSignal;
  /** Rejects when the servers refuse to take such a subject, for as long as `signal` isn't aborted. */
  refusal(subject: string, signal: AbortSignal): Promise<never>;
  /** What asks for single messages of streams. */
  manager(): Promise<JetStreamManager>;
  close(): Promise<void>;
}

/** Connects. @throws {PoolError} `bus_lost`, `bus_refused` */
export async function openLink(settings: NatsBusSettings): Promise<NatsLink> {
  const { connect: options, connectMs, time } = settings;
  const until = time.now() + connectMs;
  for (;;) {
    try {
      return natsLink(await connect(options), settings.answerMs);
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      const { urls = "nats://127.0.0.1:4222" } = options;
      const what = `connect to ${[urls].flat().map(withoutUser).join(", ")}`;
      if (error.errorCode === 1003 || error.reason === "authorization") throw refused(what, error);
      if (time.now() >= until) throw lostError(what, error);
      await time.sleep(CONNECT_PAUSE_MS);
    }
  }
}

/** An address without user and password. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?[^@/]*@/i, "$1");
}

function natsLink(connection: Connection, answerMs: number): NatsLink {
  // What is in doubt is sent again from here: nobody needs to be warned of it.
  const js = jetStream(connection, { timeout: answerMs, onLedger: () => {} });
  const watchers = new Set<(connected: boolean) => void>();
  const refusals = new Map<string, Set<(error: Error) => void>>();
  const ended = new AbortController();
  let manager: Promise<JetStreamManager> | undefined;
  let connected = true;

  const turn = (to: boolean) => {
    if (connected === to) return;
    connected = to;
    for (const on of [...watchers]) on(to);
  };
  void followStatus();
  connection.onError((error) => {
    const { cause } = error;
    if (error.reason !== "permission_denied" || !(cause instanceof Error)) return;
    const { subject } = cause as Error & { subject?: unknown };
    for (const [pattern, waiting] of refusals) {
      if (matches(pattern, String(subject))) { for (const reject of waiting) reject(error); }
    }
  });
  void connection.closed().then(() => {
    turn(false);
    ended.abort();
  });

  async function followStatus(): Promise<void> {
    for await (const { type } of connection.core.status()) {
      if (type === "disconnect") turn(false);
      else if (type === "reconnect") turn(true);
    }
  }

  return {
    connection,
    js,
    get connected() {
      return connected;
    },
    watch(on) {
      watchers.add(on);
      return () => void watchers.delete(on);
    },
    ended: ended.signal,
    refusal(subject, signal) {
      return new Promise((_, reject) => {
        const waiting = refusals.get(subject) ?? new Set();
        refusals.set(subject, waiting.add(reject));
        signal.addEventListener("abort", () => {
          waiting.delete(reject);
          if (waiting.size === 0) refusals.delete(subject);
        });
      });
    },
    manager: () =>
      manager ??= import("@nats-io/jetstream").then(({ jetstreamManager }) =>
        jetstreamManager(connection.core, { checkAPI: false, timeout: answerMs })
      ),
    async close() {
      turn(false);
      ended.abort();
      await connection.close().catch(() => {}); // Closed by an error before.
    },
  };
}

/** Resolves when it is connected, has ended, after `ms`, or when aborted. */
export async function untilConnected(
  link: NatsLink,
  { time }: Pick<NatsBusSettings, "time">,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  if (link.connected || link.ended.aborted || ms <= 0) return;
  const over = new AbortController();
  const end = () => over.abort();
  const unwatch = link.watch(end);
  link.ended.addEventListener("abort", end);
  signal?.addEventListener("abort", end);
  await time.sleep(ms, over.signal);
  unwatch();
  link.ended.removeEventListener("abort", end);
  signal?.removeEventListener("abort", end);
}

/** Refuses to go on with a bus that is closed. @throws {PoolError} `bus_lost` */
export function checkOpen(link: NatsLink, what: string): void {
  if (link.ended.aborted) throw new PoolError("bus_lost", `${what}: the bus is closed`);
}
