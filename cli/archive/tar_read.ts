import { ArchiveError, BLOCK, decodeHeader, LIMITS } from "./tar_header.ts";

/**
 * Unpacks an archive from anywhere into an empty folder: regular files alone, below that folder,
 * each once, and not more than `LIMITS`.
 *
 * @returns the paths of its files, as they stand in it
 * @throws {ArchiveError}
 */
export async function unpackTar(from: string, folder: string): Promise<string[]> {
  using file = await Deno.open(from);
  const paths: string[] = [];
  const block = new Uint8Array(BLOCK);
  let bytes = 0;
  for (;;) {
    await fill(file, block);
    if (block.every((byte) => byte === 0)) return paths;
    const member = decodeHeader(block);
    if (member === null) continue;
    const { path, size } = member;
    paths.push(path);
    bytes += size;
    if (paths.length > LIMITS.files || bytes > LIMITS.bytes) {
      throw new ArchiveError(
        `it holds more than ${LIMITS.files} files or ${LIMITS.bytes / 2 ** 20} MiB`,
      );
    }
    await unpackFile(file, `${folder}/${path}`, size);
  }
}

async function unpackFile(file: Deno.FsFile, to: string, size: number): Promise<void> {
  await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true }).catch(refused);
  const open = Deno.open(to, { write: true, createNew: true, mode: 0o600 });
  using target = await open.catch(refused);
  const buffer = new Uint8Array(64 * 1024);
  for (let left = size; left > 0;) {
    const piece = buffer.subarray(0, Math.min(left, buffer.length));
    await fill(file, piece);
    for (let at = 0; at < piece.length;) at += await target.write(piece.subarray(at));
    left -= piece.length;
  }
  await fill(file, buffer.subarray(0, (BLOCK - size % BLOCK) % BLOCK));
}

/** Two entries of one name, or a file where another has a folder. */
function refused(error: unknown): never {
  if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
    throw new ArchiveError("two of its files have the same path", error);
  }
  throw error;
}

async function fill(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new ArchiveError("it is cut off");
    at += read;
  }
}
