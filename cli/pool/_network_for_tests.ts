import { throttled, type ThrottleLimits } from "../../net/mod.ts";

/** The way of one machine to another: as slow as told, and cut when told. */
export interface Network extends AsyncDisposable {
  /** Leads through it, as in `nats://127.0.0.1:4222`. */
  readonly url: string;
  /** Nothing gets through any more; connections stay open. */
  cut(): void;
  /** Ends that: what was on its way arrives. */
  heal(): void;
}

/** Starts a way to a server of this machine. */
export function startNetwork(port: number, limits: ThrottleLimits = {}): Network {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<{ close(): void }>();
  const works = new Set<Promise<void>>();
  let passable = Promise.withResolvers<void>();
  passable.resolve();
  const close = (conn: { close(): void }) => {
    if (conns.delete(conn)) conn.close();
  };
  const relay = async (client: Deno.Conn): Promise<void> => {
    conns.add(client);
    await passable.promise;
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    const near = throttled(server, limits);
    conns.add(near);
    await Promise.race([pass(client, near), pass(near, client)]);
    close(client);
    close(near);
  };
  const pass = async (from: Pipe, to: Pipe): Promise<void> => {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const size = await from.read(buffer);
        if (size === null) return;
        await passable.promise;
        for (let at = 0; at < size;) at += await to.write(buffer.subarray(at, size));
      }
    } catch {
      // One of them is gone: so is the other.
    }
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const work = relay(client).catch(() => close(client)).finally(() => works.delete(work));
      works.add(work);
    }
  })();
  return {
    url: `nats://127.0.0.1:${listener.addr.port}`,
    cut() {
      passable = Promise.withResolvers();
    },
    heal: () => passable.resolve(),
    async [Symbol.asyncDispose]() {
      listener.close();
      passable.resolve();
      for (const conn of [...conns]) close(conn);
      await accepting;
      await Promise.all(works);
    },
  };
}

interface Pipe {
  read(buffer: Uint8Array): Promise<number | null>;
  write(data: Uint8Array): Promise<number>;
}
