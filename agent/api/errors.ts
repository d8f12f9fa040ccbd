import { DownpourError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";

/** A request that is answered by an error; the code is `http_` and its status. */
export class HttpError extends DownpourError {
  override readonly name: string = "HttpError";

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(`http_${status}`, message, { cause });
  }
}

/** Statuses of what goes wrong below. An upload answers 400 where its disk is at fault: `upload.ts`. */
const STATUSES: Readonly<Record<string, number>> = {
  job_unknown: 404,
  job_over: 409,
  queue_full: 429,
  upload_exists: 400,
  upload_too_large: 413,
  disk_full: 507,
  store_full: 507,
  store_write_failed: 500,
};

/** The answer to what went wrong: a line of text, as Go's `http.Error` writes it. */
export function errorResponse(error: unknown): Response {
  if (error instanceof HttpError) return text(error.status, error.message, error.headers);
  if (error instanceof AgentError) {
    const status = STATUSES[error.code] ?? 500;
    return text(status, error.message, status === 429 ? { "retry-after": "10" } : {});
  }
  return text(500, "internal error");
}

function text(status: number, message: string, more: Readonly<Record<string, string>> = {}) {
  const headers = new Headers(more);
  headers.set("content-type", "text/plain; charset=utf-8");
  headers.set("x-content-type-options", "nosniff");
  headers.set("cache-control", "no-store");
  return new Response(`${message}\n`, { status, headers });
}
