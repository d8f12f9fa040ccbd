import type { Job } from "../job.ts";
import type { JobQueue } from "../queue.ts";
import type { Upload } from "../store/mod.ts";

/** A job as the API shows it. */
export interface ShownJob extends Job {
  /** How much of its duration is over, 0 to 1. */
  readonly progress: number;
  /** Jobs that come before it; null when it doesn't wait. */
  readonly ahead: number | null;
}

/** An upload as the API shows it. */
export type ShownUpload = Omit<Upload, "path">;

/** An answer in JSON. */
export function json(status: number, body: unknown, more: HeadersInit = {}): Response {
  return jsonText(status, JSON.stringify(body), more);
}

/** An answer in JSON that is written as clients know it. */
export function jsonText(status: number, body: string, more: HeadersInit = {}): Response {
  const headers = new Headers(more);
  headers.set("content-type", "application/json");
  headers.set("cache-control", "no-store");
  return new Response(body, { status, headers });
}

/** One job. */
export function showJob(job: Job, queue: JobQueue): ShownJob {
  return { ...job, progress: queue.progress(job.id), ahead: queue.ahead(job.id) };
}

/** One upload, without where it is. */
export function showUpload({ id, kind, bytes, uploadedAt }: Upload): ShownUpload {
  return { id, kind, bytes, uploadedAt };
}
