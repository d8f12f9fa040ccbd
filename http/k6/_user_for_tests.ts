import {
  closeContext,
  type Context,
  newContext,
  Registry,
  runInContext,
} from "../../metrics/mod.ts";
import { setClientDefaults } from "../defaults.ts";

/** A virtual user of a test: what `run` does is its first iteration, unless it begins others. */
export async function asUser<T>(
  run: (registry: Registry, context: Context) => Promise<T>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const registry = new Registry();
  const context = newContext(registry);
  setClientDefaults(context, options);
  try {
    return await runInContext(context, () => run(registry, context));
  } finally {
    closeContext(context);
  }
}

/** A server on the loopback that answers as told. */
export function serve(
  answer: (request: Request) => Response | Promise<Response>,
): AsyncDisposable & { readonly url: string } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
