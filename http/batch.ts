import { OptionError } from "../internal/mod.ts";
import { currentContext } from "../metrics/mod.ts";
import { batchLimits } from "./defaults.ts";
import type { RequestOptions } from "./request_options.ts";
import { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { sendTogether } from "./send_together.ts";

/** One request of a batch: a URL for GET, a request, or method, URL and options. */
export type BatchRequest =
  | string
  | URL
  | Request
  | readonly [method: string, url: string | URL, options?: RequestOptions];

/** What a batch sends with. */
interface Sender {
  request(request: Request): Promise<Response>;
}

/** See `Client.batch`. @throws {OptionError} for what is no request */
export async function sendBatch<
  T extends readonly BatchRequest[] | Readonly<Record<string, BatchRequest>>,
>(
  client: Sender,
  requests: T,
  baseUrl: string | undefined,
): Promise<{ -readonly [K in keyof T]: Response }> {
  if (typeof requests !== "object" || requests === null) {
    throw new OptionError("requests", `batch takes a list or a record: ${String(requests)}`);
  }
  const entries = Object.entries(requests)
    .map(([name, request]) => [name, toRequest(request as BatchRequest)] as const);
  const responses = await sendTogether(
    entries.map(([, request]) => request),
    (request) => URL.parse(request.url, baseUrl)?.host ?? "",
    batchLimits(currentContext()),
    (request) => client.request(request),
  );
  const all = Array.isArray(requests)
    ? responses
    : Object.fromEntries(entries.map(([name], index) => [name, responses[index]]));
  return all as { -readonly [K in keyof T]: Response };
}

function toRequest(request: BatchRequest): Request {
  if (request instanceof Request) return request;
  if (typeof request === "string" || request instanceof URL) return new Request(request);
  if (!Array.isArray(request)) {
    throw new OptionError(
      "requests",
      `batch was given ${
        JSON.stringify(request)
      }: write a URL, a Request or [method, url, options]`,
    );
  }
  const [method, url, options] = request as [string, string | URL, RequestOptions?];
  return new Request(url, { ...options, method });
}
