import type { StreamSocket } from "../net/mod.ts";

/** A socket whose peer has said all it will ever say: pieces, each the result of a read, then an end. */
export interface ScriptedSocket {
  /** What a connection is made over; only what HTTP uses of a socket is there. */
  readonly socket: StreamSocket;
  /** True when it was closed. */
  readonly closed: boolean;
  /** How many bytes were written. */
  readonly written: number;
}

/** Makes one; a read gives what fits of the next piece, in a turn of its own. */
export function scriptedSocket(pieces: readonly Uint8Array[]): ScriptedSocket {
  const left = pieces.filter(({ length }) => length > 0);
  const state = { closed: false, written: 0 };
  const timings = { lookupMs: 0, connectMs: 0, tlsMs: 0 };
  const socket = {
    timings,
    tls: null,
    get active() {
      return !state.closed;
    },
    async readInto(room: Uint8Array): Promise<number | null> {
      await Promise.resolve();
      if (state.closed) return await new Promise(() => {}); // Nobody asks any more.
      const piece = left.shift();
      if (piece === undefined) return null;
      const count = Math.min(piece.length, room.length);
      room.set(piece.subarray(0, count));
      if (count < piece.length) left.unshift(piece.subarray(count));
      return count;
    },
    async write(bytes: Uint8Array): Promise<void> {
      state.written += bytes.length;
      await Promise.resolve();
    },
    close: () => state.closed = true,
    ref() {},
    unref() {},
  };
  return {
    socket: socket as unknown as StreamSocket,
    get closed() {
      return state.closed;
    },
    get written() {
      return state.written;
    },
  };
}
