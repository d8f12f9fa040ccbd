/** One connection of a {@link rawServer}, with the request head it has read. */
export interface RawExchange {
  /** Request line and fields, without the empty line; "" when the client closed first. */
  readonly head: string;
  /** Bytes that came behind the head so far, as Latin-1. */
  readonly rest: string;
  /** Number of the connection, from 0. */
  readonly connection: number;
  /** Number of the request on it, from 0. */
  readonly request: number;
  /** Sends Latin-1 text as it is; nothing when the client is gone. */
  send(text: string): Promise<void>;
  /** Reads what the client sends next, as Latin-1; "" at its end. */
  receive(): Promise<string>;
  /** Closes the connection. */
  close(): void;
}

/** A server for tests that answers with exactly the bytes it is told to. */
export interface RawServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or `https:` */
  readonly url: string;
  /** Heads of all requests so far. */
  readonly heads: string[];
  /** Connections so far. */
  readonly connections: number;
}

/** Starts a server that reads one request head at a time and hands it to `answer`. @param tls if any */
export function rawServer(
  answer: (exchange: RawExchange) => Promise<void> | void,
  tls?: Deno.TlsCertifiedKeyPem & { readonly alpnProtocols: string[] },
): RawServer {
  const where = { hostname: "127.0.0.1", port: 0 };
  const listener: Deno.Listener = tls === undefined
    ? Deno.listen(where)
    : Deno.listenTls({ ...where, ...tls });
  const { port } = listener.addr as Deno.NetAddr;
  const open = new Set<Deno.Conn>();
  const heads: string[] = [];
  let connections = 0;
  const serve = async (conn: Deno.Conn, connection: number): Promise<void> => {
    let pending = "";
    const close = (): void => {
      if (open.delete(conn)) conn.close();
    };
    const receive = async (): Promise<string> => {
      const buffer = new Uint8Array(65536);
      try {
        const count = await conn.read(buffer);
        return count === null ? "" : String.fromCharCode(...buffer.subarray(0, count));
      } catch {
        return "";
      }
    };
    for (let request = 0; open.has(conn); request++) {
      while (!pending.includes("\r\n\r\n")) {
        const more = await receive();
        if (more === "") return close();
        pending += more;
      }
      const end = pending.indexOf("\r\n\r\n");
      const head = pending.slice(0, end);
      const rest = pending.slice(end + 4);
      pending = "";
      heads.push(head);
      await answer({
        head,
        rest,
        connection,
        request,
        receive,
        close,
        async send(text) {
          try {
            const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
            for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
          } catch {
            close();
          }
        },
      });
    }
  };
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      serving.push(serve(conn, connections++));
    }
  })();
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    heads,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of [...open]) {
        open.delete(conn);
        conn.close();
      }
      await accepting;
      await Promise.all(serving);
    },
  };
}
