import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import type { WrpcError } from "../errors.ts";
import { tcpServer } from "../tcp/server.ts";
import { http, type WrpcHttp, type WrpcHttpOptions } from "./client.ts";
import { type HttpHandler, serveHttp } from "./serve_http.ts";

/** A client and a server over TCP. */
export interface Pair extends AsyncDisposable {
  readonly http: WrpcHttp;
  readonly registry: Registry;
  /** What the server was told of. */
  readonly errors: WrpcError[];
}

/** Starts both. */
export async function pair(handler: HttpHandler, options: WrpcHttpOptions = {}): Promise<Pair> {
  const errors: WrpcError[] = [];
  const onError = (error: WrpcError) => void errors.push(error);
  const server = await serveHttp(tcpServer(), handler, { onError });
  const registry = new Registry();
  const context = { ...newContext(registry), owned: null };
  const calls = runInContext(context, () => http({ tcp: server.address, ...options }));
  const request: WrpcHttp["request"] = calls.request.bind(calls);
  calls.request = (...args) => runInContext(context, () => request(...args));
  return {
    ...{ http: calls, registry, errors },
    async [Symbol.asyncDispose]() {
      await calls.close();
      await server.close();
    },
  };
}

/** Answers with what was asked, as JSON. */
export const echo: HttpHandler = async (request) => {
  const { method, url } = request;
  const body = await request.text();
  return Response.json({ method, url, headers: Object.fromEntries(request.headers), body });
};

/** What `echo` answers. */
export interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Of a counter with these tags; 0 without a sample. */
export function total(registry: Registry, name: string, tags: Record<string, string> = {}): number {
  const found = registry.select(name, tags);
  return found?.type === "counter" ? found.total : 0;
}
