import type { KeyPair } from "../internal/certs_for_tests.ts";

/** A server behind a proxy. */
export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** `localhost:port` */
  readonly address: string;
}

/** What it answers with: the request as it got it. */
export interface Seen {
  /** Path and query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Starts one that says what it got; `?to=URL` redirects. @param leaf for `https:` */
export function startOrigin(leaf?: KeyPair): Origin {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve({ ...options, ...leaf }, async (request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    const to = searchParams.get("to");
    if (to !== null) return Response.redirect(to);
    const headers = Object.fromEntries(request.headers);
    return Response.json({ path: pathname + search, headers, body: await request.text() });
  });
  const { port } = server.addr;
  return {
    port,
    address: `localhost:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
