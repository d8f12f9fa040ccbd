import type { RpcConn } from "./client.ts";

/** The server's end of a connection in memory. */
export interface FakeServer {
  /** What the client holds. */
  readonly conn: RpcConn;
  /** What the client has written. */
  readonly written: Uint8Array[];
  /** Lets the client read bytes; null is the end. Resolves when it has asked for them. */
  send(bytes: Uint8Array | null): Promise<void>;
}

/** A connection whose other end is the test. */
export function fakeServer(): FakeServer {
  const written: Uint8Array[] = [];
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  let asked = Promise.withResolvers<(bytes: Uint8Array | null) => void>();
  const read = async (into: Uint8Array): Promise<number | null> => {
    const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
    asked.resolve(resolve);
    const bytes = await Promise.race([promise, closed.promise]);
    if (bytes === null) return null;
    into.set(bytes);
    return bytes.length;
  };
  return {
    written,
    conn: {
      read,
      write: (bytes) => {
        written.push(bytes.slice());
        return Promise.resolve(bytes.length);
      },
      close: () => closed.reject(new Error("closed")),
    },
    async send(bytes) {
      const answer = await asked.promise;
      asked = Promise.withResolvers();
      answer(bytes);
      await asked.promise; // has been dealt with when the next is asked for
    },
  };
}
