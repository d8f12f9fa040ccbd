import type { Conn } from "../net/mod.ts";

/** A connection whose first bytes were read already. */
export function withLeftover(conn: Conn, leftover: Uint8Array): Conn {
  let rest = leftover;
  return {
    read(buffer) {
      if (rest.length === 0) return conn.read(buffer);
      const count = Math.min(rest.length, buffer.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return Promise.resolve(count);
    },
    write: (data) => conn.write(data),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
    ref: () => conn.ref(),
    unref: () => conn.unref(),
  };
}
