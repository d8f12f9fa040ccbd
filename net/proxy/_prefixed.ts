import type { Conn } from "../conn.ts";

/** `conn` with bytes that are read before its own; `conn` itself where there are none. */
export function prefixed(conn: Conn, bytes: Uint8Array): Conn {
  return bytes.length === 0 ? conn : new PrefixedConn(conn, bytes);
}

class PrefixedConn implements Conn {
  readonly #conn: Conn;
  #bytes: Uint8Array;

  constructor(conn: Conn, bytes: Uint8Array) {
    this.#conn = conn;
    this.#bytes = bytes;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#bytes.length === 0) return this.#conn.read(buffer);
    const count = Math.min(buffer.length, this.#bytes.length);
    buffer.set(this.#bytes.subarray(0, count));
    this.#bytes = this.#bytes.subarray(count);
    return Promise.resolve(count);
  }

  write(data: Uint8Array): Promise<number> {
    return this.#conn.write(data);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#bytes = new Uint8Array(0);
    this.#conn.close();
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }
}
