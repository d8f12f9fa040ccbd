import { Duplex } from "node:stream";
import type { Conn } from "../conn.ts";

const READ_BYTES = 64 * 1024;

/**
 * A `Conn` as a stream of Node's, for `node:tls` to put TLS over.
 *
 * It reads only when it is asked to and takes the next write when the last one is done, so that
 * nothing piles up here. Destroying it closes `conn`.
 */
export function bridge(conn: Conn): Duplex {
  const buffer = new Uint8Array(READ_BYTES);
  return new Duplex({
    allowHalfOpen: true,
    read() {
      conn.read(buffer).then(
        (count) => this.push(count === null ? null : buffer.slice(0, count)),
        (error) => this.destroy(error),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      writeAll(conn, chunk).then(() => done(), done);
    },
    final(done) {
      conn.closeWrite().then(() => done(), done);
    },
    destroy(error, done) {
      try {
        conn.close();
      } catch {
        // Deno throws where a connection is closed already.
      }
      done(error);
    },
  });
}

async function writeAll(conn: Conn, data: Uint8Array): Promise<void> {
  let sent = 0;
  while (sent < data.length) sent += await conn.write(sent === 0 ? data : data.subarray(sent));
}
