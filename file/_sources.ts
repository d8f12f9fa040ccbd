import { FileError, fileError } from "./errors.ts";

/** Where a stream's bytes come from. */
export interface ByteSource {
  /** Reads into `view`; 0 bytes are the end, `last` says so in advance. */
  read(view: Uint8Array): Promise<{ readonly bytes: number; readonly last: boolean }>;
  /** Lets go of it. */
  close(): void;
}

/** Bytes in memory, from the start. They are copied: a stream may hand its buffers on. */
export function memorySource(bytes: Uint8Array, path: string): ByteSource {
  const size = bytes.length;
  let at = 0;
  return {
    read(view) {
      if (bytes.length !== size) {
        const reason = "the script gave its bytes away while they were being read";
        return Promise.reject(new FileError("file_failed", "read", path, reason));
      }
      const part = bytes.subarray(at, at + view.length);
      view.set(part);
      at += part.length;
      return Promise.resolve({ bytes: part.length, last: at === size });
    },
    close() {},
  };
}

/** The bytes of an open file, from where it stands. */
export function fileSource(file: Deno.FsFile, path: string): ByteSource {
  return {
    async read(view) {
      try {
        const bytes = await file.read(view) ?? 0;
        return { bytes, last: bytes === 0 };
      } catch (cause) {
        throw fileError(cause, "read", path, "read");
      }
    },
    close: () => file.close(),
  };
}
