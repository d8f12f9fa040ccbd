import { writeAll } from "../_io.ts";
import { malformed } from "./_reader.ts";
import type { Exchange } from "./exchange.ts";

/** Asks by a connection of its own, where a message follows its length (RFC 7766 §8). */
export const exchangeTcp: Exchange = async (server, query, isReply, signal) => {
  const { host: hostname, port } = server;
  const conn = await Deno.connect({ hostname, port, signal });
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    if (signal.aborted) onAbort();
    return await Promise.race([aborted, ask(conn, query, isReply)]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    conn.close();
  }
};

async function ask(
  conn: Deno.TcpConn,
  query: Uint8Array,
  isReply: (message: Uint8Array) => boolean,
): Promise<Uint8Array> {
  const frame = Uint8Array.of(query.length >> 8, query.length & 0xff, ...query);
  await writeAll(conn, frame);
  const [high, low] = await readFull(conn, 2);
  const reply = await readFull(conn, high! << 8 | low!);
  if (!isReply(reply)) throw malformed("it answers another question");
  return reply;
}

async function readFull(conn: Deno.TcpConn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let got = 0; got < length;) {
    const count = await conn.read(bytes.subarray(got));
    if (count === null) throw malformed("the connection ended before its end");
    got += count;
  }
  return bytes;
}
