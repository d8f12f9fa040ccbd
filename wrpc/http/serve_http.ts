import { type HeadersInput, mergeHeaders, NO_HEADERS } from "../../http/semantics/mod.ts";
import { checkNames } from "../../internal/mod.ts";
import { WrpcError } from "../errors.ts";
import { serve, type WrpcServeOptions } from "../serve.ts";
import type { ServerTransport, Serving } from "../transport.ts";
import { WrpcHttpError } from "./errors.ts";
import { httpInterface } from "./interface.ts";
import {
  fromWireFields,
  fromWireMethod,
  fromWireScheme,
  toWireFields,
  type WireArriving,
  type WireBody,
  type WireFields,
  type WireRequestHead,
  type WireResponseHead,
} from "./messages.ts";

/** What web requests and responses don't have. */
export interface HttpExchange {
  /** Fields behind the request's body, when they are there. */
  readonly trailers: Promise<Headers>;
  /** Sends fields behind the response's body. */
  sendTrailers(trailers: HeadersInput | Promise<HeadersInput>): void;
}

/**
 * Answers requests. What it throws is the answer too: a `WrpcHttpError` as its case of `error-code`,
 * anything else as `internal-error` with its message.
 */
export type HttpHandler = (
  request: Request,
  exchange: HttpExchange,
) => Response | Promise<Response>;

/** How HTTP is served: see `WrpcServeOptions`. */
export type WrpcServeHttpOptions = Pick<WrpcServeOptions, "timeoutMs" | "limits" | "onError">;

/**
 * Serves `wrpc:http/incoming-handler@0.1.0` by a handler of web requests, as `Deno.serve` has it.
 * A request for `CONNECT` or `TRACE` is answered with `HTTP-request-method-invalid`: web requests
 * know neither.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 * @throws {NetError} when nothing can listen there
 */
export function serveHttp(
  transport: ServerTransport,
  handler: HttpHandler,
  options: WrpcServeHttpOptions = {},
): Promise<Serving> {
  checkNames("wrpc.serveHttp", options, ["timeoutMs", "limits", "onError"]);
  const onError = options.onError ?? (() => {});
  const handle = (request: WireRequestHead & WireArriving) => answer(request, handler, onError);
  return serve(transport, { ...options, wit: httpInterface(), implementation: { handle } });
}

/** What `handle` returns. */
type Handled =
  | { readonly tag: "ok"; readonly val: WireResponseHead & WireBody }
  | { readonly tag: "err"; readonly val: { readonly tag: string; readonly val: unknown } };

async function answer(
  wire: WireRequestHead & WireArriving,
  handler: HttpHandler,
  onError: (error: WrpcError) => void,
): Promise<Handled> {
  try {
    let trailers: Promise<WireFields> | undefined;
    const exchange: HttpExchange = {
      trailers: wire.trailers.then(fromWireFields),
      sendTrailers: (given) => {
        trailers = wireTrailers(given);
        trailers.catch(() => {}); // Who sends them is told.
      },
    };
    exchange.trailers.catch(() => {}); // For who asks.
    const { status, headers, body } = await handler(readRequest(wire), exchange);
    const val = { status, headers: toWireFields(headers), body: body ?? [], trailers };
    return { tag: "ok", val };
  } catch (cause) {
    wire.body.cancel();
    if (cause instanceof WrpcHttpError) {
      return { tag: "err", val: { tag: cause.code, val: cause.payload } };
    }
    const text = cause instanceof Error ? cause.message : String(cause);
    onError(new WrpcError("implementation_failed", "serve", `the handler threw: ${text}`, cause));
    return { tag: "err", val: { tag: "internal-error", val: text.slice(0, MAX_MESSAGE) } };
  }
}

const MAX_MESSAGE = 1000;
const WITHOUT_BODY = new Set(["GET", "HEAD"]);

function readRequest(wire: WireRequestHead & WireArriving): Request {
  const method = fromWireMethod(wire.method);
  const url = readUrl(wire);
  const headers = fromFields(wire.headers);
  const bodyless = WITHOUT_BODY.has(method);
  if (bodyless) wire.body.cancel();
  try {
    return new Request(url, { method, headers, ...(!bodyless && { body: wire.body.readable() }) });
  } catch {
    throw new WrpcHttpError("HTTP-request-method-invalid");
  }
}

function readUrl({ scheme, authority = "localhost", pathWithQuery = "/" }: WireRequestHead): URL {
  const url = URL.parse(`${fromWireScheme(scheme)}://${authority}${pathWithQuery}`);
  if (url === null || url.username !== "") throw new WrpcHttpError("HTTP-request-URI-invalid");
  return url;
}

function fromFields(fields: WireFields): Headers {
  try {
    return fromWireFields(fields);
  } catch {
    throw new WrpcHttpError("HTTP-protocol-error");
  }
}

async function wireTrailers(given: HeadersInput | Promise<HeadersInput>): Promise<WireFields> {
  const fields = mergeHeaders(NO_HEADERS, await given);
  return toWireFields([...fields.values()].flat());
}
