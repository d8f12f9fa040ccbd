import { OptionError } from "../internal/mod.ts";
import { reachable } from "./_address.ts";
import { answer } from "./_routes.ts";
import { TargetError } from "./errors.ts";

/** Where a target listens. */
export interface TargetOptions {
  /**
   * Address to listen on.
   *
   * @default {"127.0.0.1"}
   */
  hostname?: string;
  /**
   * TCP port; 0 picks a free one.
   *
   * @default {0}
   */
  port?: number;
}

/** A running target. */
export interface Target extends AsyncDisposable {
  /** Its base, without a slash at the end, for example `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** Ends delays and streams, finishes responses under way and stops listening. Safe to call again. */
  shutdown(): Promise<void>;
}

/**
 * Starts an HTTP/1.1 server with the endpoints of httpbin that a load test needs: `/get`, `/post`,
 * `/put`, `/patch`, `/delete`, `/anything`, `/headers`, `/cookies`, `/cookies/set?k=v`,
 * `/status/N`, `/bytes/N` (at most 100 MiB), `/stream/N` (at most 100 lines), `/delay/S` (at most
 * 60 seconds), `/redirect/N` (at most 100), `/gzip`, `/deflate`, `/json`, `/sse`, and a short text
 * at `/`. It reads at most 10 MiB of a request's body (413) and answers what it refuses with
 * `{ "error": { "code", "message" } }`.
 *
 * @throws {OptionError} when an option is out of range
 * @throws {TargetError} `address_in_use` or `listen_failed`
 */
export function startTarget(options: TargetOptions = {}): Target {
  const { hostname = "127.0.0.1", port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionError("port", `port must be a whole number from 0 to 65535: ${port}`);
  }
  const stopping = new AbortController();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname,
      port,
      onListen() {},
      onError: () => new Response("internal error\n", { status: 500 }),
    }, (request, info) =>
      answer(request, {
        origin: info.remoteAddr.hostname,
        signal: () => AbortSignal.any([request.signal, stopping.signal]),
      }));
  } catch (cause) {
    const taken = cause instanceof Deno.errors.AddrInUse;
    const code = taken ? "address_in_use" : "listen_failed";
    throw new TargetError(code, `can't listen on ${hostname}:${port}`, { phase: "listen", cause });
  }
  const shutdown = async () => {
    stopping.abort();
    await server.shutdown();
  };
  return {
    url: `http://${reachable(hostname)}:${server.addr.port}`,
    port: server.addr.port,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}
