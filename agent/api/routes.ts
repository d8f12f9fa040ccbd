import { VERSION } from "../../internal/mod.ts";
import type { JobSpec } from "../job.ts";
import { JOB_STATES } from "../job_states.ts";
import type { JobQueue } from "../queue.ts";
import { type AgentStore, isEnd } from "../store/mod.ts";
import { json, jsonText, showJob, showUpload } from "./answers.ts";
import { type BodyLimits, readText } from "./body.ts";
import { HttpError } from "./errors.ts";
import { invalidUpload, type JobLimits, type JobRequest, readJobRequest } from "./job_request.ts";
import { readLog } from "./logs.ts";
import { isMultipart } from "./multipart.ts";
import { prometheusText, type ServedCounts } from "./prometheus.ts";
import { receiveUpload } from "./upload.ts";

/** What the routes work on. */
export interface Api {
  readonly store: AgentStore;
  readonly queue: JobQueue;
  /** Folder of all logs. */
  readonly logs: string;
  readonly limits: JobLimits & BodyLimits & {
    readonly maxBodyBytes: number;
    readonly maxUploads: number;
  };
  readonly served: ServedCounts;
  /** Uploads that come now. */
  uploading: number;
}

/** What one route is called with. */
interface Call {
  readonly api: Api;
  readonly request: Request;
  readonly query: URLSearchParams;
  /** What stands for `{id}`. */
  readonly id: string;
}

type Handler = (call: Call) => Response | Promise<Response>;

/** A path of the API, and what may be asked of it. */
export interface Route {
  /** As in OpenAPI: `{id}` stands for one part. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
  /** Answers without a token. */
  readonly open?: boolean;
}

const MAX_PAGE = 1000;

/** All paths. */
export const ROUTES: readonly Route[] = [
  { path: "/upload", methods: { POST: upload } },
  { path: "/queue", methods: { POST: enqueue } },
  { path: "/jobs", methods: { GET: listJobs } },
  { path: "/jobs/{id}", methods: { GET: getJob, DELETE: cancelJob } },
  {
    path: "/jobs/{id}/logs",
    methods: { GET: ({ api, id, query }) => readLog(api.queue, id, api.logs, query) },
  },
  {
    path: "/binaries",
    methods: {
      GET: ({ api }) => json(200, { binaries: api.store.uploads.list().map(showUpload) }),
    },
  },
  { path: "/binaries/{id}", methods: { DELETE: removeUpload } },
  {
    path: "/healthz",
    methods: { GET: () => json(200, { status: "ok", version: VERSION }) },
    open: true,
  },
  {
    path: "/metrics",
    methods: {
      GET: ({ api: { store, queue, served } }) =>
        new Response(prometheusText(store, queue, served), {
          headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
        }),
    },
  },
  {
    path: "/openapi.json",
    methods: { GET: async () => json(200, (await import("./openapi.ts")).OPENAPI) },
  },
];

/** The route of a path, and what stands for its `{id}`; null for none. */
export function findRoute(pathname: string): { route: Route; id: string } | null {
  const parts = pathname.split("/");
  for (const route of ROUTES) {
    const wanted = route.path.split("/");
    if (wanted.length !== parts.length) continue;
    if (!wanted.every((part, i) => part === parts[i] || (part === "{id}" && parts[i] !== ""))) {
      continue;
    }
    return { route, id: parts[wanted.indexOf("{id}")] ?? "" };
  }
  return null;
}

async function upload({ api, request }: Call): Promise<Response> {
  const { limits, served, store } = api;
  if (api.uploading >= limits.maxUploads) {
    const message = `${limits.maxUploads} uploads are coming already`;
    throw new HttpError(429, message, { "retry-after": "10" });
  }
  api.uploading++;
  try {
    const { id, bytes } = await receiveUpload(request, store.uploads, limits);
    served.uploads++;
    served.uploadedBytes += bytes;
    return jsonText(200, `{"binary": "${id}"}`);
  } finally {
    api.uploading--;
  }
}

async function enqueue(call: Call): Promise<Response> {
  const { api: { limits, queue, store }, request } = call;
  // The seed's README names this path for uploads too. Nothing is asked of another Content-Type:
  // golo-cli sends none.
  if (isMultipart(request.headers.get("content-type"))) return await upload(call);
  const text = await readText(request, limits.maxBodyBytes, limits);
  const asked = readJobRequest(text, limits);
  // What is found is needed at once: nobody removes it in between.
  const load = asked.load.kind === "source"
    ? await storeModule(asked.load, store)
    : findLoad(asked.load, store);
  const { id } = await queue.add({ ...asked, load });
  return jsonText(201, `{"queued": true}`, { location: `/jobs/${id}` });
}

function findLoad(load: JobSpec["load"], { uploads }: AgentStore): JobSpec["load"] {
  if (load.kind === "binary") {
    if (uploads.get(load.binary)?.kind === "binary") return load;
    throw invalidUpload("binary", load.binary);
  }
  const kind = uploads.get(load.archive)?.kind;
  if (kind === "archive" || kind === "bundle") return load;
  throw invalidUpload("script", load.archive);
}

/** Keeps the module that came with a job: it goes with it. */
async function storeModule(
  { source, agents }: Extract<JobRequest["load"], { kind: "source" }>,
  { uploads }: AgentStore,
): Promise<JobSpec["load"]> {
  const file = await uploads.begin("bundle");
  try {
    await file.write(new TextEncoder().encode(source));
    const { id } = await file.commit();
    return { kind: "script", archive: id, ...(agents === undefined ? {} : { agents }) };
  } finally {
    await file.abort();
  }
}

function listJobs({ api: { queue }, query }: Call): Response {
  const state = query.get("state");
  const limit = Number(query.get("limit") ?? 100);
  const after = query.get("after");
  if (state !== null && !JOB_STATES.some((known) => known === state)) {
    throw new HttpError(400, `state must be one of ${JOB_STATES.join(", ")}`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new HttpError(400, `limit must be a whole number from 1 to ${MAX_PAGE}`);
  }
  const from = after === null ? 0 : queue.jobs.get(after)?.seq;
  if (from === undefined) throw new HttpError(400, "after must be the id of a job");
  const page: unknown[] = [];
  let next: string | null = null;
  let last = "";
  for (const { seq, job } of queue.jobs.all()) {
    if (seq <= from || (state !== null && job.state !== state)) continue;
    if (page.length === limit) {
      next = last;
      break;
    }
    // Places in the queue would be counted anew for each.
    page.push({ ...job, progress: queue.progress(job.id) });
    last = job.id;
  }
  return json(200, { jobs: page, next });
}

function getJob({ api: { queue }, id }: Call): Response {
  const record = queue.jobs.get(id);
  if (record === undefined) throw noJob(id);
  return json(200, showJob(record.job, queue));
}

/** 200 for a job that is cancelled, 202 for one that is being ended. */
async function cancelJob({ api: { queue }, id }: Call): Promise<Response> {
  if (queue.jobs.get(id) === undefined) throw noJob(id);
  const job = await queue.cancel(id);
  return json(isEnd(job.state) ? 200 : 202, showJob(job, queue));
}

async function removeUpload({ api: { store, queue }, id }: Call): Promise<Response> {
  if (queue.needs(id)) throw new HttpError(409, `a job that is not over needs ${id}`);
  if (await store.uploads.remove(id)) return new Response(null, { status: 204 });
  throw new HttpError(404, `there is no upload ${JSON.stringify(id)}`);
}

function noJob(id: string): HttpError {
  return new HttpError(404, `there is no job ${JSON.stringify(id)}`);
}
