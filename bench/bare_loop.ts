/**
 * The yardstick for CPU per request: connections that write a fixed request and read its answer,
 * and nothing else. `deno run --allow-net=127.0.0.1:PORT bare_loop.ts PORT CONNECTIONS SECONDS`
 * prints one line of JSON.
 *
 * @module
 */
import { percentile } from "./stats.ts";

/** What one run of the loop found. */
export interface BareResult {
  requests: number;
  seconds: number;
  /** Of one request in 64: the clock would cost more than some of what is measured. */
  p50Ms: number;
  p99Ms: number;
}

/** Loads `127.0.0.1:port` for `seconds`. Answers must all be as long as the first one. */
export async function bareLoop(
  port: number,
  connections: number,
  seconds: number,
): Promise<BareResult> {
  const request = new TextEncoder().encode(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`,
  );
  let requests = 0;
  let stopped = false;
  const latencies: number[] = [];

  async function connection(conn: Deno.TcpConn): Promise<void> {
    conn.setNoDelay();
    const buffer = new Uint8Array(16_384);
    await conn.write(request);
    const length = await readFirst(conn, buffer);
    for (let count = 0; !stopped; count++) {
      const sampled = (count & 63) === 0;
      const sentAt = sampled ? performance.now() : 0;
      await conn.write(request);
      for (let got = 0; got < length;) {
        const n = await conn.read(buffer);
        if (n === null) throw new Error("read: the target closed the connection");
        got += n;
      }
      if (sampled) latencies.push(performance.now() - sentAt);
      requests++;
    }
    conn.close();
  }

  const opened = await Promise.all(
    Array.from({ length: connections }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  const startedAt = performance.now();
  const timer = setTimeout(() => stopped = true, seconds * 1000);
  try {
    await Promise.all(opened.map(connection));
  } finally {
    clearTimeout(timer);
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests,
    seconds: elapsed,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  };
}

/** Reads one answer and returns how long it was. */
async function readFirst(conn: Deno.TcpConn, buffer: Uint8Array): Promise<number> {
  let text = "";
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null || text.length > 65_536) throw new Error("read: no whole answer came");
    text += new TextDecoder("latin1").decode(buffer.subarray(0, n));
    const head = text.indexOf("\r\n\r\n");
    if (head === -1) continue;
    const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head));
    if (length === null) throw new Error("read: the answer has no Content-Length");
    if (text.length >= head + 4 + Number(length[1])) return text.length;
  }
}

if (import.meta.main) {
  const [port, connections, seconds] = Deno.args.map(Number);
  if (!port || !connections || !seconds) {
    console.error("usage: bare_loop.ts PORT CONNECTIONS SECONDS");
    Deno.exit(2);
  }
  console.log(JSON.stringify(await bareLoop(port, connections, seconds)));
}
