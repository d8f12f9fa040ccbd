import { describeError } from "../../internal/mod.ts";
import type { Batch } from "./batch.ts";

/** A batch on disk. */
export interface Spooled {
  /** Id of the pusher that made it: this one's, or that of one that died. */
  readonly pusher: string;
  readonly sequence: number;
  readonly count: number;
  readonly size: number;
  readonly path: string;
}

/** `<pusher>.<sequence>.<results>.json`: all that has to be known is in the name. */
const NAME = /^([0-9a-f-]{36})\.(\d{1,8})\.(\d{1,6})\.json$/;
/** What a small file takes of a disk. */
const BLOCK_BYTES = 4096;

/**
 * Batches that wait on disk, a file each, in a folder of their own. A file gets its name when it is
 * whole, so what a crash leaves behind is whole too; nothing is synced, so a power cut may take
 * what is youngest.
 */
export class Spool {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #waiting: Spooled[] = [];
  #bytes = 0;
  #count = 0;

  /** @param folder made when there is something to put into it */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Batches that nobody has taken. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Results on disk, in batches that were taken too. */
  get count(): number {
    return this.#count;
  }

  /** Bytes on disk, whole blocks. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Finds what a pusher that died left behind, and removes what it had not finished.
   *
   * @returns the number of results found
   */
  async open(): Promise<number> {
    let names: string[];
    try {
      names = (await Array.fromAsync(Deno.readDir(this.#folder))).map(({ name }) => name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
    for (const name of names.sort()) {
      const path = `${this.#folder}/${name}`;
      const match = NAME.exec(name);
      if (match !== null) {
        const { size } = await Deno.lstat(path);
        const [sequence, count] = [Number(match[2]), Number(match[3])];
        this.#keep({ pusher: match[1]!, sequence, count, size, path });
      } else if (name.endsWith(".part")) await Deno.remove(path);
    }
    return this.#count;
  }

  /**
   * Writes a batch.
   *
   * @returns why it could not be, or null
   */
  async put(pusher: string, { sequence, count, bytes }: Batch): Promise<string | null> {
    const size = bytes.length;
    if (this.#bytes + onDisk(size) > this.#maxBytes) {
      return `the spool is full at ${this.#maxBytes} bytes`;
    }
    const path = `${this.#folder}/${pusher}.${sequence}.${count}.json`;
    const one = { pusher, sequence, count, size, path };
    this.#bytes += onDisk(size);
    const part = `${path}.part`;
    try {
      await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await Deno.writeFile(part, bytes, { createNew: true, mode: 0o600 });
      await Deno.rename(part, path);
    } catch (error) {
      this.#bytes -= onDisk(size);
      await Deno.remove(part).catch(() => {});
      return `can't write the spool ${this.#folder}: ${describeError(error)}`;
    }
    this.#bytes -= onDisk(size);
    this.#keep(one);
    return null;
  }

  #keep(one: Spooled): void {
    this.#waiting.push(one);
    this.#bytes += onDisk(one.size);
    this.#count += one.count;
  }

  /** The batch that waited longest; it stays on disk until `remove`. */
  take(): Spooled | null {
    return this.#waiting.shift() ?? null;
  }

  /** Puts back what was taken: it is the next one. */
  putBack(one: Spooled): void {
    this.#waiting.unshift(one);
  }

  /** Bytes of a batch that was taken. */
  read(one: Spooled): Promise<Uint8Array<ArrayBuffer>> {
    return Deno.readFile(one.path);
  }

  /** Removes a batch that was taken. */
  async remove(one: Spooled): Promise<void> {
    this.#bytes -= onDisk(one.size);
    this.#count -= one.count;
    await Deno.remove(one.path).catch(() => {});
  }

  /** Removes all that waits, and the folder when nothing else is in it. */
  async clear(): Promise<void> {
    for (let one = this.take(); one !== null; one = this.take()) await this.remove(one);
    await Deno.remove(this.#folder).catch(() => {});
  }
}

function onDisk(size: number): number {
  return Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
}
