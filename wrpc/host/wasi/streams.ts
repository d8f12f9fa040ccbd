import { WasiFailure } from "./_fail.ts";
import { Pollable } from "./poll.ts";

/** Where an input stream reads from. */
export interface ByteSource {
  /** Bytes that are there; null when it has ended. */
  available(): number | null;
  /** Takes up to `length` of them. */
  take(length: number): Uint8Array;
  /** Resolves when `available` may have changed. */
  wait(): Promise<void>;
  /** No more is wanted. */
  drop?(): void;
}

/** Where an output stream writes to. */
export interface ByteSink {
  /** Bytes that may be written now; null when nobody takes any more. */
  room(): number | null;
  /** Takes them. */
  write(bytes: Uint8Array): void;
  /** Resolves when `room` may have changed. */
  wait(): Promise<void>;
}

/** Most bytes of one read: a component may ask for 2^64. */
const MAX_READ = 64 * 1024;
/** Most bytes that `blocking-write-and-flush` takes, by its definition. */
const MAX_BLOCKING_WRITE = 4096;

/** The resource `error` of `wasi:io/error`. */
export class IoError {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toDebugString(): string {
    return this.#text;
  }
}

/** The resource `input-stream`. */
export class InputStream {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  read(length: bigint): Uint8Array {
    const available = this.#source.available();
    if (available === null) throw closed();
    return this.#source.take(Math.min(available, MAX_READ, Number(length)));
  }

  async blockingRead(length: bigint): Promise<Uint8Array> {
    if (length > 0n) await this.subscribe().block();
    return this.read(length);
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }

  async blockingSkip(length: bigint): Promise<bigint> {
    return BigInt((await this.blockingRead(length)).length);
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#source.available() !== 0, () => this.#source.wait());
  }

  [Symbol.dispose](): void {
    this.#source.drop?.();
  }
}

/** The resource `output-stream`. */
export class OutputStream {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  checkWrite(): bigint {
    const room = this.#sink.room();
    if (room === null) throw closed();
    return BigInt(room);
  }

  write(bytes: Uint8Array): void {
    const room = this.#sink.room();
    if (room === null) throw closed();
    if (bytes.length > room) throw new Error("more was written than check-write allowed");
    this.#sink.write(bytes.slice()); // A view of the component's memory, otherwise.
  }

  async blockingWriteAndFlush(bytes: Uint8Array): Promise<void> {
    if (bytes.length > MAX_BLOCKING_WRITE) throw new Error("a blocking write of more than 4096");
    const own = bytes.slice(); // The memory may change while it waits.
    for (let at = 0; at < own.length;) {
      await this.subscribe().block();
      const part = own.subarray(at, at + Number(this.checkWrite()));
      this.write(part);
      at += part.length;
    }
  }

  flush(): void {
    this.checkWrite();
  }

  async blockingFlush(): Promise<void> {
    await this.subscribe().block();
    this.checkWrite();
  }

  writeZeroes(length: bigint): void {
    if (length > this.checkWrite()) throw new Error("more was written than check-write allowed");
    this.write(new Uint8Array(Number(length)));
  }

  async blockingWriteZeroesAndFlush(length: bigint): Promise<void> {
    if (length > MAX_BLOCKING_WRITE) throw new Error("a blocking write of more than 4096");
    await this.blockingWriteAndFlush(new Uint8Array(Number(length)));
  }

  splice(from: InputStream, length: bigint): bigint {
    const room = this.checkWrite();
    const bytes = from.read(length < room ? length : room);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  async blockingSplice(from: InputStream, length: bigint): Promise<bigint> {
    await this.subscribe().block();
    await from.subscribe().block();
    return this.splice(from, length);
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#sink.room() !== 0, () => this.#sink.wait());
  }

  [Symbol.dispose](): void {}
}

function closed(): WasiFailure {
  return new WasiFailure({ tag: "closed" });
}
