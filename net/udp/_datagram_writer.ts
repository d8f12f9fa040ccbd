import type { IoBytes } from "../../metrics/mod.ts";
import { notBytes } from "../_refusals.ts";
import { NetError } from "../errors.ts";
import type { DatagramBackend } from "./backend.ts";

/** What an address of one kind means. */
export interface Ends<A extends Deno.Addr> {
  /** Most bytes of a datagram. */
  readonly maxBytes: number;
  /** How to name a target to `send`, for messages. */
  readonly target: string;
  /** Tells the datagrams of a peer. */
  isPeer(peer: A): (from: A) => boolean;
  /** For messages. */
  show(address: A): string;
}

/** What a socket lends its writer. */
interface WriterParts<A extends Deno.Addr> {
  readonly backend: DatagramBackend<A>;
  /** The one peer; undefined for a socket that is bound and no more. */
  readonly peer: A | undefined;
  readonly ends: Ends<A>;
  readonly io: IoBytes;
  /** Throws what a failed send means. */
  readonly onError: (cause: unknown, to: A) => never;
  /** Nothing is under way any more. */
  readonly onDrain: () => void;
}

/**
 * Sends datagrams, and counts. The system takes a datagram whole, so sends that overlap need not
 * wait for one another. `write` is the hot path: one `then`, with handlers made once.
 */
export class DatagramWriter<A extends Deno.Addr> {
  /** Datagrams sent. */
  sent = 0;
  /** Bytes sent. */
  bytes = 0;
  readonly #parts: WriterParts<A>;
  readonly #backend: DatagramBackend<A>;
  #pending = 0;

  constructor(parts: WriterParts<A>) {
    this.#parts = parts;
    this.#backend = parts.backend;
  }

  /** To the peer. */
  write(data: Uint8Array): Promise<number> {
    const { peer, ends } = this.#parts;
    if (peer === undefined) return Promise.reject(this.#noPeer());
    if (!(data instanceof Uint8Array)) return Promise.reject(notBytes(data));
    if (data.length > ends.maxBytes) return Promise.reject(this.#tooLarge(data, peer));
    this.#pending++;
    return this.#backend.send(data, peer).then(this.#onSent, this.#onPeerError);
  }

  /** To anybody. */
  sendTo(data: Uint8Array, to: A): Promise<number> {
    if (!(data instanceof Uint8Array)) return Promise.reject(notBytes(data));
    if (data.length > this.#parts.ends.maxBytes) return Promise.reject(this.#tooLarge(data, to));
    this.#pending++;
    return this.#backend.send(data, to).then(this.#onSent, (cause) => this.#onError(cause, to));
  }

  readonly #onSent = (count: number): number => {
    this.sent++;
    this.bytes += count;
    this.#parts.io.sent += count;
    if (--this.#pending === 0) this.#parts.onDrain();
    return count;
  };

  readonly #onPeerError = (cause: unknown): never => this.#onError(cause, this.#parts.peer!);

  #onError(cause: unknown, to: A): never {
    this.#pending--;
    return this.#parts.onError(cause, to);
  }

  #noPeer(): NetError {
    const { ends, backend } = this.#parts;
    const message = `write to the peer of ${ends.show(backend.addr)} refused: it has none, ` +
      `use send(data, ${ends.target})`;
    return new NetError("not_connected", message, { phase: "write" });
  }

  #tooLarge(data: Uint8Array, to: A): NetError {
    const { ends } = this.#parts;
    const message = `write to ${ends.show(to)} failed: ${data.length} bytes are more than ` +
      `a datagram holds, ${ends.maxBytes}`;
    return new NetError("datagram_too_large", message, { phase: "write" });
  }
}
