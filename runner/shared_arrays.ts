import { describeError } from "../internal/mod.ts";
import type { SharedImage, SharedInfo } from "./api/mod.ts";
import type { LogEntry } from "./result.ts";
import type { Shard } from "./shard/mod.ts";

/** How much is asked for at once: a frame of it stays far below the cap. */
const CHUNK_BYTES = 4 << 20;
/** Up to this, all arrays together, every process has its own copy: there is nothing to save. */
const MAX_COPIED_BYTES = 8 << 20;
/** Up to this, shards of other machines get a copy: a frame of it as text stays below the cap. */
const MAX_SENT_BYTES = 40 << 20;

/**
 * The shared arrays of a script, taken from the shard that loaded them and given to the others, so
 * that they are loaded once. Large ones are written to a temporary folder that the other shards
 * may read: the pages of a file are in memory once, however many processes read them.
 */
export class SharedArrays {
  readonly #log: (entry: LogEntry) => void;
  readonly #far: boolean;
  /** Largest total that is copied into each process, bytes. */
  readonly #maxCopied: number;
  #folder: string | null = null;

  /**
   * Makes it; nothing is taken yet.
   *
   * @param log told when arrays can't be shared
   * @param maxCopied largest total that travels as it is, bytes; default: 8 MiB, or 40 MiB with `far`
   * @param far whether the shards are on other machines, which see no files of this one
   */
  constructor(log: (entry: LogEntry) => void, maxCopied: number | null = null, far = false) {
    this.#log = log;
    this.#far = far;
    this.#maxCopied = maxCopied ?? (far ? MAX_SENT_BYTES : MAX_COPIED_BYTES);
  }

  /** What other shards have to be allowed to read. */
  get readable(): readonly string[] {
    return this.#folder === null ? [] : [this.#folder];
  }

  /**
   * Takes the arrays from a shard. Where they are too many to be copied and this process may write
   * nowhere, there are none: each shard loads its own, with a warning.
   */
  async take(
    shard: Pick<Shard, "call">,
    infos: readonly SharedInfo[],
    timeoutMs: number,
  ): Promise<SharedImage[]> {
    const total = infos.reduce((sum, { size }) => sum + size, 0);
    const read = (info: SharedInfo, from: number) => {
      const to = Math.min(info.size, from + CHUNK_BYTES);
      return shard.call("image", { name: info.name, from, to }, timeoutMs);
    };
    if (total <= this.#maxCopied) {
      const images: SharedImage[] = [];
      for (const info of infos) images.push({ ...info, base64: await whole(info, read) });
      return images;
    }
    if (this.#far) {
      const most = Math.floor(this.#maxCopied / 2 ** 20);
      return this.#loadEach(total, `only ${most} MiB are sent to other machines`);
    }
    try {
      return await this.#takeFiles(infos, read);
    } catch (error) {
      return this.#loadEach(
        total,
        `they can't be put into a temporary file: ${describeError(error)}`,
      );
    }
  }

  #loadEach(total: number, why: string): SharedImage[] {
    const text = `Shared arrays of ${
      Math.ceil(total / 2 ** 20)
    } MiB are loaded by each process: ${why}`;
    this.#log({ level: "warn", text, source: "run" });
    return [];
  }

  /** Removes what it wrote. */
  async remove(): Promise<void> {
    const folder = this.#folder;
    this.#folder = null;
    if (folder !== null) await Deno.remove(folder, { recursive: true }).catch(() => {});
  }

  async #takeFiles(
    infos: readonly SharedInfo[],
    read: (info: SharedInfo, from: number) => Promise<string>,
  ): Promise<SharedImage[]> {
    const folder = this.#folder = await temporaryFolder();
    const images: SharedImage[] = [];
    for (const [index, info] of infos.entries()) {
      const path = `${folder}/${index}`;
      using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      for (let from = 0; from < info.size; from += CHUNK_BYTES) {
        await writeAll(file, Uint8Array.fromBase64(await read(info, from)));
      }
      images.push({ ...info, path });
    }
    return images;
  }
}

async function whole(
  info: SharedInfo,
  read: (info: SharedInfo, from: number) => Promise<string>,
): Promise<string> {
  const bytes = new Uint8Array(info.size);
  for (let from = 0; from < info.size; from += CHUNK_BYTES) {
    bytes.subarray(from).setFromBase64(await read(info, from));
  }
  return bytes.toBase64();
}

/** Where this process may write without being asked; only its owner may look into it. */
async function temporaryFolder(): Promise<string> {
  const places = [undefined, temporaryFiles(), Deno.build.os === "windows" ? undefined : "/tmp"];
  for (const dir of places) {
    const where = dir === undefined ? {} : { path: dir };
    if (Deno.permissions.querySync({ name: "write", ...where }).state !== "granted") continue;
    const at = dir === undefined ? {} : { dir };
    return await Deno.makeTempDir({ ...at, prefix: "downpour_" });
  }
  throw new Deno.errors.NotCapable("add --allow-write");
}

/** What `TMPDIR` says, where it may be read. */
function temporaryFiles(): string | undefined {
  const variable = "TMPDIR";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
