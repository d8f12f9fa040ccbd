/** A server that says what a test tells it to, to one connection after the other. */
export interface FakeServer extends AsyncDisposable {
  /** Its URL. */
  readonly url: string;
  /** Connections so far. */
  readonly connections: number;
  /** What clients sent, all of them. */
  readonly heard: string;
}

/** What a fake server says at first. */
export const INFO = 'INFO {"server_id":"F","version":"2.10.0","proto":1,"max_payload":1048576,' +
  '"headers":true}\r\n';

/**
 * Starts one.
 *
 * @param serve is called for each connection, with its number from 1 and what writes to it; `heard`
 * resolves when the client has sent a text
 */
export function startFakeServer(
  serve: (session: {
    readonly number: number;
    say(text: string | Uint8Array): Promise<void>;
    heard(text: string): Promise<void>;
    end(): void;
  }) => Promise<void>,
): FakeServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.Conn>();
  const reading: Promise<void>[] = [];
  const decoder = new TextDecoder();
  let connections = 0;
  let all = "";

  const accept = async () => {
    for await (const conn of listener) {
      conns.add(conn);
      let mine = "";
      let wake = () => {};
      const number = ++connections;
      const read = async () => {
        const buffer = new Uint8Array(4096);
        for (;;) {
          const count = await conn.read(buffer).catch(() => null);
          if (count === null) break;
          mine += decoder.decode(buffer.subarray(0, count));
          all += decoder.decode(buffer.subarray(0, count));
          wake();
        }
        wake();
      };
      const session = {
        number,
        async say(text: string | Uint8Array) {
          const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
          for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
        },
        end: () => conn.close(),
        async heard(text: string) {
          while (!mine.includes(text)) await new Promise<void>((resolve) => wake = resolve);
        },
      };
      reading.push(read());
      void serve(session).catch(() => {});
    }
  };
  const accepting = accept().catch(() => {});
  return {
    url: `nats://127.0.0.1:${listener.addr.port}`,
    get connections() {
      return connections;
    },
    get heard() {
      return all;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of conns) {
        try {
          conn.close();
        } catch {
          // The session has ended it.
        }
      }
      await accepting;
      await Promise.all(reading);
    },
  };
}
