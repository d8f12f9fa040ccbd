/** Two servers that answer requests of a path once as many as expected are there. */
export interface Held extends AsyncDisposable {
  /** Their bases, without a slash at the end. */
  readonly urls: readonly string[];
  /** The most requests that were there at once, by path, over both servers. */
  readonly most: ReadonlyMap<string, number>;
}

/** What a request too many has to arrive in; that it doesn't is no failure. */
const GRACE_MS = 50;

/**
 * Starts them on free ports of the loopback.
 *
 * @param expected how many requests to hold, by the last part of their path
 */
export function startHeld(expected: Readonly<Record<string, number>>): Held {
  const most = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const hold = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const there = waiting.get(path) ?? [];
    waiting.set(path, there);
    const released = new Promise<void>((resolve) => there.push(resolve));
    most.set(path, Math.max(most.get(path) ?? 0, there.length));
    if (there.length === expected[path.slice(path.lastIndexOf("/") + 1)]) {
      await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
      waiting.delete(path);
      for (const release of there) release();
    }
    await released;
    return new Response("held\n");
  };
  const servers = [1, 2].map(() =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, hold)
  );
  return {
    urls: servers.map(({ addr }) => `http://127.0.0.1:${addr.port}`),
    most,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.shutdown()));
    },
  };
}
