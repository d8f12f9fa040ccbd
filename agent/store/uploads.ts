import { AgentError } from "../errors.ts";
import { privateFolder, syncFolder, writeAll, writeError } from "./durable.ts";

/**
 * What an upload is, by its bytes: `archive` for a tar archive, as `downpour archive` and `k6
 * archive` write them; `bundle` for the one module that came with a job; else `binary`.
 */
export type UploadKind = "binary" | "archive" | "bundle";

/** A stored upload. */
export interface Upload {
  /** UUID. */
  readonly id: string;
  /** What it is, by its bytes. */
  readonly kind: UploadKind;
  /** Its size. */
  readonly bytes: number;
  /** ISO 8601. */
  readonly uploadedAt: string;
  /** Where it is: mode 0755 for a binary, 0600 for others, in a folder for this user alone. */
  readonly path: string;
}

/** An upload on its way to the disk: `commit` or `abort` ends it. */
export interface UploadFile {
  /** Writes more. @throws {AgentError} `upload_too_large`, `store_full`, `disk_full`, `store_write_failed` */
  write(bytes: Uint8Array): Promise<void>;
  /** Keeps it, on the disk. @throws {AgentError} `upload_exists` when the id is taken; as `write` */
  commit(): Promise<Upload>;
  /** Removes what was written. Safe to call again, and after `commit`. */
  abort(): Promise<void>;
}

/** What was uploaded. */
export interface Uploads {
  /** An upload by its id. */
  get(id: string): Upload | undefined;
  /** All, the oldest first. */
  list(): readonly Upload[];
  /** Bytes of all, and of those on their way. */
  readonly bytes: number;
  /** Most bytes of one. */
  readonly maxUploadBytes: number;
  /** Begins one. @param kind where the caller knows it; else the bytes say */
  begin(kind?: UploadKind): Promise<UploadFile>;
  /** Removes one; false when there is none. */
  remove(id: string): Promise<boolean>;
}

/** Settings of the uploads. */
export interface UploadLimits {
  /** Most bytes of one. */
  readonly maxUploadBytes: number;
  /** Most bytes of all. */
  readonly maxStoredBytes: number;
  /** Makes an id. */
  readonly newId: () => string;
  readonly now: () => Date;
}

const SUFFIXES: Readonly<Record<UploadKind, string>> = {
  binary: "",
  archive: ".tar",
  bundle: ".ts",
};
const KINDS = Object.keys(SUFFIXES) as UploadKind[];
/** Bytes of a tar header, and where it names its format (POSIX ustar). */
const TAR_HEADER_BYTES = 512;
const TAR_MAGIC_AT = 257;
/** Bytes after which the system is asked to write them to the disk. */
const FLUSH_BYTES = 32 * 1024 ** 2;

/** Opens the uploads in a folder; what was being uploaded when the last agent ended is removed. */
export async function openUploads(folder: string, limits: UploadLimits): Promise<Uploads> {
  const parts = `${folder}/parts`;
  await Deno.remove(parts, { recursive: true }).catch(() => {});
  for (const name of ["", "/parts", ...KINDS.map((kind) => `/${kind}`)]) {
    await privateFolder(`${folder}${name}`);
  }
  const uploads = new Map(
    (await Promise.all(KINDS.map((kind) => readFolder(folder, kind)))).flat()
      .sort((a, b) => a.uploadedAt < b.uploadedAt ? -1 : 1)
      .map((upload) => [upload.id, upload]),
  );
  let stored = [...uploads.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  const begin = async (given?: UploadKind): Promise<UploadFile> => {
    const id = limits.newId();
    const part = `${parts}/${id}`;
    let file: Deno.FsFile | null;
    try {
      file = await Deno.open(part, { write: true, createNew: true, mode: 0o600 });
    } catch (cause) {
      throw cause instanceof Deno.errors.AlreadyExists ? exists(id) : writeError(id, cause);
    }
    const flusher = createFlusher(part);
    const head = new Uint8Array(TAR_HEADER_BYTES);
    let bytes = 0;
    let kept = false;
    const abort = async (): Promise<void> => {
      if (file === null) return;
      await flusher.close();
      file.close();
      file = null;
      if (!kept) stored -= bytes;
      await Deno.remove(part).catch(() => {});
    };
    return {
      abort,
      async write(chunk) {
        if (bytes < head.length) head.set(chunk.subarray(0, head.length - bytes), bytes);
        bytes += chunk.length;
        stored += chunk.length;
        if (bytes > limits.maxUploadBytes) {
          throw new AgentError(
            "upload_too_large",
            `the file has more than ${limits.maxUploadBytes} bytes`,
          );
        }
        if (stored > limits.maxStoredBytes) {
          const most = limits.maxStoredBytes;
          throw new AgentError("store_full", `write ${id}: uploads may have ${most} bytes in all`);
        }
        await writeAll(file!, chunk).catch((cause) => {
          throw writeError(id, cause);
        });
        flusher.wrote(chunk.length);
      },
      async commit() {
        const kind = given ?? (isTar(head) ? "archive" : "binary");
        const path = pathOf(folder, kind, id);
        try {
          if (kind === "binary") await Deno.chmod(part, 0o755);
          await flusher.close();
          await file!.sync();
          await Deno.link(part, path); // fails where something is, also a link that leads nowhere
          await syncFolder(`${folder}/${kind}`);
        } catch (cause) {
          throw cause instanceof Deno.errors.AlreadyExists ? exists(id) : writeError(id, cause);
        }
        const upload = { id, kind, bytes, uploadedAt: limits.now().toISOString(), path };
        uploads.set(id, upload);
        kept = true;
        await abort();
        return upload;
      },
    };
  };

  return {
    begin,
    maxUploadBytes: limits.maxUploadBytes,
    get: (id) => uploads.get(id),
    list: () => [...uploads.values()],
    get bytes() {
      return stored;
    },
    async remove(id) {
      const upload = uploads.get(id);
      if (upload === undefined) return false;
      uploads.delete(id);
      stored -= upload.bytes;
      await Deno.remove(upload.path);
      await syncFolder(`${folder}/${upload.kind}`);
      return true;
    },
  };
}

/**
 * Has the system write a file to the disk while more of it comes, so that little is left at its
 * end. By a handle of its own: one handle does one thing at a time.
 */
function createFlusher(path: string): { wrote(bytes: number): void; close(): Promise<void> } {
  let file: Deno.FsFile | null = null;
  let flushing: Promise<void> | null = null;
  let since = 0;
  const flush = async (): Promise<void> => {
    try {
      await (file ??= await Deno.open(path)).syncData();
    } catch {
      // The sync at the end says it too.
    }
    flushing = null;
  };
  return {
    wrote(bytes) {
      since += bytes;
      if (since < FLUSH_BYTES || flushing !== null) return;
      since = 0;
      flushing = flush();
    },
    async close() {
      await flushing;
      file?.close();
      file = null;
    },
  };
}

function exists(id: string): AgentError {
  return new AgentError("upload_exists", `Binary ${id} exists`);
}

async function readFolder(folder: string, kind: UploadKind): Promise<Upload[]> {
  const found: Upload[] = [];
  for await (const { name, isFile } of Deno.readDir(`${folder}/${kind}`)) {
    const id = name.slice(0, name.length - SUFFIXES[kind].length);
    if (!isFile || !isUuid(id) || name !== id + SUFFIXES[kind]) continue;
    const path = pathOf(folder, kind, id);
    const { size, mtime } = await Deno.lstat(path);
    found.push({ id, kind, bytes: size, uploadedAt: (mtime ?? new Date(0)).toISOString(), path });
  }
  return found;
}

function pathOf(folder: string, kind: UploadKind, id: string): string {
  return `${folder}/${kind}/${id}${SUFFIXES[kind]}`;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function isTar(head: Uint8Array): boolean {
  return new TextDecoder().decode(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)) === "ustar";
}
