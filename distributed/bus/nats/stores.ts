import {
  JetStreamFailure,
  NatsError,
  type ServerConfig,
  type StreamOptions,
} from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import type { NatsLink } from "./link.ts";
import type { NatsBusSettings } from "./options.ts";
import type { Places } from "./places.ts";

/** How long anything is kept at most, seconds: a run that nobody cleared away. */
const MAX_AGE_S = 24 * 3600;
/** What jobs and keys may take up each, bytes. */
const SMALL_STORE_BYTES = 64 * 1024 * 1024;
/** Readers of one stream: one an agent. New servers allow 1,000 unless told. */
const MAX_CONSUMERS = 16_384;
/** How long an id is remembered, seconds. */
const ID_WINDOW_S = 120;
/** How long a cluster that has just been started may have too few servers at hand, milliseconds. */
const FORMING_MS = 2000;
/** Between two looks whether another member has made them, milliseconds. */
const LOOK_MS = 250;

/** Makes the streams of a pool where they aren't there. Called again, it looks again. */
export function storeMaker(
  { js, connection }: NatsLink,
  settings: NatsBusSettings,
  places: Places,
): () => Promise<void> {
  const { time } = settings;
  let making: Promise<void> | null = null;
  let formedAt: number | null = null;

  const make = async (stream: StreamOptions, replicas: number): Promise<void> => {
    try {
      await js.addStream({ ...stream, replicas });
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.code === "stream_exists") return; // Another was first.
      // NATS 2.9 may say this of the very stream, while another makes it.
      if (failure?.code === "subjects_overlap" && await isThere(stream)) return;
      // Servers that the connection doesn't show, or that have no JetStream.
      if (!isTooMany(failure) || replicas === 1) throw error;
      if (settings.replicas !== null) throw tooMany(replicas, error);
      formedAt ??= time.now() + FORMING_MS;
      const isForming = time.now() < formedAt;
      if (isForming) await time.sleep(LOOK_MS);
      await make(stream, isForming ? replicas : 1);
    }
  };
  const isThere = async (stream: StreamOptions): Promise<boolean> => {
    const found = await js.getStreamInfo(stream.name).catch(missing);
    if (found !== null) checkSubjects(stream, found.config.subjects);
    return found !== null;
  };
  /** Streams that are there keep their settings, but for what is asked for. */
  const adapt = async (stream: StreamOptions, found: ServerConfig): Promise<void> => {
    const { replicas } = settings;
    const storage = found["storage"] === "memory" ? "memory" : "file";
    if (settings.storage !== null && settings.storage !== storage) {
      throw new PoolError(
        "bus_refused",
        `the stream ${stream.name} is kept in ${storage}, which can't become ` +
          `${settings.storage}: ` +
          "remove it first, or choose another prefix",
      );
    }
    if (replicas === null || found["num_replicas"] === replicas) return;
    try {
      const [maxBytes, maxConsumers] = [found["max_bytes"], found["max_consumers"]].map(Number);
      await js.updateStream({ ...stream, storage, maxBytes, maxConsumers, replicas });
    } catch (error) {
      throw isTooMany(failureOf(error)) ? tooMany(replicas, error) : error;
    }
  };
  const ensure = async (stream: StreamOptions): Promise<void> => {
    const found = await js.getStreamInfo(stream.name).catch(missing);
    if (found !== null) {
      checkSubjects(stream, found.config.subjects);
      return await adapt(stream, found.config);
    }
    const replicas = settings.replicas ?? (serversOf(connection.info) >= 3 ? 3 : 1);
    await make(stream, replicas);
  };
  const all = async () => {
    for (const stream of streamsOf(settings, places)) await ensure(stream);
  };
  return async () => {
    making ??= all().finally(() => making = null);
    await making;
  };
}

/**
 * Waits until the streams are there; makes them unless the servers don't let this member.
 *
 * @throws {PoolError} `bus_refused` when nobody makes them in time
 */
export async function untilStores(
  { time, patienceMs, prefix }: NatsBusSettings,
  make: () => Promise<void>,
): Promise<void> {
  const until = time.now() + patienceMs;
  for (;;) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof NatsError) || error.reason !== "permission_denied") throw error;
      if (time.now() >= until) {
        throw new PoolError(
          "bus_refused",
          `the pool ${prefix} isn't set up, and this user may not do it: connect a coordinator first`,
          error,
        );
      }
      await time.sleep(LOOK_MS);
    }
  }
}

/** The streams of a pool. Keys and blobs are as NATS' own tools expect buckets to be. */
export function streamsOf(settings: NatsBusSettings, places: Places): StreamOptions[] {
  const { maxStoreBytes } = settings;
  const storage = settings.storage ?? "file";
  const common = {
    storage,
    maxAge: MAX_AGE_S,
    maxConsumers: MAX_CONSUMERS,
    // What is full refuses what is new, rather than to forget what isn't read yet.
    discard: "new",
    duplicateWindow: ID_WINDOW_S,
  } as const;
  return [
    {
      ...common,
      name: places.keysStream,
      subjects: [places.keySubject(">")],
      maxMsgsPerSubject: 1,
      maxBytes: SMALL_STORE_BYTES,
      allowRollup: true,
      denyDelete: true,
    },
    {
      ...common,
      name: places.blobsStream,
      subjects: [`$O.${places.blobs}.C.>`, `$O.${places.blobs}.M.>`],
      maxBytes: maxStoreBytes,
      allowRollup: true,
    },
    {
      ...common,
      name: places.log,
      subjects: [places.logSubject(">")],
      maxBytes: maxStoreBytes,
    },
    {
      ...common,
      name: places.jobs,
      subjects: [places.jobsSubject(">")],
      retention: "workqueue",
      maxBytes: SMALL_STORE_BYTES,
    },
  ];
}

function failureOf(error: unknown): JetStreamFailure | null {
  const failure = error instanceof NatsError ? error.cause : error;
  return failure instanceof JetStreamFailure ? failure : null;
}

/** More copies than there are servers: none that are fit for it, or no cluster. */
function isTooMany(failure: JetStreamFailure | null): boolean {
  return failure?.errCode === 10005 || failure?.errCode === 10074;
}

function tooMany(replicas: number, cause: unknown): PoolError {
  return new PoolError(
    "bus_refused",
    `${replicas} replicas need as many servers with JetStream: there are fewer`,
    cause,
  );
}

function checkSubjects({ name, subjects }: StreamOptions, found: unknown): void {
  const has = Array.isArray(found) ? found : [];
  if ([subjects].flat().every((subject) => has.includes(subject))) return;
  throw new PoolError(
    "bus_refused",
    `the stream ${name} is another's: its subjects are ${has.join(", ")} (choose another prefix)`,
  );
}

/** How many servers the cluster has, as far as it tells its clients. */
function serversOf(info: { connect_urls?: string[] } | undefined): number {
  return info?.connect_urls?.length ?? 1;
}

function missing(error: unknown): null {
  if (error instanceof NatsError && (error.errorCode === 1017 || error.errorCode === 1004)) {
    return null;
  }
  throw error;
}
