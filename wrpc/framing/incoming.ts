import { type ChannelReader, type IndexPath, matchesPath, type PathPattern } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";

/** Most bytes that wait for channels nobody has opened, and as many for those that are open. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** Most channels of one invocation that came up so far. */
const MAX_CHANNELS = 4096;

/**
 * The channels of one invocation that come in on one stream of bytes.
 *
 * Whoever reads the stream goes on while `wanted`: while somebody waits for bytes, and what nobody
 * takes isn't too much. A path that no future or stream of the function can have is an error, and so
 * is more than the limit for paths whose value hasn't come yet: reading on would be the only way to
 * it.
 */
export class Incoming {
  readonly #paths: readonly PathPattern[];
  readonly #pump: () => void;
  readonly #maxKept: number;
  readonly #root: Channel;
  readonly #others = new Map<string, Channel>();
  #waiting = 0;
  /** Bytes that wait in open channels. */
  #kept = 0;
  /** Bytes that wait in channels that nobody has opened. */
  #unclaimed = 0;
  #over: { readonly error: WrpcError | null } | null = null;

  /**
   * @param pump is called when `wanted` becomes true
   * @param maxKept most bytes that wait in open channels, where not reading on can't stop the peer
   */
  constructor(paths: readonly PathPattern[], pump: () => void, maxKept: number = Infinity) {
    this.#paths = paths;
    this.#pump = pump;
    this.#maxKept = maxKept;
    this.#root = new Channel(this, true);
  }

  /** Whether more bytes should be read from the stream. */
  get wanted(): boolean {
    return this.#over === null && this.#waiting > 0 && this.#kept < MAX_WAITING_BYTES;
  }

  /** The reader of a path; the same one each time. */
  read(path: IndexPath): ChannelReader {
    if (path.length === 0) return this.#root;
    const channel = this.#channel(path);
    if (!channel.open) {
      channel.open = true;
      this.#unclaimed -= channel.size;
      this.#kept += channel.size;
    }
    return channel;
  }

  /** Bytes came. @throws {WrpcError} `path_unknown`, `buffer_full`, `data_after_end` */
  receive(path: IndexPath, bytes: Uint8Array): void {
    const channel = path.length === 0 ? this.#root : this.#known(path);
    if (channel.state === "cancelled") return;
    if (channel.state === "ended" || channel.over) {
      // Go's writer of byte streams ends them twice.
      if (path.length > 0 && bytes.length === 1 && bytes[0] === 0) return;
      throw refused("data_after_end", `${bytes.length} bytes came after the end of [${path}]`);
    }
    if (!channel.open && (this.#unclaimed += bytes.length) > MAX_WAITING_BYTES) {
      throw refused("buffer_full", `more than ${MAX_WAITING_BYTES} bytes came before their value`);
    }
    channel.receive(bytes);
    if (this.#kept > this.#maxKept) {
      throw refused("buffer_full", `more than ${this.#maxKept} bytes wait for their reader`);
    }
  }

  /** No more comes on one path. @throws {WrpcError} `path_unknown`, `buffer_full` */
  endOf(path: IndexPath): void {
    (path.length === 0 ? this.#root : this.#known(path)).finish(null);
  }

  /** Whether the root channel has come to its end. */
  get rootOver(): boolean {
    return this.#root.over;
  }

  /** Whether the peer may have more to say on a channel that was opened or came up. */
  get unfinished(): boolean {
    for (const { over, state } of this.#others.values()) {
      if (!over || state === "cancelled") return true;
    }
    return false;
  }

  /** No more comes. */
  end(): void {
    this.#finish(null);
  }

  /** It broke: readers are told, those that have bytes left after these. */
  fail(error: WrpcError): void {
    this.#finish(error);
  }

  /** What it broke with. */
  get error(): WrpcError | null {
    return this.#over?.error ?? null;
  }

  /** Whether no more comes. */
  get over(): boolean {
    return this.#over !== null;
  }

  /** Drops all that is here and yet to come. */
  cancelAll(): void {
    this.#root.cancel();
    for (const channel of this.#others.values()) channel.cancel();
  }

  #finish(error: WrpcError | null): void {
    if (this.#over !== null) return;
    this.#over = { error };
    this.#root.finish(error);
    for (const channel of this.#others.values()) channel.finish(error);
  }

  #known(path: IndexPath): Channel {
    if (this.#paths.some((pattern) => matchesPath(pattern, path))) return this.#channel(path);
    throw refused("path_unknown", `bytes came for [${path}], where nothing is pending`);
  }

  #channel(path: IndexPath): Channel {
    const key = path.join(".");
    let channel = this.#others.get(key);
    if (channel === undefined) {
      if (this.#others.size >= MAX_CHANNELS) {
        throw refused("buffer_full", `more than ${MAX_CHANNELS} futures and streams`);
      }
      this.#others.set(key, channel = new Channel(this, false));
      if (this.#over !== null) channel.finish(this.#over.error);
    }
    return channel;
  }

  /** For its channels: bytes wait, or were taken, or somebody begins or ends to wait for some. */
  changed(kept: number, waiting: number): void {
    this.#kept += kept;
    this.#waiting += waiting;
    if (this.wanted) this.#pump();
  }
}

/** A reader that waits. */
type Waiting = PromiseWithResolvers<Uint8Array | null>;

class Channel implements ChannelReader {
  open: boolean;
  state: "open" | "ended" | "cancelled" = "open";
  size = 0;
  readonly #owner: Incoming;
  #chunks: Uint8Array[] = [];
  #waiting: Waiting | null = null;
  #over: { readonly error: WrpcError | null } | null = null;

  constructor(owner: Incoming, open: boolean) {
    this.#owner = owner;
    this.open = open;
  }

  /** Whether nothing more is to come. */
  get over(): boolean {
    return this.#over !== null || this.state === "ended";
  }

  receive(bytes: Uint8Array): void {
    const waiting = this.#waiting;
    if (waiting !== null) {
      this.#waiting = null;
      waiting.resolve(bytes);
      return this.#owner.changed(0, -1);
    }
    this.#chunks.push(bytes);
    this.size += bytes.length;
    if (this.open) this.#owner.changed(bytes.length, 0);
  }

  read(): Promise<Uint8Array | null> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.size -= chunk.length;
      this.#owner.changed(-chunk.length, 0);
      return Promise.resolve(chunk);
    }
    if (this.#over !== null) {
      const { error } = this.#over;
      return error === null ? Promise.resolve(null) : Promise.reject(error);
    }
    if (this.state !== "open") return Promise.resolve(null);
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    this.#owner.changed(0, 1);
    return promise;
  }

  unread(bytes: Uint8Array): void {
    this.#chunks.unshift(bytes);
    this.size += bytes.length;
    this.#owner.changed(bytes.length, 0);
  }

  end(): void {
    if (this.state !== "open") return;
    this.state = "ended";
    const { size } = this;
    this.#drop();
    if (size > 0 && size !== 1) {
      const message = `${size} bytes came after the end`;
      this.#owner.fail(refused("data_after_end", message));
    }
  }

  cancel(): void {
    this.state = "cancelled";
    this.#drop();
    this.finish(null);
  }

  #drop(): void {
    const { size } = this;
    this.#chunks = [];
    this.size = 0;
    if (size > 0 && this.open) this.#owner.changed(-size, 0);
  }

  finish(error: WrpcError | null): void {
    this.#over ??= { error };
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    this.#owner.changed(0, -1);
    if (error === null) waiting.resolve(null);
    else waiting.reject(error);
  }
}

function refused(
  code: "path_unknown" | "buffer_full" | "data_after_end",
  message: string,
): WrpcError {
  return new WrpcError(code, "receive", `receiving failed: ${message}`);
}
