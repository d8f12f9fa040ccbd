import { describeError, DownpourError } from "../../internal/mod.ts";

/** Where a page listens. */
export interface PageAddress {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Fields of every answer: nothing is kept, framed, or taken for what it is not. */
const HEADERS = {
  "cache-control": "no-store",
  "content-type": "text/plain; charset=utf-8",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** An answer; text unless told. */
export function answer(
  status: number,
  body: BodyInit | null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...HEADERS, ...headers } });
}

/** A page, under its policy. */
export function htmlAnswer(html: string, policy: string): Response {
  return answer(200, html, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
  });
}

/** The answer to any method that asks for more than to see something; null for those that don't. */
export function refuseMethod({ method }: Request): Response | null {
  if (method === "GET" || method === "HEAD") return null;
  return answer(405, "Method Not Allowed", { allow: "GET, HEAD" });
}

/** A server that listens. */
export interface PageServer {
  /** Its base, as in `http://127.0.0.1:5665`. */
  readonly url: string;
  /** Lets go of the port: at once, whoever still listens. */
  close(): Promise<void>;
}

/** Longest time at the end for what was answered last to be taken. */
const END_MS = 500;

/**
 * Serves pages.
 *
 * @throws {DownpourError} `page_listen` when it can't listen there
 */
export function listen(
  { hostname, port }: PageAddress,
  handler: (request: Request) => Promise<Response>,
): PageServer {
  const cut = new AbortController();
  const { signal } = cut;
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname, port, signal, onListen: () => {} }, handler);
  } catch (cause) {
    const where = hostPort(hostname, port);
    const why = cause instanceof Deno.errors.AddrInUse
      ? "it is in use (name another by --dash-address HOST:PORT)"
      : describeError(cause);
    throw new DownpourError("page_listen", `Can't show the page at ${where}: ${why}`, { cause });
  }
  return {
    url: `http://${hostPort(hostname, server.addr.port)}`,
    async close() {
      // What a page does not take in time is cut off: an open tab never holds up the end of a run.
      const limit = setTimeout(() => cut.abort(), END_MS);
      await Promise.race([server.shutdown(), server.finished]);
      clearTimeout(limit);
    },
  };
}

function hostPort(hostname: string, port: number): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
