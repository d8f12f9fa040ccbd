import { OptionError } from "../internal/mod.ts";
import { currentContext } from "../metrics/mod.ts";
import { type BatchRequest, readBatchRequest } from "./batch_request.ts";
import { batchLimits } from "./defaults.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { sendTogether } from "./send_together.ts";

export type { BatchRequest } from "./batch_request.ts";

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
    .map(([name, request]) => [name, readBatchRequest(name, request)] as const);
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
