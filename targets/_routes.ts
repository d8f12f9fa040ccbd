import { nearest } from "../internal/mod.ts";
import { type Call, type Handler, Refusal, refuse } from "./_call.ts";
import * as content from "./_content.ts";
import * as echo from "./_echo.ts";

interface Route {
  readonly handler: Handler;
  /** Null: every method. */
  readonly methods: readonly string[] | null;
  /** Whether something follows the name: `/status/200`. */
  readonly parameter: "required" | "optional" | "none";
}

const READ = ["GET", "HEAD"];

function route(
  handler: Handler,
  methods: readonly string[] | null = READ,
  parameter: Route["parameter"] = "none",
): Route {
  return { handler, methods, parameter };
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/": route(content.root),
  "/get": route(echo.get),
  "/post": route(echo.withBody, ["POST"]),
  "/put": route(echo.withBody, ["PUT"]),
  "/patch": route(echo.withBody, ["PATCH"]),
  "/delete": route(echo.withBody, ["DELETE"]),
  "/anything": route(echo.anything, null, "optional"),
  "/headers": route(echo.headers),
  "/cookies": route(echo.cookies),
  "/cookies/set": route(echo.setCookies),
  "/status": route(content.status, null, "required"),
  "/bytes": route(content.bytes, READ, "required"),
  "/stream": route(content.stream, READ, "required"),
  "/delay": route(content.delay, null, "required"),
  "/redirect": route(content.redirect, READ, "required"),
  "/gzip": route(content.gzip),
  "/deflate": route(content.deflate),
  "/json": route(content.document),
  "/sse": route(content.sse, ["GET"]),
};

/** Finds the endpoint of a request and answers it; a refused request gets a JSON error. */
export async function answer(
  request: Request,
  info: { origin: string; signal(): AbortSignal },
): Promise<Response> {
  const url = new URL(request.url);
  const [name, found, parameter] = find(url.pathname);
  if (found === undefined) return unknown(url.pathname);
  const { handler, methods } = found;
  if (methods !== null && !methods.includes(request.method)) {
    const allow = [...methods, "OPTIONS"].join(", ");
    if (request.method === "OPTIONS") {
      return new Response(null, { status: 204, headers: { allow } });
    }
    const response = refuse(405, "method_not_allowed", `${name} takes ${allow}: ${request.method}`);
    response.headers.set("allow", allow);
    return response;
  }
  const call: Call = { request, url, parameter, origin: info.origin, signal: info.signal };
  try {
    return await handler(call);
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.status, error.code, error.message);
    throw error;
  }
}

function find(path: string): [name: string, route: Route | undefined, parameter: string | null] {
  const whole = own(path);
  if (whole !== undefined && whole.parameter !== "required") return [path, whole, null];
  const slash = path.indexOf("/", 1);
  if (slash < 0) return [path, whole, null];
  const name = path.slice(0, slash);
  const prefix = own(name);
  if (prefix === undefined || prefix.parameter === "none") return [path, undefined, null];
  return [name, prefix, path.slice(slash + 1)];
}

function own(name: string): Route | undefined {
  return Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
}

function unknown(path: string): Response {
  const shown = path.slice(0, 64);
  const near = nearest(shown, Object.keys(ROUTES));
  const hint = near === null ? "" : ` (nearest: ${near})`;
  return refuse(404, "not_found", `no such endpoint: ${shown}${hint}`);
}
