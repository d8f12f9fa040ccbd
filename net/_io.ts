import type { Conn } from "./conn.ts";

/** Writes all of `data`. */
export async function writeAll(conn: Conn, data: Uint8Array): Promise<void> {
  let sent = 0;
  while (sent < data.length) sent += await conn.write(sent === 0 ? data : data.subarray(sent));
}

/** Reads `count` bytes and not one more; fewer when the connection ends before. */
export async function readUpTo(conn: Conn, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let have = 0; have < count;) {
    const more = await conn.read(bytes.subarray(have));
    if (more === null) return bytes.subarray(0, have);
    have += more;
  }
  return bytes;
}

/** Closes `conn`, which may be closed already: Deno's connections throw then. */
export function closeConn(conn: Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
