import { describeError, DownpourError } from "../../internal/mod.ts";

/** A request that can't be done; the code is `api_` and its status. */
export class ApiError extends DownpourError {
  override readonly name: string = "ApiError";

  constructor(
    /** Of HTTP. */
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`api_${status}`, detail);
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: HeadersInit = {}): Response {
  const all = new Headers(headers);
  all.set("content-type", "application/json; charset=utf-8");
  all.set("cache-control", "no-store");
  return new Response(JSON.stringify(body), { status, headers: all });
}

/** What went wrong, as JSON:API has it. */
export function errorResponse(error: unknown): Response {
  const { status, title, headers } = error instanceof ApiError
    ? error
    : { status: 500, title: "Internal error", headers: {} };
  const detail = describeError(error);
  return json(status, { errors: [{ status: String(status), title, detail }] }, headers);
}
