import { checkNames, OptionError } from "../../internal/mod.ts";
import { errorResponse } from "../api/errors.ts";
import { createGuard, type Guard, withHost } from "../api/guard.ts";
import { checkLimits } from "../api/limits.ts";
import { type AgentAddress, type AgentSecurity, checkSecurity } from "../api/security.ts";
import { serve } from "../api/serve.ts";
import { isThisMachine } from "../rpc/address.ts";
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
  const limits = checkLimits("the collector's limits", options.limits ?? {}, DEFAULTS);
  const { token = null, ...rest } = options.security ?? {};
  const { hostname = "127.0.0.1", port = DEFAULT_PORT } = address;
  if (token === null && !isThisMachine(hostname.toLowerCase())) {
    throw new OptionError(
      "token",
      `a collector at ${hostname} needs a token: without, whoever reaches it could fill this disk`,
    );
  }
  const open = token === null ? { goloCompat: true } : {};
  const security = checkSecurity({ hostname, port }, { ...rest, ...open, token });
  const closing = new AbortController();
  const jobs = new CollectedJobs(openStore(options.store, limits));
  const collecting: Collecting = {
    jobs,
    limits: { ...limits, closing: closing.signal },
    pushing: 0,
  };
  const guard = createGuard(security);
  return serve(security, {
    closing,
    answer: (request, remote) => answer(collecting, guard, request, remote, onError),
    closed: () => jobs[Symbol.asyncDispose](),
  });
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
