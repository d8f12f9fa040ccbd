import { Duplex } from "node:stream";
import { closeConn, writeAll } from "../_io.ts";
import type { Conn } from "../conn.ts";

/** Less than what Node's streams hold before they ask to wait, even with a TLS record left over. */
const READ_BYTES = 32 * 1024;

/**
 * A `Conn` as a stream of Node's, for `node:tls` to put TLS over.
 *
 * It reads only when it is asked to and takes the next write when the last one is done, so that
 * nothing piles up here. Destroying it closes `conn`.
 *
 * @param mayRead is awaited before each read
 */
export function bridge(conn: Conn, mayRead: () => Promise<void> | undefined = () => {}): Duplex {
  const buffer = new Uint8Array(READ_BYTES);
  const read = async () => {
    await mayRead();
    const count = await conn.read(buffer);
    return count === null ? null : buffer.slice(0, count);
  };
  return new Duplex({
    allowHalfOpen: true,
    read() {
      read().then((chunk) => this.push(chunk), (error) => this.destroy(error));
    },
    write(chunk: Uint8Array, _encoding, done) {
      writeAll(conn, chunk).then(() => done(), done);
    },
    final(done) {
      conn.closeWrite().then(() => done(), done);
    },
    destroy(error, done) {
      closeConn(conn);
      done(error);
    },
  });
}
