/** How much is kept, in bytes. */
export interface SharedLimits {
  /** The largest file that is shared. */
  readonly file: number;
  /** All files together. */
  readonly total: number;
}

/** What tells one content of a path from the next. */
export interface FileVersion {
  /** Equal as long as the file did not change. */
  readonly stamp: string;
  /** Bytes. */
  readonly size: number;
}

interface Entry extends FileVersion {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
}

/** The bytes of small files, one copy for all virtual users of the process; least recently used go first. */
export class SharedBytes {
  readonly #limits: SharedLimits;
  /** In order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #total = 0;

  constructor(limits: SharedLimits) {
    this.#limits = limits;
  }

  /** Bytes that are kept, or being read to be kept. */
  get total(): number {
    return this.#total;
  }

  /** Whether a file of this size is shared. */
  takes(size: number): boolean {
    return size <= this.#limits.file && size <= this.#limits.total;
  }

  /** The bytes of this version of a path; `read` is called once, however many ask. */
  async get(
    path: string,
    version: FileVersion,
    read: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#entries.get(path);
    if (known?.stamp === version.stamp) {
      this.#entries.delete(path);
      this.#entries.set(path, known);
      const bytes = await known.bytes;
      // A script gave the shared buffer away, for example to a worker.
      if (!bytes.buffer.detached) return bytes;
    }
    const entry = { ...version, bytes: read() };
    this.#drop(path, this.#entries.get(path));
    this.#entries.set(path, entry);
    this.#total += entry.size;
    for (const [oldest, { size }] of this.#entries) {
      if (this.#total <= this.#limits.total) break;
      this.#entries.delete(oldest);
      this.#total -= size;
    }
    try {
      const bytes = await entry.bytes;
      // It grew or shrank since its size was asked for: not the version that it is kept as.
      if (bytes.length !== version.size) this.#drop(path, entry);
      return bytes;
    } catch (error) {
      this.#drop(path, entry);
      throw error;
    }
  }

  #drop(path: string, entry: Entry | undefined): void {
    if (entry === undefined || this.#entries.get(path) !== entry) return;
    this.#entries.delete(path);
    this.#total -= entry.size;
  }
}

/** 64 MiB a file and 256 MiB in all: what every handle of the process shares. */
export const SHARED_BYTES: SharedBytes = new SharedBytes({ file: 2 ** 26, total: 2 ** 28 });
