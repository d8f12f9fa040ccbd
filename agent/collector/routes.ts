import { DeltaEncoder, Registry } from "../../metrics/mod.ts";
import { json } from "../api/answers.ts";
import { type BodyLimits, readText } from "../api/body.ts";
import { HttpError } from "../api/errors.ts";
import { isJobName } from "../job_name.ts";
import { readResult } from "../read_result.ts";
import type { ResultLine } from "../result.ts";
import { readBatchKey } from "./batch_keys.ts";
import { KEY_HEADER } from "./deliver.ts";
import type { CollectedJob, CollectedJobs } from "./jobs.ts";
import { summarizeJob } from "./summary.ts";
import { renderJobSummary } from "./table.ts";

/** What the routes work on. */
export interface Collecting {
  readonly jobs: CollectedJobs;
  readonly limits: BodyLimits & { readonly maxBodyBytes: number; readonly maxPushes: number };
  /** Pushes whose bodies are in memory. */
  pushing: number;
}

/** Media type of `GET /jobs/{job}/totals`. */
export const TOTALS_TYPE = "application/vnd.downpour.totals";

/**
 * Answers one request:
 *
 * - `POST /push/{job}` takes an array of results; 200 `{"collected", "duplicates", "rejected"}`
 * - `GET /jobs` names the jobs
 * - `GET /jobs/{job}/summary` sums one up, as JSON, or as a table with `?format=text`
 * - `GET /jobs/{job}/totals` gives what the summary is made of, to be merged with others
 * - `POST /jobs/{job}/runs` begins a new run: what came before is kept, and counts no more
 * - `GET /healthz`
 */
export async function answerCollector(collecting: Collecting, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, first = "", name = "", last] = pathname.split("/");
  const { jobs } = collecting;
  switch (
    last === undefined ? (name === "" ? `/${first}` : `/${first}/{job}`) : `/${first}/{job}/${last}`
  ) {
    case "/healthz":
      allow(request, "GET");
      return json(200, { status: "ok" });
    case "/push/{job}":
      allow(request, "POST");
      return await push(collecting, request, jobName(name));
    case "/jobs":
      allow(request, "GET");
      return json(200, { jobs: await jobs.list() });
    case "/jobs/{job}/summary":
      allow(request, "GET");
      return await summary(jobs, jobName(name), searchParams.get("format") ?? "json");
    case "/jobs/{job}/totals":
      allow(request, "GET");
      return await readJob(
        jobs,
        jobName(name),
        ({ totals }) =>
          new Response(encodeTotals(totals.registry), {
            headers: { "content-type": TOTALS_TYPE, "cache-control": "no-store" },
          }),
      );
    case "/jobs/{job}/runs":
      allow(request, "POST");
      await jobs.startRun(jobName(name));
      return json(201, { started: true });
    default:
      throw new HttpError(404, `${JSON.stringify(pathname)} does not exist`);
  }
}

async function push(collecting: Collecting, request: Request, job: string): Promise<Response> {
  const { jobs, limits } = collecting;
  if (collecting.pushing >= limits.maxPushes) {
    throw new HttpError(503, `${limits.maxPushes} pushes are coming already`, {
      "retry-after": "1",
    });
  }
  collecting.pushing++;
  try {
    const { results, rejected } = readResults(await readText(request, limits.maxBodyBytes, limits));
    const key = readBatchKey(request.headers.get(KEY_HEADER));
    return json(200, await jobs.push(job, { key, results, rejected }));
  } finally {
    collecting.pushing--;
  }
}

function readResults(text: string): { results: ResultLine[]; rejected: number } {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, "the body is not JSON", {}, cause);
  }
  if (!Array.isArray(entries)) throw new HttpError(400, "the body is not an array of results");
  const results: ResultLine[] = [];
  for (const entry of entries) {
    const result = readResult(entry);
    if (result !== null) results.push(result);
  }
  return { results, rejected: entries.length - results.length };
}

async function summary(jobs: CollectedJobs, name: string, format: string): Promise<Response> {
  if (format !== "json" && format !== "text") {
    throw new HttpError(400, `format must be json or text: ${JSON.stringify(format.slice(0, 20))}`);
  }
  return await readJob(jobs, name, ({ totals, duplicates, rejected }) => {
    const summed = summarizeJob(name, totals.registry);
    if (format === "json") return json(200, { ...summed, duplicates, rejected });
    return new Response(renderJobSummary(summed, { width: 120 }), {
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    });
  });
}

async function readJob(
  jobs: CollectedJobs,
  name: string,
  show: (job: CollectedJob) => Response,
): Promise<Response> {
  const response = await jobs.read(name, show);
  if (response !== null) return response;
  throw new HttpError(404, `there is no job ${JSON.stringify(name)}`);
}

/** Deltas of a copy, each behind its length: four bytes, the highest first. */
function encodeTotals(totals: Registry): Blob {
  const copy = new Registry({ maxSeries: Infinity, maxTagValues: Infinity });
  copy.merge(totals);
  const encoder = new DeltaEncoder(copy);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  while (encoder.pending) {
    const delta = encoder.encode();
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, delta.length);
    parts.push(length, new Uint8Array(delta));
  }
  return new Blob(parts);
}

function jobName(part: string): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch (cause) {
    throw new HttpError(400, "the job's name has a % that is no escape", {}, cause);
  }
  if (isJobName(name)) return name;
  throw new HttpError(400, `${JSON.stringify(name.slice(0, 60))} can't be a job's name`);
}

function allow({ method }: Request, allowed: "GET" | "POST"): void {
  if (method === allowed || (method === "HEAD" && allowed === "GET")) return;
  throw new HttpError(405, `Method ${JSON.stringify(method)} is not supported`, { allow: allowed });
}
