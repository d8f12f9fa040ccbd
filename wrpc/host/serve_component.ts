import { serve } from "../serve.ts";
import type { Route, ServerTransport, Serving } from "../transport.ts";
import type { WrpcError } from "../errors.ts";
import type { ComponentHost } from "./host.ts";

/** How a hosted component is served. */
export interface ServeComponentOptions {
  /** Limit of one invocation, streams included, in milliseconds. @default {30000} */
  readonly timeoutMs?: number;
  /** Told of each invocation that failed, and of connections that made no sense. */
  readonly onError?: (error: WrpcError) => void;
}

/**
 * Serves all that a hosted component exports over one transport. Closing what is returned leaves
 * the host as it is.
 *
 * @throws {NetError} when nothing can listen there
 */
export async function serveComponent(
  host: ComponentHost,
  transport: ServerTransport,
  options: ServeComponentOptions = {},
): Promise<Serving> {
  const routes: Route[] = [];
  const collect = collector(transport.kind, routes);
  for (const wit of host.exports) {
    await serve(collect, { ...options, wit, implementation: host.implementation(wit.name) });
  }
  return await transport.serve(routes, options.onError ?? (() => {}));
}

/** A transport that keeps what it is to serve: each interface would open one of its own. */
function collector(kind: string, into: Route[]): ServerTransport {
  const close = () => Promise.resolve();
  return {
    kind,
    serve(routes) {
      into.push(...routes);
      return Promise.resolve({ address: "", open: 0, close, [Symbol.asyncDispose]: close });
    },
  };
}
