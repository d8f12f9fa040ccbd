import { Histogram, type Registry, type Tags } from "../metrics/mod.ts";

/** What one endpoint did: requests of one method to one `name`. */
export interface Endpoint {
  /** `GET` and so on; empty when untagged. */
  readonly method: string;
  /** The `name` tag: the URL, unless the script set another. */
  readonly name: string;
  requests: number;
  failed: number;
  /** `http_req_duration`, milliseconds. */
  readonly durations: Histogram;
}

/** What went wrong, and how often. */
export interface ErrorKind {
  /** For people: `503`, `connection refused (1212)`. */
  readonly label: string;
  /** The `error_code` tag, or an empty string. */
  readonly code: string;
  count: number;
}

/** One row an endpoint, busiest first, over the series that carry the tags of `where`. */
export function endpoints(
  metrics: Registry,
  where: Readonly<Record<string, string>> = {},
): Endpoint[] {
  const found = new Map<string, Endpoint>();
  const at = (tags: Tags): Endpoint | null => {
    for (const key in where) if (tags.get(key) !== where[key]) return null;
    const method = tags.get("method") ?? "";
    const name = tags.get("name") ?? tags.get("url") ?? "";
    const key = `${method} ${name}`;
    let endpoint = found.get(key);
    if (endpoint === undefined) {
      endpoint = { method, name, requests: 0, failed: 0, durations: new Histogram() };
      found.set(key, endpoint);
    }
    return endpoint;
  };
  for (const { tags, aggregate } of metrics.series("http_reqs")) {
    const endpoint = at(tags);
    if (endpoint !== null && aggregate.type === "counter") endpoint.requests += aggregate.total;
  }
  for (const { tags, aggregate } of metrics.series("http_req_failed")) {
    const endpoint = at(tags);
    if (endpoint !== null && aggregate.type === "rate") endpoint.failed += aggregate.passes;
  }
  for (const { tags, aggregate } of metrics.series("http_req_duration")) {
    const endpoint = at(tags);
    if (endpoint !== null && aggregate.type === "trend") {
      endpoint.durations.merge(aggregate.histogram);
    }
  }
  return [...found.values()].sort((a, b) => b.requests - a.requests);
}

/** `http://127.0.0.1:8000` when all names are URLs of that origin; else an empty string. */
export function sharedOrigin(names: readonly string[]): string {
  const origin = /^https?:\/\/[^/?#]+/.exec(names[0] ?? "")?.[0] ?? "";
  const shared = names.every((name) => name === origin || name.startsWith(`${origin}/`));
  return shared ? origin : "";
}

/** Names an endpoint for people: `GET /cart`, without the origin that it shares with the others. */
export function endpointLabel({ method, name }: Endpoint, origin: string): string {
  return `${method} ${origin === "" ? name : name.slice(origin.length) || "/"}`.trim();
}

/** Requests that failed, by kind, most frequent first. */
export function errorKinds(metrics: Registry): ErrorKind[] {
  const kinds = new Map<string, ErrorKind>();
  for (const { tags, aggregate } of metrics.series("http_reqs")) {
    if (aggregate.type !== "counter") continue;
    const code = tags.get("error_code") ?? "";
    const error = tags.get("error") ?? "";
    if (code === "" && error === "") continue;
    const label = errorLabel(tags.get("status") ?? "0", error, code);
    const kind = kinds.get(label) ?? { label, code, count: 0 };
    kinds.set(label, kind);
    kind.count += aggregate.total;
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

/** Names an error by its status where there was a response, else by its text and code. */
function errorLabel(status: string, error: string, code: string): string {
  if (status !== "0" && code === String(1000 + Number(status))) return `status ${status}`;
  if (error === "") return `error ${code}`;
  return code === "" ? error : `${error} (${code})`;
}
