import { checkNames, OptionError } from "../../internal/mod.ts";
import { errorResponse } from "../api/errors.ts";
import { createGuard, type Guard, withHost } from "../api/guard.ts";
import {
  type AgentAddress,
  type AgentSecurity,
  checkSecurity,
  isLoopback,
} from "../api/security.ts";
import { AgentError } from "../errors.ts";
import { fileStore } from "./file_store.ts";
import { influxStore } from "./influx_store.ts";
import { CollectedJobs } from "./jobs.ts";
import { serverUrl } from "./pusher_options.ts";
import { answerCollector, type Collecting } from "./routes.ts";
import type { ResultStore } from "./store.ts";

/** Where a collector keeps results. */
export type CollectorStore =
  /** Files in a folder: a job's are in `<folder>/<name>/`. */
  | { readonly kind: "files"; readonly folder: string }
  /** InfluxDB 1.x at a URL, a database for each job. */
  | {
    readonly kind: "influxdb";
    readonly url: string;
    readonly user?: { readonly name: string; readonly password: string };
  };

/** Bounds of a collector. */
export interface CollectorLimits {
  /** Most bytes of one push. Default: 8 MiB */
  readonly maxBodyBytes?: number;
  /** Pushes at once; further ones are answered 503. Default: 32 */
  readonly maxPushes?: number;
  /** Time in which 16 KiB of a push have to come, ms. Default: 30,000 */
  readonly stallMs?: number;
  /** Most bytes of a job's run in files. Default: 4 GiB */
  readonly maxJobBytes?: number;
  /** Most jobs in files. Default: 10,000 */
  readonly maxJobs?: number;
}

/** What a collector is made of. */
export interface CollectorOptions {
  /** Default: `127.0.0.1`, port 8082, the reference's. */
  readonly address?: AgentAddress;
  /** Where results are kept. */
  readonly store: CollectorStore;
  /** Who may push and read. Default: every program of this machine; others need a token. */
  readonly security?: Partial<AgentSecurity>;
  /** What pushes and jobs may take. */
  readonly limits?: CollectorLimits;
  /** Told what went wrong inside, where the answer only says 500. Default: nobody */
  readonly onError?: (error: unknown) => void;
}

/** A collector that listens. Leaving its scope closes it. */
export interface CollectorServer extends AsyncDisposable {
  /** Its base, as in `http://127.0.0.1:8082`. */
  readonly url: string;
  /** TCP port that it listens on. */
  readonly port: number;
  /** Answers what was asked, gives up bodies that still come, and lets go of port and files. */
  close(): Promise<void>;
}

const OPTIONS = ["address", "store", "security", "limits", "onError"];
const DEFAULT_PORT = 8082;
const DEFAULTS: Required<CollectorLimits> = {
  maxBodyBytes: 8 * 1024 ** 2,
  maxPushes: 32,
  stallMs: 30_000,
  maxJobBytes: 4 * 1024 ** 3,
  maxJobs: 10_000,
};

/**
 * Takes the results of agents, ours and go-lo's, keeps them and sums them up; `answerCollector` has
 * its paths. A push that is answered 200 is in the files, and outlives the collector's death, but
 * not a power cut right after it.
 *
 * @throws {OptionError} for settings that can't be used
 * @throws {AgentError} `address_in_use`, `listen_failed`
 */
export function startCollector(options: CollectorOptions): CollectorServer {
  checkNames("startCollector", options, OPTIONS);
  const { address = {}, onError = () => {} } = options;
  const limits = checkLimits(options.limits ?? {});
  const { token = null, ...rest } = options.security ?? {};
  const { hostname = "127.0.0.1", port = DEFAULT_PORT } = address;
  if (token === null && !isLoopback(hostname) && hostname.toLowerCase() !== "localhost") {
    throw new OptionError(
      "token",
      `a collector at ${hostname} needs a token: without, whoever reaches it could fill this disk`,
    );
  }
  const open = token === null ? { goloCompat: true } : {};
  const security = checkSecurity({ hostname, port }, { ...rest, ...open, token });
  const [closing, cut] = [new AbortController(), new AbortController()];
  const jobs = new CollectedJobs(openStore(options.store, limits));
  const collecting: Collecting = {
    jobs,
    limits: { ...limits, closing: closing.signal },
    pushing: 0,
  };
  const guard = createGuard(security);
  const pending = new Set<Promise<Response>>();
  let unread = false;

  const handler: Deno.ServeHandler<Deno.NetAddr> = async (request, { remoteAddr }) => {
    const answering = answer(collecting, guard, request, remoteAddr.hostname, onError);
    pending.add(answering);
    const response = await answering;
    pending.delete(answering);
    unread ||= request.body !== null && (response.status >= 400 || !request.bodyUsed);
    return response;
  };

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const at = { hostname: security.hostname, port: security.port, signal: cut.signal };
    server = Deno.serve({ ...at, onListen: () => {}, ...(security.tls ?? {}) }, handler);
  } catch (cause) {
    const code = cause instanceof Deno.errors.AddrInUse ? "address_in_use" : "listen_failed";
    const message = `can't listen on ${security.hostname}:${security.port}`;
    throw new AgentError(code, message, { phase: "listen", cause });
  }
  const host = security.hostname.includes(":") ? `[${security.hostname}]` : security.hostname;
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled(pending);
    // A shutdown waits for the rest of every body, for as long as whoever sends it likes.
    if (!unread) await server.shutdown();
    else {
      cut.abort();
      await server.finished;
    }
    await jobs[Symbol.asyncDispose]();
  };
  let closed: Promise<void> | null = null;
  return {
    url: `http${security.tls === null ? "" : "s"}://${host}:${server.addr.port}`,
    port: server.addr.port,
    close: () => closed ??= close(),
    [Symbol.asyncDispose]: () => closed ??= close(),
  };
}

async function answer(
  collecting: Collecting,
  guard: Guard,
  request: Request,
  remote: string,
  onError: (error: unknown) => void,
): Promise<Response> {
  try {
    guard(withHost(request), remote);
    return await answerCollector(collecting, request);
  } catch (error) {
    const response = errorResponse(error);
    if (response.status === 500) onError(error);
    return response;
  }
}

function openStore(store: CollectorStore, limits: Required<CollectorLimits>): ResultStore {
  switch (store.kind) {
    case "files":
      return fileStore(store.folder, limits);
    case "influxdb":
      return influxStore({
        url: serverUrl(store.url, "store.url", "http://localhost:8086"),
        user: store.user ?? null,
      });
    default:
      throw new OptionError(
        "store",
        `store.kind is ${
          JSON.stringify((store as { kind: unknown }).kind)
        }: choose files or influxdb`,
      );
  }
}

function checkLimits(given: CollectorLimits): Required<CollectorLimits> {
  checkNames("the collector's limits", given, Object.keys(DEFAULTS));
  const limits = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new OptionError(name, `${name} must be a whole number from 1 on: ${value}`);
  }
  return limits;
}
