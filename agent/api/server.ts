import { checkNames, OptionError } from "../../internal/mod.ts";
import { MAX_SECONDS } from "../job.ts";
import type { JobQueue } from "../queue.ts";
import type { AgentStore } from "../store/mod.ts";
import { errorResponse, HttpError } from "./errors.ts";
import { createGuard, type Guard, withHost } from "./guard.ts";
import { checkLimits } from "./limits.ts";
import { type Api, findRoute } from "./routes.ts";
import { type AgentAddress, type AgentSecurity, checkSecurity } from "./security.ts";
import { serve } from "./serve.ts";

/** What clients may ask for. */
export interface AgentLimits {
  /** Uploads at once. Default: 8 */
  readonly maxUploads?: number;
  /** Most bytes of the JSON of a job, with the module it may carry. Default: 4 MiB */
  readonly maxBodyBytes?: number;
  /** Time in which 16 KiB of a body have to come, ms. Default: 30,000 */
  readonly stallMs?: number;
  /** Most users of a job. Default: 100,000 */
  readonly maxUsers?: number;
  /** Longest duration of a job, s. Default: 7 days */
  readonly maxDuration?: number;
}

/** One line of the audit log: who asked for what, and what was answered. */
export interface AuditEvent {
  /** ISO 8601. */
  readonly at: string;
  /** Address that it came from. */
  readonly remote: string;
  /** Of HTTP. */
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Of the answer. */
  readonly status: number;
}

/** What an agent's API is made of. */
export interface AgentApiOptions {
  /** Where to listen. Default: `127.0.0.1:8081` */
  readonly address?: AgentAddress;
  /** What the agent keeps. */
  readonly store: AgentStore;
  /** The queue that a worker empties. */
  readonly agent: JobQueue;
  /** Folder of all logs: a job's are in `<logs>/<name>/`. */
  readonly logs: string;
  /** Who may use it. */
  readonly security: AgentSecurity;
  /** What they may ask for. */
  readonly limits?: AgentLimits;
  /** RPC address of jobs that name none, on this machine. Default: `127.0.0.1:9999` */
  readonly rpcAddress?: string;
  /** Most agents of a pool that a job may ask for; 0 without one. Default: 0 */
  readonly maxAgents?: number;
  /** Told of every request that changes something or is refused. Default: nobody */
  readonly onAudit?: (event: AuditEvent) => void;
  /** Told what went wrong inside, where the answer only says 500. Default: nobody */
  readonly onError?: (error: unknown) => void;
}

/** An agent's API that listens. Leaving its scope closes it. */
export interface AgentServer extends AsyncDisposable {
  /** Its base, as in `http://127.0.0.1:8081`. */
  readonly url: string;
  /** TCP port that it listens on. */
  readonly port: number;
  /** Answers what was asked, gives up bodies that still come, and lets go of the port. */
  close(): Promise<void>;
}

const OPTIONS = [
  ...["address", "store", "agent", "logs", "security", "limits", "rpcAddress", "onAudit"],
  "maxAgents",
  "onError",
];
const DEFAULTS: Required<AgentLimits> = {
  maxUploads: 8,
  maxBodyBytes: 4 * 1024 ** 2,
  stallMs: 30_000,
  maxUsers: 100_000,
  maxDuration: 7 * 24 * 3600,
};

/**
 * Serves an agent's HTTP API (reference `agent.md`, "HTTP API"; `GET /openapi.json` has all of it).
 *
 * @throws {OptionError} for settings that would let others run programs here
 * @throws {AgentError} `address_in_use`, `listen_failed`
 */
export function startApi(options: AgentApiOptions): AgentServer {
  checkNames("startApi", options, OPTIONS);
  const { address = {}, store, agent, logs, onAudit = () => {}, onError = () => {} } = options;
  const security = checkSecurity(address, options.security);
  const limits = checkLimits("the agent's limits", options.limits ?? {}, DEFAULTS);
  if (limits.maxDuration > MAX_SECONDS) {
    const message = `maxDuration is ${limits.maxDuration}: give seconds up to ${MAX_SECONDS}`;
    throw new OptionError("maxDuration", message);
  }
  const closing = new AbortController();
  const api: Api = {
    ...{ store, logs },
    queue: agent,
    limits: {
      ...limits,
      ...(options.rpcAddress === undefined ? {} : { rpcAddress: options.rpcAddress }),
      maxAgents: options.maxAgents ?? 0,
      closing: closing.signal,
    },
    served: {
      answers: new Map(),
      uploads: 0,
      uploadedBytes: 0,
      startedAtMs: performance.now(),
    },
    uploading: 0,
  };
  const guard = createGuard(security);
  return serve(security, {
    closing,
    async answer(request, remote) {
      const response = await answer(api, guard, request, remote, onError);
      const { status } = response;
      if (request.method !== "GET" || status >= 400) {
        const at = store.now().toISOString();
        onAudit({ at, remote, method: request.method, path: pathOf(request), status });
      }
      return response;
    },
  });
}

async function answer(
  api: Api,
  guard: Guard,
  request: Request,
  remote: string,
  onError: (error: unknown) => void,
): Promise<Response> {
  const path = pathOf(request);
  const found = findRoute(path);
  let response: Response;
  try {
    if (found?.route.open !== true) guard(withHost(request), remote);
    if (found === null) throw new HttpError(404, `${JSON.stringify(path)} does not exist`);
    const { route, id } = found;
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (!Object.hasOwn(route.methods, method)) {
      const message = `Method ${JSON.stringify(request.method)} is not supported`;
      throw new HttpError(405, message, { allow: Object.keys(route.methods).join(", ") });
    }
    const query = new URL(request.url).searchParams;
    response = await route.methods[method]!({ api, request, query, id });
  } catch (error) {
    response = errorResponse(error);
    if (response.status === 500) onError(error);
  }
  const known = found === null ? "other" : found.route.path;
  const method = found !== null && /^(GET|HEAD|POST|DELETE)$/.test(request.method)
    ? request.method
    : "other";
  const key = `${method} ${known} ${response.status}`;
  api.served.answers.set(key, (api.served.answers.get(key) ?? 0) + 1);
  return response;
}

/** The path without its escapes, as Go has it; as it came, where they make no text. */
function pathOf(request: Request): string {
  const { pathname } = new URL(request.url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
