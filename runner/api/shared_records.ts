import { DownpourError, OptionError } from "../../internal/mod.ts";

/** Text that is written at once: longer elements are few. */
const FIRST_BYTES = 64 * 1024;
/** What an offset of 32 bits can reach. */
const MAX_BYTES = 2 ** 32 - 1;

/** The elements of an array as JSON, one behind the other in one block of bytes, wherever that is. */
export interface Records {
  /** Where each element ends; the first begins at 0. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** UTF-8 from one place to another, good until the next call. */
  read(from: number, to: number): Uint8Array;
}

/** Records in memory: a garbage collector has two objects to look at, whatever the array held. */
export class MemoryRecords implements Records {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>, ends: Uint32Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.ends = ends;
  }

  read(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from, to);
  }

  /** What this is made of, as it travels to other processes: the elements, and behind them their ends. */
  get image(): { readonly size: number; slice(from: number, to: number): Uint8Array } {
    const [first, second] = [this.#bytes, new Uint8Array(this.ends.buffer)];
    return {
      size: first.length + second.length,
      slice(from, to) {
        if (to <= first.length) return first.subarray(from, to);
        if (from >= first.length) return second.subarray(from - first.length, to - first.length);
        const whole = new Uint8Array(to - from);
        whole.set(first.subarray(from));
        whole.set(second.subarray(0, to - first.length), first.length - from);
        return whole;
      },
    };
  }
}

/** Records in a file, whose bytes all processes of the machine have from its page cache: one copy. */
class FileRecords implements Records {
  readonly #file: Deno.FsFile;
  readonly ends: Uint32Array<ArrayBuffer>;
  #buffer = new Uint8Array(4096);

  constructor(path: string, size: number, count: number) {
    this.#file = Deno.openSync(path);
    const ends = this.read(size - count * 4, size).slice();
    this.ends = new Uint32Array(ends.buffer);
  }

  read(from: number, to: number): Uint8Array<ArrayBuffer> {
    const size = to - from;
    if (size > this.#buffer.length) this.#buffer = new Uint8Array(size * 2);
    const bytes = this.#buffer.subarray(0, size);
    this.#file.seekSync(from, Deno.SeekMode.Start);
    for (let at = 0; at < size;) {
      const read = this.#file.readSync(bytes.subarray(at));
      if (read === null) throw new DownpourError("file_failed", "A shared array's file was cut");
      at += read;
    }
    return bytes;
  }
}

/** What a shared array is, as one process tells another. */
export interface SharedInfo {
  /** Its name. */
  readonly name: string;
  /** Of its image. */
  readonly size: number;
  /** Of its elements. */
  readonly count: number;
}

/** The image of a shared array that another process made: a file, or base64. */
export type SharedImage = SharedInfo & ({ readonly path: string } | { readonly base64: string });

/** The records of an image. */
export function openImage(image: SharedImage): Records {
  const { size, count } = image;
  if ("path" in image) return new FileRecords(image.path, size, count);
  const bytes = Uint8Array.fromBase64(image.base64);
  const ends = new Uint32Array(bytes.slice(size - count * 4).buffer);
  return new MemoryRecords(bytes.subarray(0, size - count * 4), ends);
}

/**
 * Serializes an array.
 *
 * @throws {OptionError} when an element is nothing that JSON can hold, or all together exceed 4 GiB
 */
export function writeRecords(name: string, elements: readonly unknown[]): MemoryRecords {
  const encoder = new TextEncoder();
  const ends = new Uint32Array(elements.length);
  let bytes = new Uint8Array(FIRST_BYTES);
  let at = 0;
  for (let i = 0; i < elements.length; i++) {
    const text = jsonOf(name, elements[i], i);
    // No UTF-16 unit takes more than three bytes.
    if (at + text.length * 3 > bytes.length) bytes = grown(name, bytes, at + text.length * 3);
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    ends[i] = at;
  }
  return new MemoryRecords(bytes.slice(0, at), ends);
}

function jsonOf(name: string, element: unknown, index: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(element);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new OptionError("SharedArray", `${shown(name)}: element ${index}: ${why}`, cause);
  }
  if (text !== undefined) return text;
  throw new OptionError(
    "SharedArray",
    `${shown(name)}: element ${index} is ${typeof element}, which JSON can't hold`,
  );
}

function grown(name: string, bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  if (needed > MAX_BYTES) {
    throw new OptionError("SharedArray", `${shown(name)} exceeds 4 GiB as JSON: share less of it`);
  }
  const larger = new Uint8Array(Math.min(MAX_BYTES, Math.max(bytes.length * 2, needed)));
  larger.set(bytes);
  return larger;
}

function shown(name: string): string {
  return `SharedArray ${JSON.stringify(name)}`;
}
