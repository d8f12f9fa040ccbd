/** One request on its way to an endpoint. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** What follows the endpoint's name: `200` in `/status/200`; null without it. */
  readonly parameter: string | null;
  /** The client's address. */
  readonly origin: string;
  /** Aborts when the client goes away or the target shuts down. */
  signal(): AbortSignal;
}

/** An endpoint: one response for one request, nothing kept in between. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A request that an endpoint refuses; becomes a JSON error with this status. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A JSON response, indented as httpbin's are. */
export function json(value: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(value, null, 2) + "\n", { ...init, headers });
}

/** The JSON that every refused request gets. */
export function refuse(status: number, code: string, message: string): Response {
  return json({ error: { code, message } }, { status });
}

/** A non-negative number of a path or a query, checked against its bounds. */
export function numberIn(
  text: string | null,
  name: string,
  { min, max, whole = true }: { min: number; max: number; whole?: boolean },
): number {
  const form = whole ? /^\d{1,15}$/ : /^\d{1,15}(\.\d{1,15})?$/;
  const value = text !== null && form.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  const kind = whole ? "a whole number" : "a number";
  const got = JSON.stringify((text ?? "").slice(0, 64));
  throw new Refusal(400, "bad_parameter", `${name} must be ${kind} from ${min} to ${max}: ${got}`);
}

/** A delay that ends early, without an error, when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Puts a value under a key; a key seen before collects its values in a list. */
export function collect(pairs: Iterable<[string, string]>): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of pairs) {
    const before = result[key];
    if (before === undefined) result[key] = value;
    else if (Array.isArray(before)) before.push(value);
    else result[key] = [before, value];
  }
  return result;
}
