/** A proxy for tests: tunnels what it is asked for, and remembers the asking. */
export interface TunnelProxy extends AsyncDisposable {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** What it was asked for, in order: heads of CONNECT requests, or `host:port`. */
  readonly asked: string[];
  /** Bytes that went up through its tunnels, as Latin-1. */
  readonly carried: string;
}

/** Reads and writes one connection by exact counts. */
class Reader {
  #pending: Uint8Array = new Uint8Array(0);
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  async bytes(count: number): Promise<Uint8Array> {
    while (this.#pending.length < count) await this.#more();
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }

  async head(): Promise<string> {
    let text = "";
    while (!text.endsWith("\r\n\r\n")) text += latin1(await this.bytes(1));
    return text.slice(0, -4);
  }

  async #more(): Promise<void> {
    const buffer = new Uint8Array(65536);
    const count = await this.#conn.read(buffer);
    if (count === null) throw new Error("the client has gone");
    const joined = new Uint8Array(this.#pending.length + count);
    joined.set(this.#pending);
    joined.set(buffer.subarray(0, count), this.#pending.length);
    this.#pending = joined;
  }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Asks a client what it wants and answers; gives where to connect to. */
type Greet = (
  reader: Reader,
  say: (bytes: Uint8Array) => Promise<void>,
  asked: string[],
) => Promise<{ hostname: string; port: number }>;

function tunnelProxy(greet: Greet): TunnelProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const asked: string[] = [];
  const carried: string[] = [];
  const close = (conn: Deno.TcpConn): void => {
    if (open.delete(conn)) conn.close();
  };
  const copy = async (from: Deno.TcpConn, to: Deno.TcpConn, up: boolean): Promise<void> => {
    const buffer = new Uint8Array(65536);
    for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
      if (up) carried.push(latin1(buffer.subarray(0, n)));
      for (let at = 0; at < n;) at += await to.write(buffer.subarray(at, n));
    }
  };
  const serve = async (conn: Deno.TcpConn): Promise<void> => {
    try {
      const say = async (bytes: Uint8Array) => {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
      };
      const upstream = await Deno.connect(await greet(new Reader(conn), say, asked));
      open.add(upstream);
      const down = copy(upstream, conn, false).catch(() => {}).finally(() => close(conn));
      await copy(conn, upstream, true).catch(() => {});
      close(upstream);
      await down;
    } catch {
      // Whom it can't connect it lets go.
    } finally {
      close(conn);
    }
  };
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      served.push(serve(conn));
    }
  })();
  return {
    port: listener.addr.port,
    asked,
    get carried() {
      return carried.join("");
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of [...open]) close(conn);
      await accepting;
      await Promise.all(served);
    },
  };
}

/** An HTTP proxy that takes CONNECT (RFC 9110 §9.3.6). @param authorization what it asks for */
export function connectProxy(authorization?: string): TunnelProxy {
  return tunnelProxy(async (reader, say, asked) => {
    const head = await reader.head();
    asked.push(head);
    const text = (answer: string) => say(new TextEncoder().encode(answer));
    if (
      authorization !== undefined && !head.includes(`\r\nProxy-Authorization: ${authorization}`)
    ) {
      await text(
        "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
      );
      throw new Error("refused");
    }
    await text("HTTP/1.1 200 OK\r\n\r\n");
    const [, hostname, port] = /^CONNECT (.+):(\d+) HTTP/.exec(head)!;
    return { hostname: hostname!, port: Number(port) };
  });
}

/** A SOCKS5 proxy without credentials, for IPv4 addresses and names (RFC 1928). */
export function socksProxy(): TunnelProxy {
  return tunnelProxy(async (reader, say, asked) => {
    const [, count] = await reader.bytes(2);
    await reader.bytes(count!);
    await say(Uint8Array.of(5, 0));
    const [, , , type] = await reader.bytes(4);
    const hostname = type === 3
      ? latin1(await reader.bytes((await reader.bytes(1))[0]!))
      : (await reader.bytes(4)).join(".");
    const [high, low] = await reader.bytes(2);
    const port = high! * 256 + low!;
    asked.push(`${hostname}:${port}`);
    await say(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    return { hostname, port };
  });
}
