import type { StreamSocket } from "../../net/mod.ts";
import { watchTimeout } from "../expiry.ts";

/** Room for the beginning of an answer. */
const FIRST_READ = 1024;

/** A read that was begun before anything was sent. */
export interface BegunRead {
  readonly buffer: Uint8Array;
  /** Bytes read; null at the end. */
  readonly count: Promise<number | null>;
}

/** A connection that was opened ahead, with its first read. */
export interface Ahead {
  readonly socket: StreamSocket;
  readonly reading: BegunRead;
}

/**
 * Connections that are opened ahead, so that invocations, each of which needs one of its own, don't
 * wait for them. They are opened as others are taken: none before the first call, and none again for
 * those that the peer closed or that nobody took in time.
 */
export class Pool {
  readonly #open: () => Promise<StreamSocket>;
  readonly #size: number;
  readonly #idleMs: number;
  readonly #idle = new Map<StreamSocket, { ahead: Ahead; stop: () => void }>();
  #opening = 0;
  #closed = false;

  /**
   * @param open how; may reject: whoever needs a connection then makes one and is told
   * @param size how many are kept
   * @param idleMs how long nobody may want one, in milliseconds
   */
  constructor(open: () => Promise<StreamSocket>, size: number, idleMs: number) {
    this.#open = open;
    this.#size = size;
    this.#idleMs = idleMs;
  }

  /** Connections that wait to be taken. */
  get idle(): number {
    return this.#idle.size;
  }

  /** The one that waits longest; null when there is none. More are opened. */
  take(): Ahead | null {
    const [first] = this.#idle;
    if (first !== undefined) {
      this.#idle.delete(first[0]);
      first[1].stop();
    }
    this.#fill();
    return first?.[1].ahead ?? null;
  }

  /** Closes them. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#idle.keys()) this.#drop(socket);
  }

  #fill(): void {
    while (!this.#closed && this.#idle.size + this.#opening < this.#size) {
      this.#opening++;
      this.#open().then((socket) => this.#opened(socket), () => {}).finally(() => this.#opening--);
    }
  }

  #opened(socket: StreamSocket): void {
    if (this.#closed) return socket.close();
    const buffer = new Uint8Array(FIRST_READ);
    const count = socket.readInto(buffer);
    // Before it is asked there is nothing that a peer has to say but that it goes.
    const drop = () => this.#drop(socket);
    count.then(drop, drop);
    const stop = watchTimeout(this.#idleMs, drop);
    this.#idle.set(socket, { ahead: { socket, reading: { buffer, count } }, stop });
  }

  #drop(socket: StreamSocket): void {
    const idle = this.#idle.get(socket);
    if (idle === undefined) return; // It is in use.
    this.#idle.delete(socket);
    idle.stop();
    socket.close();
  }
}
