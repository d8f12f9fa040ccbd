import { currentContext } from "../metrics/mod.ts";
import { Client } from "./client.ts";
import type { CallOptions } from "./call_options.ts";
import { Request } from "./request.ts";
import type { Response } from "./response.ts";

const CLIENT = Symbol("downpour.http.client");

/**
 * Sends a request with the default client of the running virtual user (of the process, outside a
 * load test). As on the web it rejects when there is no response at all, whatever its status.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { fetch } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * const response = await fetch(`${target.url}/post`, {
 *   method: "POST",
 *   json: { name: "k6" },
 *   headers: { Connection: "close" },
 * });
 * assert.equal(response.status, 200);
 * ```
 */
export function fetch(
  input: string | URL | Request,
  options: CallOptions & { method?: string } = {},
): Promise<Response> {
  const { method, ...rest } = options;
  const call: CallOptions = { ...rest, throw: rest.throw ?? true };
  if (input instanceof Request) {
    if (method === undefined) return defaultClient().request(input, call);
    return defaultClient().request(new Request(input.url, { ...input.options, method }), call);
  }
  return defaultClient().request(method ?? "GET", input, call);
}

function defaultClient(): Client {
  const { locals, owned } = currentContext();
  let client = locals.get(CLIENT) as Client | undefined;
  if (client === undefined) {
    client = new Client();
    // It lives as long as its user, not only to the end of the iteration that needed it first.
    owned?.delete(client);
    locals.set(CLIENT, client);
  }
  return client;
}
